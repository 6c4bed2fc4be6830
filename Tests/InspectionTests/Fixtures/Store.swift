import Actors
import EventSourcing

@testable import Inspection

/// A store in memory, filled by hand.
struct Store {
    let memory = InMemoryStore()
    let id: PersistenceID

    init(_ name: String = "Cart|c") throws { id = try PersistenceID(parsing: name) }

    /// Fills a stream with steps one second apart, numbered from 1 or as told, by one writer or as told.
    func fill(
        _ steps: [Step], numbers: [Int64]? = nil, writers: String = "A", epochs: [Int64]? = nil,
        seconds: [Int64]? = nil, of other: PersistenceID? = nil
    ) async throws {
        let letters = Array(writers)
        try await memory.importHistory(
            steps.enumerated().map { index, step in
                ImportedEvent(
                    persistenceID: other ?? id, sequenceNumber: numbers?[index] ?? Int64(index + 1),
                    event: NewEvent(
                        type: step.type, payload: Array(step.payload.utf8),
                        timestamp: Timestamp(microseconds: (seconds?[index] ?? Int64(index)) * 1_000_000)),
                    writer: .letter(letters[min(index, letters.count - 1)]), epoch: epochs?[index] ?? 0)
            })
    }

    func snapshot(_ number: Int64, _ tree: JSONValue) async throws {
        try await snapshot(number, text: tree.compactText)
    }

    func snapshot(_ number: Int64, text: String) async throws {
        try await memory.save(
            StoredSnapshot(
                persistenceID: id, sequenceNumber: number, stateType: "Cart", writer: .letter("A"),
                timestamp: .epoch, state: Array(text.utf8)))
    }

    func inspector(keyframeBytes: Int = 8 << 20, domains: [Domain] = [Cart.domain]) -> Inspector {
        Inspector(memory.reader(), domains: domains, keyframeBytes: keyframeBytes)
    }

    /// An inspector over a reader that shows the store otherwise than it is.
    func inspector(_ change: (AlteredReader) -> Void) -> Inspector {
        let reader = AlteredReader(memory.reader())
        change(reader)
        return Inspector(reader, domains: [Cart.domain])
    }
}

/// A reader that shows rows twice, damaged or not at all, and counts what is read.
final class AlteredReader: StoreReader {
    private let base: any StoreReader
    var twice: Set<Int64> = []
    var damaged: Set<Int64> = []
    var unreadable: Set<Int64> = []
    var damagedSnapshots: Set<Int64> = []
    var unreadableSnapshots: Set<Int64> = []
    var head: ((StreamHead) -> StreamHead)?
    private(set) var visited = 0
    private(set) var keyReads = 0

    init(_ base: any StoreReader) { self.base = base }

    var description: StoreDescription { base.description }
    func totals() throws -> StoreTotals { try base.totals() }
    func head(of id: PersistenceID) throws -> StreamHead? {
        let stored = try base.head(of: id)
        return stored.map { head?($0) ?? $0 }
    }
    func streams(_ query: StreamQuery) throws -> [StreamHead] { try base.streams(query) }

    func read(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        keyReads += 1
        try base.read(id, from: from, through: through, reversed: reversed, fields: fields) { event in
            visited += 1
            return try alter(event, visit)
        }
    }

    func readAll(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        try base.readAll(from: from, through: through, reversed: reversed, fields: fields) { event in
            visited += 1
            return try alter(event, visit)
        }
    }

    private func alter(_ event: borrowing StoredEvent, _ visit: (borrowing StoredEvent) throws -> Visit) throws -> Visit
    {
        let number = event.sequenceNumber
        if unreadable.contains(number) {
            throw StoreError(.corrupt, stream: event.persistenceID, sequenceNumber: number, detail: "the row is cut")
        }
        if twice.contains(number), try visit(event) == .stop { return .stop }
        guard damaged.contains(number) else { return try visit(event) }
        return try event.withPayload { payload in
            try event.withMetadata { metadata in
                try visit(
                    StoredEvent(
                        persistenceID: event.persistenceID, position: event.position, sequenceNumber: number,
                        type: event.type, schemaVersion: event.schemaVersion, timestamp: event.timestamp,
                        writer: event.writer, epoch: event.epoch, correlationID: event.correlationID,
                        causationID: event.causationID, commandID: event.commandID, isIntact: false,
                        payload: payload, metadata: metadata))
            }
        }
    }

    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        keyReads += sequenceNumbers.count
        return try base.samples(of: id, at: sequenceNumbers)
    }
    func writers() throws -> [WriterRecord] { try base.writers() }
    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] { try base.snapshots(of: id) }
    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot? {
        guard var snapshot = try base.snapshot(of: id, atOrBelow: atOrBelow) else { return nil }
        if unreadableSnapshots.contains(snapshot.description.sequenceNumber) {
            throw StoreError(.corrupt, stream: id, detail: "a page is lost")
        }
        if damagedSnapshots.contains(snapshot.description.sequenceNumber) { snapshot.isIntact = false }
        return snapshot
    }
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent] {
        try base.quarantined(of: id, after: number, limit: limit)
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent] {
        try base.quarantined(after: event, limit: limit)
    }

    func changeToken() throws -> UInt64 { try base.changeToken() }
}
