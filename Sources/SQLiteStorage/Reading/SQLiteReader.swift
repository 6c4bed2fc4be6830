internal import Actors
internal import CSQLite
public import EventSourcing

/// Reads a store file synchronously, and never changes a byte of its folder.
///
/// Whether a log lies beside the file is looked at before it is opened. A reader that was opened beside no log sees the
/// file alone; as soon as a log appears or the file changes, the next call opens it anew. A reader belongs to one thread at
/// a time; only its `interruption` may be used from another.
public final class SQLiteReader: StoreReader {
    /// Whose file it is.
    public enum Trust: Hashable, Sendable {
        /// Anybody's: nothing is written beside it, nothing in it is believed, and it may do nothing but hold rows.
        ///
        /// A process that opens the file for writing too uses `own`: SQLite shares the log's index among the connections
        /// of one process, and one that was opened for looking can't be written by another.
        case foreign
        /// One that this program writes too: read as a second connection reads, and as large as it is mapped into memory.
        case own
    }

    /// The file's path, as it was given.
    public let path: String
    /// Stops what the reader does, from any thread; `StoreError.cancelled` is thrown then until it is cleared.
    public let interruption = Interruption()
    /// What the store says of itself.
    public private(set) var description: StoreDescription

    /// Whether heads of a foreign file are told as they are; else at most 2^53, beyond which no sound stream comes.
    package var showsAnyNumber = false

    private let trust: Trust
    /// The name by which SQLite knows the files that lie beneath; nil for the system's.
    let fileSystem: String?
    /// Nil once the reader is closed.
    private var open: Opened?

    private struct Opened {
        var reading: LogReading
        /// What the file looked like when it was opened; nil for a file of our own, which SQLite watches itself.
        var file: StoreFile?
        var mode: Connection.Mode
        /// What is wrong with the file, or with the log beside it, as a whole.
        var problems: [String]
    }

    /// Opens a store for looking.
    ///
    /// Throws `StoreError`: missing, a folder, permission denied, empty, no database, no store, newer, corrupt, and
    /// `needsRecovery` where a log or journal lies beside it that can't be looked at in place; `copyForLooking` makes a
    /// copy that can.
    public convenience init(_ path: String, trust: Trust = .foreign) throws {
        try self.init(path, trust: trust, in: nil)
    }

    /// Opens a store for looking.
    ///
    /// - Parameter fileSystem: the name by which SQLite knows the files that lie beneath; nil for the system's.
    init(_ path: String, trust: Trust, in fileSystem: String?) throws {
        self.path = path
        self.trust = trust
        self.fileSystem = fileSystem
        let (opened, identity) = try Self.open(path, trust, interruption, fileSystem)
        open = opened
        description = StoreDescription(id: identity.id, path: path, layoutVersion: identity.version)
    }

    private static func open(
        _ path: String, _ trust: Trust, _ interruption: Interruption, _ fileSystem: String?
    ) throws -> (Opened, Layout.Identity) {
        let file = try StoreFile(path)
        let mode = trust == .own ? Connection.Mode.reading : try file.modeForLooking()
        // The file itself is read by hand only while this process can have no lock on it.
        let shortfall: String? = if case .lookingAlone = mode { file.shortfall } else { nil }
        do {
            let connection = try Connection(path, mode, interruption: interruption, fileSystem: fileSystem)
            sqlite3_busy_timeout(connection.handle, 1_000)
            if trust == .own {
                try connection.distrustSchema()
                try connection.execute("PRAGMA query_only = 1")
                try connection.execute("PRAGMA mmap_size = \(Int64(1) << 40)")
            } else {
                try connection.restrictToLooking()
            }
            let identity = try identity(of: connection, file: path, isCut: shortfall != nil)
            let opened = Opened(
                reading: LogReading(connection, file: path), file: trust == .own ? nil : file, mode: mode,
                problems: trust == .own ? [] : [shortfall, file.logProblem].compactMap(\.self))
            return (opened, identity)
        } catch let error as StoreError {
            throw error.at(path)
        }
    }

    /// What is wrong with the file, or with the log beside it, as a whole; a sentence each.
    ///
    /// A log of more than 4 MiB, which takes longer than a few milliseconds, is not gone through: see `allProblems`.
    package var problems: [String] { problems(inLogUpTo: 4 << 20) }

    /// What is wrong with the file, or with the log beside it, as a whole; a sentence each. The whole log is read.
    package var allProblems: [String] { problems(inLogUpTo: .max) }

    private func problems(inLogUpTo size: Int64) -> [String] {
        guard let open, trust == .foreign else { return [] }
        guard let file = try? StoreFile(path), let log = file.log, log.size <= size, let loss = file.logLoss else {
            return open.problems
        }
        return open.problems + [loss]
    }

    /// Whether an answer left out what could not be read, since the last time this was asked.
    package func takeIncompleteness() -> Bool {
        defer { open?.reading.isIncomplete = false }
        return open?.reading.isIncomplete ?? false
    }

    private static func identity(
        of connection: borrowing Connection, file: String, isCut: Bool
    ) throws -> Layout.Identity {
        do {
            return try Layout.check(connection, file: file, forLooking: true)
        } catch let error as StoreError where error.reason == .corrupt && isCut {
            // What is left of a file that was cut can still be looked at; a schema that was damaged stays refused.
            try connection.acceptCutFile()
            return try Layout.check(connection, file: file, forLooking: true)
        }
    }

    /// Closes the file; whatever is asked after that is `StoreError.closed`.
    ///
    /// Beside a writer in the same process it must come first, so that the last connection to close is the writer's, which
    /// folds the log into the file.
    public func close() { open = nil }

    // MARK: - Staying with the file

    /// Runs a question on a connection that shows the file as it is.
    func ask<Answer>(_ body: (LogReading) throws -> Answer) throws -> Answer {
        try followFile()
        guard let open else { throw StoreError(.closed, file: path) }
        let wasIncomplete = open.reading.isIncomplete
        do {
            try open.reading.endLeftMoment()
            let answer = try body(open.reading)
            if open.reading.isIncomplete, !wasIncomplete { try requireUnchanged(open.mode) }
            return answer
        } catch let error as StoreError {
            if error.isAtRow { try requireUnchanged(open.mode) }
            throw error.at(path)
        }
    }

    /// Throws `StoreError.busy` where the file was written since it was opened and the connection does not show it.
    func requireStill() throws {
        if let open { try requireUnchanged(open.mode) }
    }

    /// What was read while somebody wrote the file is no damage: the next call reads it anew.
    private func requireUnchanged(_ mode: Connection.Mode) throws {
        if case .lookingAlone = mode, let now = try? StoreFile(path), hasChanged(now) {
            throw StoreError(.busy, file: path, detail: "it was written while it was read; read it again")
        }
    }

    private func followFile() throws {
        guard open?.file != nil else { return }
        let now = try StoreFile(path)
        guard hasChanged(now) else { return }
        let (opened, identity) = try Self.open(path, trust, interruption, fileSystem)
        open = opened
        description = StoreDescription(id: identity.id, path: path, layoutVersion: identity.version)
    }

    /// Whether the open connection no longer shows the file: beside a log SQLite follows it, alone it does not.
    private func hasChanged(_ now: StoreFile) -> Bool {
        guard let open, let before = open.file else { return false }
        if case .lookingAlone = open.mode {
            return now.file != before.file || now.log != before.log || now.journal != before.journal
        }
        return !now.file.isSameFile(as: before.file) || !(now.log?.isSameFile(as: before.log) ?? false)
    }

    /// A token that is another one as soon as the store holds something else; two system calls, or a look at the log.
    public func changeToken() throws -> UInt64 {
        try followFile()
        let version = try ask { reading in
            try reading.slots.dataVersion.use(on: reading.connection) { statement in
                try statement.step() ? statement.integer(at: 0) ?? 0 : 0
            }
        }
        var digest = UInt64(bitPattern: version)
        let stamps = [open?.file?.file.node, open?.file?.file.device].compactMap(\.self)
        let alone: [Int64] =
            if let open, case .lookingAlone = open.mode, let file = open.file?.file {
                [file.size, file.seconds, file.nanoseconds]
            } else {
                [-1]
            }
        for word in stamps + alone.map({ UInt64(bitPattern: $0) }) {
            digest = (digest ^ word) &* 0x9FB2_1C65_1E98_DF25
            digest ^= digest >> 29
        }
        return digest
    }

    // MARK: - Questions

    public func totals() throws -> StoreTotals { try ask { try $0.totals() } }

    public func head(of id: PersistenceID) throws -> StreamHead? {
        try ask { try $0.keyedHead(of: id)?.head }.map(shown)
    }

    public func streams(_ query: StreamQuery) throws -> [StreamHead] { try ask { try $0.streams(query) }.map(shown) }

    /// A head of a file that may be hostile, as whoever counts and multiplies on from it can take it.
    private func shown(_ head: StreamHead) -> StreamHead {
        guard trust == .foreign, !showsAnyNumber else { return head }
        var head = head
        head.sequenceNumber = min(head.sequenceNumber, Self.highestShown)
        head.deletedTo = min(head.deletedTo, Self.highestShown)
        head.eventCount = min(head.eventCount, Self.highestShown)
        return head
    }

    private static let highestShown: Int64 = 1 << 53

    public func read(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        try ask {
            try $0.read(id, from: from, through: through, reversed: reversed, fields: fields, visit: visit)
        }
    }

    public func readAll(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        try ask { try $0.readAll(from: from, through: through, reversed: reversed, fields: fields, visit: visit) }
    }

    public func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        try ask { try $0.samples(of: id, at: sequenceNumbers) }
    }

    public func writers() throws -> [WriterRecord] { try ask { try $0.writers() } }

    public func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] {
        try ask { try $0.snapshots(of: id) }
    }

    public func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot? {
        try ask { try $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    public func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent] {
        try ask { try $0.quarantined(of: id, after: number, limit: limit) }
    }

    public func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent] {
        try ask { try $0.quarantined(after: event, limit: limit) }
    }
}
