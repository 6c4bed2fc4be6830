import Actors
import EventSourcing

extension WriterID {
    static let first = WriterID(ULID(high: 1, low: 1))
    static let second = WriterID(ULID(high: 1, low: 2))
}

extension NewEvent {
    /// An event whose payload is this text.
    static func fixture(_ text: String, at second: Int64 = 0) -> NewEvent {
        NewEvent(type: "ItemAdded", payload: Array(text.utf8), timestamp: Timestamp(microseconds: second * 1_000_000))
    }
}

extension EventStore {
    /// Appends events whose payloads are these texts.
    @discardableResult
    func append(_ texts: String..., to id: PersistenceID, by writer: WriterID = .first) async throws -> AppendReceipt {
        try await append(
            texts.map { .fixture($0) }, to: id, expecting: .any, by: writer, epoch: nil, with: .none)
    }
}

extension StoreReader {
    /// A stream's payloads as text.
    func texts(of id: PersistenceID, from: Int64 = 1, through: Int64 = .max) throws -> [String] {
        var texts: [String] = []
        try read(id, from: from, through: through, reversed: false, fields: .all) { event in
            texts.append(String(decoding: event.payload, as: UTF8.self))
            return .next
        }
        return texts
    }

    /// Every event of the log as `position Type|id #number payload`.
    func log() throws -> [String] {
        var lines: [String] = []
        try readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            let text = String(decoding: event.payload, as: UTF8.self)
            lines.append("\(event.position) \(event.persistenceID) #\(event.sequenceNumber) \(text)")
            return .next
        }
        return lines
    }
}

/// The stream `Order|<name>`.
func order(_ name: String) throws -> PersistenceID { try PersistenceID("Order", name) }
