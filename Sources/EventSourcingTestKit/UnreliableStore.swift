public import Actors
public import EventSourcing

/// A store that hands everything on to another one, and fails, is slow or loses its connection where a test says so.
///
///     let store = UnreliableStore(over: InMemoryStore())
///     store.failAppend(2, with: .lostAfterCommit)
///
/// What it is told counts from then on: append 1 is the next one.
public final class UnreliableStore<Base: EventStore & SnapshotStore>: Sendable {
    private struct Script: Sendable {
        var appends = 0
        var saves = 0
        var appendFaults: [Int: AppendFault] = [:]
        var saveFaults: [Int: StoreError.Reason] = [:]
        var interruptions: [Int: @Sendable (Base) async throws -> Void] = [:]
        var isConnected = true
        var delay: Delay?
        var waiting = 0
        var keepsAppended = false
        var appended: [AppendedEvent] = []
    }

    private struct Delay: Sendable {
        let duration: Duration
        let sleeper: ActorRef<Pause>
    }

    private struct Pause: Sendable {}

    /// The store beneath, which never fails by itself.
    public let base: Base
    private let script = Locked(Script())

    /// Makes a store that hands everything on until it is told otherwise.
    public init(over base: Base) { self.base = base }
}

// MARK: - What a test says

extension UnreliableStore {
    /// Makes an append fail, counted from now on; a number below 1 counts as the next one.
    public func failAppend(_ number: Int = 1, with fault: AppendFault) {
        script.withLock { $0.appendFaults[$0.appends + max(1, number)] = fault }
    }

    /// Does something on the store beneath just before an append, such as another writer's append that overtakes it.
    public func beforeAppend(_ number: Int = 1, _ action: @escaping @Sendable (Base) async throws -> Void) {
        script.withLock { $0.interruptions[$0.appends + max(1, number)] = action }
    }

    /// Makes the saving of a snapshot fail, counted from now on; a number below 1 counts as the next one.
    public func failSnapshot(_ number: Int = 1, with reason: StoreError.Reason = .full) {
        script.withLock { $0.saveFaults[$0.saves + max(1, number)] = reason }
    }

    /// Refuses every call with a `StoreError` of reason `closed` until `reconnect()`.
    public func disconnect() { script.withLock { $0.isConnected = false } }

    /// Lets calls through again.
    public func reconnect() { script.withLock { $0.isConnected = true } }

    /// Lets every call wait first, by the clock of a system; on a stepped one until its time is moved on.
    ///
    /// It is as quick as ever again when that system shuts down.
    public func slowDown(by duration: Duration, in system: ActorSystem) {
        // A pause is an ask that nobody answers: it ends by the system's own clock.
        let sleeper = system.spawn(Behavior<Pause>.receive { _, _ in .same }, name: "slow-store")
        let before = script.withLock { script in
            defer { script.delay = Delay(duration: duration, sleeper: sleeper) }
            return script.delay
        }
        if let before { system.stop(before.sleeper) }
    }

    /// How many appends were tried.
    public var appendCount: Int { script.withLock { $0.appends } }

    /// How many calls wait because the store is slow.
    public var waitingCount: Int { script.withLock { $0.waiting } }

    /// How long each call waits.
    var delay: Duration { script.withLock { $0.delay?.duration ?? .zero } }
}

// MARK: - What was written

/// An event that an append has made durable.
struct AppendedEvent: Sendable {
    let persistenceID: PersistenceID
    let sequenceNumber: Int64
    let event: NewEvent
}

extension UnreliableStore {
    /// Keeps what is appended from now on, also what is deleted later, until it is taken.
    func keepAppended() { script.withLock { $0.keepsAppended = true } }

    /// What was appended since the last call.
    func takeAppended() -> [AppendedEvent] {
        script.withLock { script in
            defer { script.appended = [] }
            return script.appended
        }
    }
}

// MARK: - Events

extension UnreliableStore: EventStore {
    /// Waits while the store is slow; throws while it is disconnected.
    private func enter(_ id: PersistenceID? = nil) async throws {
        let delay = script.withLock { script in
            if script.delay != nil { script.waiting += 1 }
            return script.delay
        }
        if let delay {
            _ = try? await delay.sleeper.ask(timeout: delay.duration) { (_: ActorRef<Bool>) in Pause() }
            script.withLock { $0.waiting -= 1 }
        }
        if script.withLock({ !$0.isConnected }) {
            throw StoreError(.closed, stream: id, detail: "the test has disconnected it")
        }
    }

    public func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        let (fault, interruption) = script.withLock { script in
            script.appends += 1
            return (
                script.appendFaults.removeValue(forKey: script.appends),
                script.interruptions.removeValue(forKey: script.appends)
            )
        }
        try await enter(id)
        try await interruption?(base)
        switch fault {
        case .refused(let reason): throw StoreError(reason, stream: id)
        case .conflict:
            let actual = try await base.head(of: id)?.sequenceNumber ?? 0
            throw ConcurrentModificationError(persistenceID: id, expected: expecting, actual: actual)
        case .fenced(let other):
            let current = try await base.head(of: id)?.epoch ?? 0
            throw WriterFencedError(
                persistenceID: id, writer: other, epoch: epoch ?? current, currentEpoch: current + 1)
        case .lostBeforeCommit: throw StoreError(.outcomeUnknown, stream: id)
        case .error(let error): throw error
        case .lostAfterCommit, nil: break
        }
        let receipt = try await base.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        script.withLock { script in
            guard script.keepsAppended else { return }
            script.appended += zip(receipt.sequenceNumbers, events).map {
                AppendedEvent(persistenceID: id, sequenceNumber: $0, event: $1)
            }
        }
        if case .lostAfterCommit = fault { throw StoreError(.outcomeUnknown, stream: id) }
        return receipt
    }

    public func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await enter(id)
        return try await base.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
    }

    public func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await enter()
        return try await base.readAll(after: position, limit: limit, fields: fields, into: initial, visit: visit)
    }

    public func head(of id: PersistenceID) async throws -> StreamHead? {
        try await enter(id)
        return try await base.head(of: id)
    }

    public func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await enter()
        return try await base.streams(after: after, prefix: prefix, limit: limit)
    }

    @discardableResult
    public func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await enter(id)
        return try await base.deleteEvents(of: id, upTo: upTo)
    }

    @discardableResult
    public func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await enter(id)
        return try await base.takeOver(id, by: writer)
    }

    public func register(_ writer: WriterRecord) async throws {
        try await enter()
        try await base.register(writer)
    }

    public func importHistory(_ events: [ImportedEvent]) async throws {
        try await enter()
        try await base.importHistory(events)
    }
}

// MARK: - Snapshots

extension UnreliableStore: SnapshotStore {
    public func save(_ snapshot: StoredSnapshot) async throws {
        let id = snapshot.description.persistenceID
        let fault = script.withLock { script in
            script.saves += 1
            return script.saveFaults.removeValue(forKey: script.saves)
        }
        try await enter(id)
        if let fault { throw StoreError(fault, stream: id) }
        try await base.save(snapshot)
    }

    public func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await enter(id)
        return try await base.latest(of: id, atOrBelow: atOrBelow)
    }

    public func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try await enter(id)
        return try await base.list(of: id)
    }

    @discardableResult
    public func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await enter(id)
        return try await base.delete(of: id, upTo: upTo)
    }
}

// MARK: - Commands

extension UnreliableStore: CommandStore where Base: CommandStore {
    public func command(_ id: ULID) async throws -> CommandRecord? {
        try await enter()
        return try await base.command(id)
    }

    @discardableResult
    public func forgetCommands(before moment: Timestamp) async throws -> Int {
        try await enter()
        return try await base.forgetCommands(before: moment)
    }
}
