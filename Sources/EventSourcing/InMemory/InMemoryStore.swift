public import Actors

/// A store that keeps its encoded events and everything beside them in memory, for tests, demonstrations and stepped
/// systems.
///
/// It never suspends and reads no clock, and the same calls in the same order give the same answers in every process.
/// A read never sees events that were appended after it began; events that are deleted while it runs may be missing from
/// its rest.
public final class InMemoryStore: MemoryStore {
    private struct Guarded: Sendable {
        var state = MemoryState()
        var notice: (@Sendable () -> Void)?
    }

    private let contents = Locked(Guarded())
    private let watchers = ChangeWatchers()

    /// Makes an empty store.
    public init() {}

    /// A synchronous reader of this store, which follows what is written.
    public func reader() -> some StoreReader & Sendable { MemoryReader(self) }

    /// Calls `notice` after each change from now on, on the thread that made it and while nothing is locked; nil ends it.
    package func onChange(_ notice: (@Sendable () -> Void)?) {
        contents.withLock { $0.notice = notice }
    }

    /// Takes over a whole history at once, without suspending.
    package func fill(writers: [WriterRecord], events: [ImportedEvent], snapshots: [StoredSnapshot]) throws {
        try write { state in
            for writer in writers { try state.register(writer) }
            try state.importHistory(events)
            for snapshot in snapshots { state.save(snapshot) }
        }
    }

    func read<Answer: Sendable>(_ body: (inout MemoryState) throws -> Answer) rethrows -> Answer {
        try contents.withLock { try body(&$0.state) }
    }

    func write<Answer: Sendable>(_ body: (inout MemoryState) throws -> Answer) rethrows -> Answer {
        let (answer, notice) = try contents.withLock { contents in
            let before = contents.state.changes
            let answer = try body(&contents.state)
            return (answer, contents.state.changes == before ? nil : contents.notice ?? {})
        }
        if let notice {
            notice()
            watchers.tell()
        }
        return answer
    }
}

// MARK: - Changes

extension InMemoryStore: LiveStore {
    public func watchChanges(_ notice: @escaping @Sendable () -> Void) -> ChangeWatch { watchers.add(notice) }
}

// MARK: - Commands

extension InMemoryStore: CommandStore {
    public func command(_ id: ULID) async throws -> CommandRecord? { read { $0.commands[id]?.record } }

    @discardableResult
    public func forgetCommands(before moment: Timestamp) async throws -> Int {
        write { $0.forgetCommands(before: moment) }
    }
}

// MARK: - Events

extension InMemoryStore: ImmediateEventStore {
    public func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        try appendNow(events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
    }

    package func appendNow(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) throws -> AppendReceipt {
        try write {
            try $0.append(events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        }
    }

    public func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try foldStream(id, from: from, through: through, fields: fields, into: initial, visit: visit)
    }

    public func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try foldLog(after: position, limit: limit, fields: fields, into: initial, visit: visit)
    }

    public func head(of id: PersistenceID) async throws -> StreamHead? { read { $0.head(of: id) } }

    public func recoveryStart(
        of id: PersistenceID, snapshots: (any SnapshotStore)?
    ) async throws -> RecoveryStart {
        if let snapshots, snapshots as? InMemoryStore !== self {
            return try await RecoveryStart(of: id, in: self, snapshots)
        }
        return try read { try $0.recoveryStart(of: id, withSnapshot: snapshots != nil) }
    }

    public func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        let query = StreamQuery(prefix: prefix, after: after.map { StreamHead(new: $0) }, limit: limit)
        return read { $0.streams(query) }
    }

    @discardableResult
    public func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        write { $0.deleteEvents(of: id, upTo: upTo) }
    }

    @discardableResult
    public func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try write { try $0.takeOver(id, by: writer) }
    }

    public func register(_ writer: WriterRecord) async throws { try write { try $0.register(writer) } }

    public func importHistory(_ events: [ImportedEvent]) async throws { try write { try $0.importHistory(events) } }
}

// MARK: - Snapshots

extension InMemoryStore: SnapshotStore {
    public func save(_ snapshot: StoredSnapshot) async throws { write { $0.save(snapshot) } }

    public func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        read { $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    public func list(of id: PersistenceID) async throws -> [SnapshotDescription] { read { $0.snapshots(of: id) } }

    @discardableResult
    public func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        write { $0.deleteSnapshots(of: id, upTo: upTo) }
    }
}
