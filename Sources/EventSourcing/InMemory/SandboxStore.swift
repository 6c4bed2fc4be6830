/// A store laid over another one that is only looked at: what is written stays in memory, and nothing beneath changes.
///
/// It costs nothing however large the store beneath is. A stream that is written to goes on from where it stood beneath at
/// that moment; the others follow the store beneath. From the first write on, the global log ends beneath at the position
/// it had then, and goes on with the sandbox's own events. Commands that were handled beneath are known here, so that none is
/// done twice, but for those whose events came to a stream after it was written to here. Subscriptions go on from where they
/// stand beneath; those of an application that never ran there begin at the end of the log. The timers, the outbox, the dead
/// letters, the projections, the checkpoints and the leases beneath are not known: it begins without any, and keeps its own.
public final class SandboxStore: MemoryStore {
    // Safe to send: the reader beneath was handed over for good, and the state is reached only under the lock.
    private struct Guarded: @unchecked Sendable {
        var state: SandboxState
    }

    private let contents: Locked<Guarded>
    private let watchers = ChangeWatchers()

    /// Lays a sandbox over a store that was opened for looking, and takes its reader for itself.
    public init(over base: sending any StoreReader) {
        contents = Locked(Guarded(state: SandboxState(base: base)))
    }

    /// A synchronous reader that shows the store beneath and what was written over it as one.
    public func reader() -> some StoreReader & Sendable { MemoryReader(self) }

    /// Calls `notice` after each change from now on, on the thread that made it and while nothing is locked; nil ends it.
    package func onChange(_ notice: (@Sendable () -> Void)?) {
        contents.withLock { $0.state.notice = notice }
    }

    func read<Answer: Sendable>(_ body: (inout SandboxState) throws -> Answer) rethrows -> Answer {
        try contents.withLock { try body(&$0.state) }
    }

    func write<Answer: Sendable>(_ body: (inout SandboxState) throws -> Answer) rethrows -> Answer {
        let (answer, notice) = try contents.withLock { contents in
            let before = contents.state.memory.changes
            let answer = try body(&contents.state)
            return (answer, contents.state.memory.changes == before ? nil : contents.state.notice ?? {})
        }
        if let notice {
            notice()
            watchers.tell()
        }
        return answer
    }
}

// MARK: - Changes

/// It tells of its own changes, and not of those beneath.
extension SandboxStore: LiveStore {
    public func watchChanges(_ notice: @escaping @Sendable () -> Void) -> ChangeWatch { watchers.add(notice) }
}

// MARK: - Events

extension SandboxStore: EventStore {
    public func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
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

    public func head(of id: PersistenceID) async throws -> StreamHead? { try read { try $0.head(of: id) } }

    public func recoveryStart(
        of id: PersistenceID, snapshots: (any SnapshotStore)?
    ) async throws -> RecoveryStart {
        if let snapshots, snapshots as? SandboxStore !== self {
            return try await RecoveryStart(of: id, in: self, snapshots)
        }
        return try read { try $0.recoveryStart(of: id, withSnapshot: snapshots != nil) }
    }

    public func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        let query = StreamQuery(prefix: prefix, after: after.map { StreamHead(new: $0) }, limit: limit)
        return try read { try $0.streams(query) }
    }

    @discardableResult
    public func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try write { try $0.deleteEvents(of: id, upTo: upTo) }
    }

    @discardableResult
    public func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try write { try $0.takeOver(id, by: writer) }
    }

    public func register(_ writer: WriterRecord) async throws {
        try write { try $0.memory.register(writer) }
    }

    public func importHistory(_ events: [ImportedEvent]) async throws { try write { try $0.importHistory(events) } }
}

// MARK: - Snapshots

extension SandboxStore: SnapshotStore {
    public func save(_ snapshot: StoredSnapshot) async throws { write { $0.memory.save(snapshot) } }

    public func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try read { try $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    public func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try read { try $0.snapshots(of: id) }
    }

    @discardableResult
    public func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try write { try $0.deleteSnapshots(of: id, upTo: upTo) }
    }
}
