internal import Actors
internal import EventSourcing

/// Reads a long range of events on a second thread, some hundred events ahead of the visitor.
///
/// Stepping rows takes SQLite about as long as a visitor takes to decode and fold them, so a long recovery on two cores
/// takes little more than half the time.
// Safe to send: what changes is behind the lock, and a batch is only in one hand at a time.
final class ReadAhead: Sendable {
    /// How long a range must be for a thread of its own to be worth its start.
    static let leastEvents: Int64 = 2_000

    /// Whether so much of a range can be there; one without an end is as long as its stream.
    static func isWorthwhile(from: Int64, through: Int64, head: Int64) -> Bool {
        let first = max(from, 1)
        return min(through, head) >= first && min(through, head) - first >= leastEvents
    }

    private static let batches = 4
    private static let mostRows = 256
    private static let mostBytes = 64 * 1_024

    private struct State {
        var free = (0..<ReadAhead.batches).map { _ in EventBatch() }
        var full: [EventBatch] = []
        var isStopped = false
        /// How the reading ended, once it has.
        var end: Result<Void, any Error>?
    }

    private let state = Locked(State())
    private let filled = Wakeup()
    private let freed = Wakeup()

    /// The reader that is lent to the second thread.
    // Safe to send: the thread that lends it does not touch it before it has joined the other one.
    private struct Lent: @unchecked Sendable {
        let reading: LogReading
    }

    /// Visits a stream's events like `LogReading.read`; where no thread is to be had, on the present one.
    static func read(
        _ reading: LogReading, _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        let (ahead, lent) = (ReadAhead(), Lent(reading: reading))
        let thread = OwnThread {
            ahead.fill { keep in
                try lent.reading.read(id, from: from, through: through, reversed: false, fields: fields, visit: keep)
            }
        }
        guard let thread else {
            return try reading.read(id, from: from, through: through, reversed: false, fields: fields, visit: visit)
        }
        defer {
            ahead.stop()
            thread.join()
        }
        try ahead.hand(to: visit)
    }

    // MARK: - The reading thread

    private func fill(_ read: ((borrowing StoredEvent) throws -> Visit) throws -> Void) {
        var batch = take()
        let end = Result {
            try read { event in
                guard let present = batch else { return .stop }
                present.add(event)
                if present.count == Self.mostRows || present.size >= Self.mostBytes {
                    put(present)
                    batch = take()
                }
                return .next
            }
        }
        // Also where it failed: the events before the one that can't be read are visited.
        state.withLock { state in
            if let batch, batch.count > 0 { state.full.append(batch) }
            state.end = end
        }
        filled.ring()
    }

    /// A batch to fill; nil once nobody wants any more.
    private func take() -> EventBatch? {
        while true {
            let (batch, isStopped) = state.withLock { ($0.free.popLast(), $0.isStopped) }
            if isStopped { return nil }
            if let batch { return batch }
            freed.wait()
        }
    }

    private func put(_ batch: EventBatch) {
        state.withLock { $0.full.append(batch) }
        filled.ring()
    }

    // MARK: - The visiting thread

    private func hand(to visit: (borrowing StoredEvent) throws -> Visit) throws {
        while true {
            let (batches, end) = state.withLock { state in
                defer { state.full = [] }
                return (state.full, state.end)
            }
            for batch in batches {
                for row in 0..<batch.count {
                    if case .stop = try batch.lend(row, to: visit) { return }
                }
                batch.removeAll()
                state.withLock { $0.free.append(batch) }
                freed.ring()
            }
            if let end { return try end.get() }
            if batches.isEmpty { filled.wait() }
        }
    }

    private func stop() {
        state.withLock { $0.isStopped = true }
        freed.ring()
    }
}

/// Who reads ahead: one at a time, for where several read at once all cores are busy anyway.
final class ReadingAhead: Sendable {
    private let isTaken = Locked(false)

    /// Takes the turn; false where somebody has it.
    func begin() -> Bool {
        isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }

    func end() { isTaken.withLock { $0 = false } }
}

/// Events copied out of a reader, one after another.
// Safe to send: see `ReadAhead`.
private final class EventBatch: @unchecked Sendable {
    private struct Row {
        let persistenceID: PersistenceID
        let position: Int64
        let sequenceNumber: Int64
        let type: String
        let schemaVersion: Int
        let timestamp: Timestamp
        let writer: WriterID
        let epoch: Int64
        let correlationID: ULID?
        let causationID: ULID?
        let commandID: ULID?
        let isIntact: Bool
        let payload: Range<Int>
        let metadata: Range<Int>
    }

    private var rows: [Row] = []
    private var bytes: [UInt8] = []

    var count: Int { rows.count }
    var size: Int { bytes.count }

    func add(_ event: borrowing StoredEvent) {
        let payload = event.withPayload { add($0) }
        let metadata = event.withMetadata { add($0) }
        rows.append(
            Row(
                persistenceID: event.persistenceID, position: event.position, sequenceNumber: event.sequenceNumber,
                type: event.type, schemaVersion: event.schemaVersion, timestamp: event.timestamp, writer: event.writer,
                epoch: event.epoch, correlationID: event.correlationID, causationID: event.causationID,
                commandID: event.commandID, isIntact: event.isIntact, payload: payload, metadata: metadata))
    }

    private func add(_ part: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: part)
        return start..<bytes.count
    }

    func lend(_ place: Int, to visit: (borrowing StoredEvent) throws -> Visit) throws -> Visit {
        let row = rows[place]
        return try bytes.withUnsafeBytes { bytes in
            try visit(
                StoredEvent(
                    persistenceID: row.persistenceID, position: row.position, sequenceNumber: row.sequenceNumber,
                    type: row.type, schemaVersion: row.schemaVersion, timestamp: row.timestamp, writer: row.writer,
                    epoch: row.epoch, correlationID: row.correlationID, causationID: row.causationID,
                    commandID: row.commandID, isIntact: row.isIntact,
                    payload: UnsafeRawBufferPointer(rebasing: bytes[row.payload]),
                    metadata: UnsafeRawBufferPointer(rebasing: bytes[row.metadata])))
        }
    }

    func removeAll() {
        rows.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }
}
