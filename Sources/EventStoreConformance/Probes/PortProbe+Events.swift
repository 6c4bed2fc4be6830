import Actors
import EventSourcing

extension PortProbe where Port == any EventStore & SnapshotStore {
    // MARK: Writing

    /// Appends events whose payloads are these texts.
    @discardableResult
    func append(
        _ texts: String..., to id: PersistenceID, expecting: ExpectedNumber = .any, by writer: WriterID = .first,
        epoch: Int64? = nil, command: CommandRecord? = nil
    ) async throws -> AppendReceipt {
        try await store.append(
            texts.map { .fixture($0) }, to: id, expecting: expecting, by: writer, epoch: epoch,
            with: Companions(command: command))
    }

    /// Appends events `1` to `count`, each in its own call.
    func fill(_ id: PersistenceID, _ count: Int, by writer: WriterID = .first) async throws {
        for number in 0..<count {
            try await append(String(number + 1), to: id, expecting: .number(Int64(number)), by: writer)
        }
    }

    // MARK: Reading

    /// A stream's events, each with everything.
    func events(
        _ id: PersistenceID, from: Int64 = 1, through: Int64 = .max, fields: EventFields = .all
    ) async throws -> [RecordedEvent] {
        try await store.load(id, from: from, through: through, fields: fields, into: []) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
    }

    /// A stream's sequence numbers.
    func numbers(_ id: PersistenceID, from: Int64 = 1, through: Int64 = .max) async throws -> [Int64] {
        try await events(id, from: from, through: through).map(\.sequenceNumber)
    }

    /// The whole log behind a position.
    func log(after position: Int64 = 0, limit: Int = .max) async throws -> [RecordedEvent] {
        try await store.readAll(after: position, limit: limit, fields: .all, into: []) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
    }

    /// A head that must be there.
    func head(_ id: PersistenceID) async throws -> StreamHead {
        try require(try await store.head(of: id), "the store knows \(id)")
    }
}

// MARK: - Fixtures

extension WriterID {
    /// The writer with a number; higher numbers booted later.
    static func number(_ number: UInt64) -> WriterID { WriterID(ULID(high: 0x0190_0000_0000_0000, low: number)) }

    static let first = WriterID.number(1)
    static let second = WriterID.number(2)
    static let third = WriterID.number(3)
}

extension ULID {
    /// An identifier with a number.
    static func number(_ number: UInt64) -> ULID { ULID(high: 0x0191_0000_0000_0000, low: number) }
}

extension Timestamp {
    /// So many seconds after a fixed moment in 2024.
    static func second(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: 1_717_171_717_000_000 + second * 1_000_000)
    }
}

extension NewEvent {
    /// An event whose payload is this text.
    static func fixture(_ text: String, at timestamp: Timestamp = .second(0)) -> NewEvent {
        NewEvent(type: "ItemAdded", payload: Array(text.utf8), timestamp: timestamp)
    }
}

extension StoredSnapshot {
    /// A snapshot whose state is this text.
    static func fixture(_ id: PersistenceID, _ number: Int64, _ text: String) -> StoredSnapshot {
        StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: "OrderState", writer: .first, epoch: 1,
            timestamp: .second(number), state: Array(text.utf8))
    }
}

/// The stream `Order|order-<name>`.
func order(_ name: some CustomStringConvertible) throws -> PersistenceID {
    try PersistenceID("Order", "order-\(name)")
}
