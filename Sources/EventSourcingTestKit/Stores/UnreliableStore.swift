public import Actors
public import EventSourcing

/// A store that hands everything on to another one, and fails, is slow or loses its connection where a test says so.
///
///     let store = UnreliableStore(over: InMemoryStore())
///     store.failAppend(2, with: .lostAfterCommit)
///
/// It is every kind of store that the one beneath is: for events, snapshots, command ids, durable states, quarantined
/// events, leases, subscriptions, timers, the outbox, projections, checkpoints, and for who reads the log. What it is told counts from then on:
/// append 1 is the next one.
public final class UnreliableStore<Base: Sendable>: Sendable {
    /// What a test does on the store beneath at a moment it has chosen.
    public typealias Action = @Sendable (Base) async throws -> Void

    struct Script: Sendable {
        var appends = Calls()
        var stateWrites = Calls()
        var saves = Calls()
        var deletions = Calls()
        var projectionWrites = Calls()
        var projectionChanges: [Int] = []
        var projectionReads = 0
        var renewals = 0
        var renewalFault: StoreError.Reason?
        var recoveries = 0
        var pageSizes: [Int64] = []
        var recoveryFaults: [StoreError.Reason] = []
        var recoveryInterruption: Action?
        var eventFaults: [Int64: EventFault] = [:]
        var damagedSnapshots: Set<Int64> = []
        var areStatesDamaged = false
        var areCommandsHidden = false
        var isConnected = true
        var delay: Delay?
        var waiting = 0
        var keepsAppended = false
        var appended: [AppendedEvent] = []
    }

    /// The calls of one kind, counted, with what becomes of those to come.
    struct Calls: Sendable {
        var count = 0
        private var plans: [Int: Plan] = [:]

        mutating func plan(_ number: Int, _ change: (inout Plan) -> Void) {
            change(&plans[count + max(1, number), default: Plan()])
        }

        mutating func next() -> Plan {
            count += 1
            return plans.removeValue(forKey: count) ?? Plan()
        }
    }

    /// What becomes of one call.
    struct Plan: Sendable {
        var fault: WriteFault?
        var interruption: Action?
    }

    struct Delay: Sendable {
        let duration: Duration
        let sleeper: ActorRef<Pause>
    }

    struct Pause: Sendable {}

    /// The store beneath, which never fails by itself.
    public let base: Base
    let script = Locked(Script())

    /// Makes a store that hands everything on until it is told otherwise.
    public init(over base: Base) { self.base = base }
}

extension UnreliableStore where Base == InMemoryStore {
    /// Makes a store over an empty one in memory.
    public convenience init() { self.init(over: InMemoryStore()) }
}

// MARK: - Writes that fail

extension UnreliableStore {
    /// Makes an append fail, counted from now on; a number below 1 counts as the next one.
    public func failAppend(_ number: Int = 1, with fault: WriteFault) {
        script.withLock { $0.appends.plan(number) { $0.fault = fault } }
    }

    /// Does something on the store beneath just before an append, such as another writer's append that overtakes it.
    public func beforeAppend(_ number: Int = 1, _ action: @escaping Action) {
        script.withLock { $0.appends.plan(number) { $0.interruption = action } }
    }

    /// Makes a write or a deletion of a durable state fail, counted from now on; a number below 1 counts as the next one.
    public func failStateWrite(_ number: Int = 1, with fault: WriteFault) {
        script.withLock { $0.stateWrites.plan(number) { $0.fault = fault } }
    }

    /// Does something on the store beneath just before a write or a deletion of a durable state.
    public func beforeStateWrite(_ number: Int = 1, _ action: @escaping Action) {
        script.withLock { $0.stateWrites.plan(number) { $0.interruption = action } }
    }

    /// Makes the saving of a snapshot fail, counted from now on; a number below 1 counts as the next one.
    public func failSnapshot(_ number: Int = 1, with reason: StoreError.Reason = .full) {
        script.withLock { $0.saves.plan(number) { $0.fault = .refused(reason) } }
    }

    /// Makes a deletion of events or of snapshots fail, counted from now on; a number below 1 counts as the next one.
    public func failDeletion(_ number: Int = 1, with reason: StoreError.Reason = .busy) {
        script.withLock { $0.deletions.plan(number) { $0.fault = .refused(reason) } }
    }

    /// Makes a change of a projection fail, counted from now on; a number below 1 counts as the next one.
    public func failProjectionWrite(_ number: Int = 1, with reason: StoreError.Reason) {
        script.withLock { $0.projectionWrites.plan(number) { $0.fault = .refused(reason) } }
    }

    /// Does something on the store beneath just before a change of a projection, such as that of another one who is first.
    public func beforeProjectionWrite(_ number: Int = 1, _ action: @escaping Action) {
        script.withLock { $0.projectionWrites.plan(number) { $0.interruption = action } }
    }

    /// How many rows each change of a projection was to change, in the order of the calls.
    public var projectionChanges: [Int] { script.withLock { $0.projectionChanges } }

    /// How many single rows of projections were asked for.
    public var projectionReadCount: Int { script.withLock { $0.projectionReads } }

    /// Refuses every renewal of a lease from now on; nil lets them through again.
    public func failRenewals(with reason: StoreError.Reason?) { script.withLock { $0.renewalFault = reason } }

    /// How many renewals of leases were tried.
    public var renewalCount: Int { script.withLock { $0.renewals } }

    /// How many appends were tried.
    public var appendCount: Int { script.withLock { $0.appends.count } }

    /// How many snapshots were to be saved.
    public var snapshotCount: Int { script.withLock { $0.saves.count } }

    /// How many writes and deletions of durable states were tried.
    public var stateWriteCount: Int { script.withLock { $0.stateWrites.count } }
}

// MARK: - Reads that fail

extension UnreliableStore {
    /// Makes the next recoveries fail, so many of them; reading again after a conflict counts as one too.
    ///
    /// Each begins by asking for the head of the stream or the revision of the durable state, and that is what fails.
    public func failRecovery(_ count: Int = 1, with reason: StoreError.Reason = .busy) {
        script.withLock { $0.recoveryFaults += Array(repeating: reason, count: max(0, count)) }
    }

    /// Does something on the store beneath in the middle of the next recovery: behind its first question.
    public func duringRecovery(_ action: @escaping Action) { script.withLock { $0.recoveryInterruption = action } }

    /// How many recoveries were begun; reading again after a conflict counts as one too.
    public var recoveryCount: Int { script.withLock { $0.recoveries } }

    /// How many events each read of a stream asked for at most, in their order.
    public var pageSizes: [Int64] { script.withLock { $0.pageSizes } }

    /// Hands out the event with this number in this way, whatever its stream; nil as it is.
    public func spoilEvent(_ number: Int64, as fault: EventFault?) {
        script.withLock { $0.eventFaults[number] = fault }
    }

    /// Hands out the snapshot with this number as one that does not fit its checksum, or as it is.
    public func spoilSnapshot(_ number: Int64, isDamaged: Bool = true) {
        script.withLock { script in
            if isDamaged { script.damagedSnapshots.insert(number) } else { script.damagedSnapshots.remove(number) }
        }
    }

    /// Finds no command that was handled, as for one that is handled twice at the same time; or finds them again.
    public func hideCommands(areHidden: Bool = true) { script.withLock { $0.areCommandsHidden = areHidden } }

    /// Hands out durable states as ones that do not fit their checksum, or as they are.
    public func spoilStates(areDamaged: Bool = true) { script.withLock { $0.areStatesDamaged = areDamaged } }
}

// MARK: - The connection

extension UnreliableStore {
    /// Refuses every call with a `StoreError` of reason `closed` until `reconnect()`.
    public func disconnect() { script.withLock { $0.isConnected = false } }

    /// Lets calls through again.
    public func reconnect() { script.withLock { $0.isConnected = true } }

    /// Lets every call wait first, by the clock of a system; on a stepped one until its time is moved on.
    ///
    /// It is as quick as ever again when that system shuts down.
    public func slowDown(by duration: Duration, in system: ActorSystem) {
        // A pause is an ask that nobody answers: it ends by the system's own clock.
        let sleeper = system.spawn(Behavior<Pause>.receive { _, _ in .same }.apartFromSiblings(), name: "slow-store")
        let before = script.withLock { script in
            defer { script.delay = Delay(duration: duration, sleeper: sleeper) }
            return script.delay
        }
        if let before { system.stop(before.sleeper) }
    }

    /// How many calls wait because the store is slow.
    public var waitingCount: Int { script.withLock { $0.waiting } }

    /// How long each call waits.
    var delay: Duration { script.withLock { $0.delay?.duration ?? .zero } }
}
