internal import Actors
internal import EventSourcing

/// Writes the event log over one connection, inside the transaction that its caller has opened.
///
/// Whatever is refused is refused before the first row is written, so a refusal leaves the transaction as it was. It
/// belongs to one thread at a time.
final class LogWriting {
    let reading: LogReading
    let slots = WritingSlots()

    var connection: Connection { _read { yield reading.connection } }

    /// The next position, while a transaction is open.
    var nextPosition: Int64 = 0

    // Keys of names as they are written; forgotten when a transaction is rolled back.
    private var types: [ExactText: Int64] = [:]
    private var writers: [WriterID: Int64] = [:]
    private var digests: [Int64: UInt64] = [:]
    private static let rememberedNames = 20_000
    /// So many rows are deleted in one transaction, so that nobody who appends waits for all of them.
    static let portion: Int64 = 1_000

    init(_ reading: LogReading) { self.reading = reading }

    /// Tells how many rows the last statement deleted, where it deletes a portion at most.
    func deletedPortion() -> DeletedPortion {
        DeletedPortion(count: connection.changedRows, isMore: connection.changedRows >= Self.portion)
    }

    // MARK: - Transactions

    /// Opens a transaction that may write, and finds where the log ends.
    func begin() throws {
        // What could not be rolled back for want of memory is open still.
        if !connection.isIdle { try slots.rollBack.use(on: connection) { try $0.run() } }
        try slots.begin.use(on: connection) { try $0.run() }
        do {
            nextPosition = try slots.lastPosition.use(on: connection) { statement in
                guard try statement.step(), let highWater = statement.integer(at: 1) else {
                    throw StoreError(.corrupt, detail: "its own description is gone")
                }
                let (next, isBeyond) = max(statement.integer(at: 0) ?? 0, highWater).addingReportingOverflow(1)
                if isBeyond { throw StoreError(.corrupt, detail: "its last position is the highest number there is") }
                return next
            }
        } catch {
            rollBack()
            throw error
        }
    }

    /// Makes the transaction durable.
    ///
    /// Throws `StoreError.outcomeUnknown` when the system fails in the middle of it.
    func commit() throws {
        do {
            try slots.commit.use(on: connection) { try $0.run() }
        } catch var error as StoreError {
            rollBack()
            if error.reason == .inputOutput || error.reason == .outOfMemory { error.reason = .outcomeUnknown }
            throw error
        }
    }

    /// Gives the transaction up; what it wrote never was.
    func rollBack() {
        forgetNames()
        // SQLite may have rolled back by itself, and then there is nothing to do. Without memory for the statement there may
        // be some for the next try; what stays open keeps other processes out until this one writes again.
        if !connection.isIdle { try? slots.rollBack.use(on: connection) { try $0.run() } }
        if !connection.isIdle { try? connection.execute("ROLLBACK") }
    }

    /// Forgets all names and their keys.
    func forgetNames() {
        types.removeAll()
        writers.removeAll()
        digests.removeAll()
        reading.forgetNames()
    }

    // MARK: - Keys

    /// The key of an event type, made where it is new.
    func key(ofType name: String) throws -> Int64 {
        let exact = ExactText(name)
        if let known = types[exact] { return known }
        let found = try slots.typeKey.use(on: connection) { statement -> Int64? in
            try statement.bind(name, at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
        let key =
            try found
            ?? slots.insertType.use(on: connection) { statement -> Int64 in
                try statement.bind(name, at: 1)
                return try statement.insertedKey()
            }
        if types.count >= Self.rememberedNames { types.removeAll(keepingCapacity: true) }
        types[exact] = key
        return key
    }

    /// The key of a writer, made where it is new.
    func key(of writer: WriterID) throws -> Int64 {
        if let known = writers[writer] { return known }
        let found = try slots.writerKey.use(on: connection) { statement -> Int64? in
            try statement.bind(writer.ulid, at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
        let key =
            try found
            ?? slots.insertWriter.use(on: connection) { statement -> Int64 in
                try statement.bind(WriterRecord(id: writer))
                return try statement.insertedKey()
            }
        if writers.count >= Self.rememberedNames { writers.removeAll(keepingCapacity: true) }
        writers[writer] = key
        return key
    }

    /// Keeps a writer's record, in place of an older one; throws `StoreError.invalid` for one with a text that is too long.
    func register(_ record: WriterRecord) throws {
        try record.requireStorable()
        _ = try key(of: record.id)
        try slots.updateWriter.use(on: connection) { statement in
            try statement.bind(record)
            try statement.run()
        }
    }
}

extension Statement {
    fileprivate func bind(_ writer: WriterRecord) throws {
        try bind(writer.id.ulid, at: 1)
        try bind(writer.host, at: 2)
        try bind(writer.process, at: 3)
        try bind(writer.started.microseconds, at: 4)
        try bind(writer.program, at: 5)
        try bind(writer.version, at: 6)
    }

    /// Runs an insertion and answers the key that it got.
    func insertedKey() throws -> Int64 {
        guard try step(), let key = integer(at: 0) else {
            throw StoreError(.corrupt, detail: "an insertion has no key")
        }
        return key
    }
}

/// A text that equals another only byte by byte, as SQLite compares it; Swift's strings equal others that look the same.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool {
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }
}

/// What one transaction of a deletion has done.
struct DeletedPortion: Hashable, Sendable {
    var count: Int64
    /// Whether there may be more to delete.
    var isMore: Bool
}
