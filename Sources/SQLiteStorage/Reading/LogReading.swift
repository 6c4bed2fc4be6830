internal import Actors
internal import EventSourcing

/// Reads the event log over one connection: statements prepared once, names of types and writers remembered.
///
/// The store's own readers, its writer and the reader for looking share it. It belongs to one thread at a time.
final class LogReading {
    let connection: Connection
    let file: String

    /// A name of an event type with its digest.
    struct TypeName {
        var name: String
        var digest: UInt64
    }

    /// A stream's name with its digest.
    struct StreamName {
        var id: PersistenceID
        var digest: UInt64
        var isIntact: Bool
    }

    /// Whether an answer left out what could not be read.
    var isIncomplete = false

    // Names never change once they are committed. The bounds keep memory flat on a file with millions of them.
    private var knownTypes = RememberedNames<TypeName>()
    private var knownWriters = RememberedNames<WriterID>()
    private var knownStreams: [Int64: StreamName] = [:]
    private var knownKeys: [PersistenceID: Int64] = [:]
    /// Whether a transaction for reading could not be ended.
    private var isLeftOpen = false
    fileprivate static let rememberedNames = 20_000

    let slots = ReadingSlots()
    lazy var subscriptionSlots = SubscriptionSlots()
    lazy var timerSlots = TimerSlots()
    lazy var outboxSlots = OutboxSlots()
    lazy var projectionSlots = ProjectionSlots()

    init(_ connection: consuming Connection, file: String) {
        self.connection = connection
        self.file = file
    }

    /// The key of a stream; nil where the store has never heard of it.
    func key(of id: PersistenceID) throws -> Int64? {
        if let key = knownKeys[id] { return key }
        var found: Int64?
        do {
            found = try keyByName(id)
        } catch let error as StoreError where error.reason == .corrupt {
            // Where the index of names is damaged, the streams themselves still say it.
            found = try salvagedKey(of: id)
        }
        guard let found else { return nil }
        if knownKeys.count >= Self.rememberedNames { knownKeys.removeAll(keepingCapacity: true) }
        knownKeys[id] = found
        return found
    }

    private func keyByName(_ id: PersistenceID) throws -> Int64? {
        try slots.streamKeyByName.use(on: connection) { statement in
            try statement.bind(id.entityType, at: 1)
            try statement.bind(id.entityID, at: 2)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }

    /// Whether a stream under whose key nothing was found has another key now, because the store took over another history
    /// since it was remembered; asked only where nothing was found.
    func hasMoved(_ id: PersistenceID, from key: Int64) throws -> Bool {
        guard let current = try keyByName(id) else {
            knownKeys[id] = nil
            return false
        }
        if current == key { return false }
        knownKeys[id] = current
        return true
    }

    /// The name of a stream by its key. One that is damaged gets a name that says so.
    func streamName(_ key: Int64) throws -> StreamName {
        if let known = knownStreams[key] { return known }
        let name = try slots.streamName.use(on: connection) { statement -> StreamName in
            try statement.bind(key, at: 1)
            guard try stepWhereReadable(statement) else { return Self.damagedStream(key) }
            return Self.streamName(key, in: statement, firstColumn: 0)
        }
        if knownStreams.count >= Self.rememberedNames { knownStreams.removeAll(keepingCapacity: true) }
        knownStreams[key] = name
        return name
    }

    static func streamName(_ key: Int64, in statement: borrowing Statement, firstColumn: Int32) -> StreamName {
        guard let type = statement.text(at: firstColumn), let entity = statement.text(at: firstColumn + 1),
            let id = try? PersistenceID(type, entity)
        else { return damagedStream(key) }
        return StreamName(id: id, digest: EventChecksum.digest(id.description), isIntact: true)
    }

    // A name outside the bounds can't be shown as it is, and must not hide the stream.
    private static func damagedStream(_ key: Int64) -> StreamName {
        do {
            return StreamName(
                id: try PersistenceID(PersistenceID.lostType, "stream \(key)"), digest: 0, isIntact: false)
        } catch {
            preconditionFailure("a name of two short parts is always allowed")
        }
    }

    /// The name of an event type by its key; nil where the file has none, or can't say it.
    func typeName(_ key: Int64) throws -> TypeName? {
        if let known = knownTypes[key] { return known }
        let name = try slots.typeName.use(on: connection) { statement -> String? in
            try statement.bind(key, at: 1)
            return try stepWhereReadable(statement) ? statement.text(at: 0) : nil
        }
        guard let name else { return nil }
        let known = TypeName(name: name, digest: EventChecksum.digest(name))
        knownTypes[key] = known
        return known
    }

    /// A writer by its key; nil where the file has none, or can't say it.
    func writer(_ key: Int64) throws -> WriterID? {
        if let known = knownWriters[key] { return known }
        let id = try slots.writerID.use(on: connection) { statement -> ULID? in
            try statement.bind(key, at: 1)
            return try stepWhereReadable(statement) ? statement.ulid(at: 0) : nil
        }
        guard let id else { return nil }
        knownWriters[key] = WriterID(id)
        return WriterID(id)
    }

    /// Runs questions that all see the store as it was at one moment: that of the first read among them.
    func atOneMoment<Answer>(_ body: () throws -> Answer) throws -> Answer {
        try slots.begin.use(on: connection) { try $0.run() }
        defer { try? endMoment() }
        return try body()
    }

    /// Ends a moment that could not be ended for want of memory: whoever lends the connection calls it first, for what is
    /// read in an old transaction is old, and keeps the log from starting again.
    func endLeftMoment() throws {
        if isLeftOpen { try endMoment() }
    }

    private func endMoment() throws {
        isLeftOpen = true
        // Where a read failed, SQLite may have ended it already.
        if !connection.isIdle { try slots.rollback.use(on: connection) { try $0.run() } }
        isLeftOpen = false
    }

    /// Forgets all names: what was read in a transaction that was rolled back never was.
    func forgetNames() {
        knownTypes.removeAll()
        knownWriters.removeAll()
        knownStreams.removeAll()
        knownKeys.removeAll()
    }
}

extension LogReading {
    /// Goes on to the next row; a damaged page is as good as none, because what is looked up is only a part of a row.
    fileprivate func stepWhereReadable(_ statement: borrowing Statement) throws -> Bool {
        do {
            return try statement.step()
        } catch let error as StoreError where error.reason == .corrupt {
            isIncomplete = true
            return false
        }
    }
}

/// Names by their keys; the one asked for last is at hand, because a stream's neighbours mostly share it.
private struct RememberedNames<Name> {
    private var names: [Int64: Name] = [:]
    private var last: (key: Int64, name: Name)?

    subscript(key: Int64) -> Name? {
        mutating get {
            if let last, last.key == key { return last.name }
            guard let name = names[key] else { return nil }
            last = (key, name)
            return name
        }
        set {
            if names.count >= LogReading.rememberedNames { names.removeAll(keepingCapacity: true) }
            last = nil
            names[key] = newValue
        }
    }

    mutating func removeAll() {
        names.removeAll()
        last = nil
    }
}
