/// The place of one entity: it knows the actor that runs, and keeps messages while there is none.
///
/// It lives as long as somebody has its address or its actor runs.
// Safe to send: all that changes is behind the lock.
final class EntityPlace<ID: Hashable & Sendable, Message: Sendable>: Recipient, @unchecked Sendable {
    private struct State {
        /// The present actor, until it has handed over what it left.
        var cell: Cell?
        /// What came after that actor had stopped, or during the wait for its successor.
        var waiting: [Envelope] = []
        /// The end of that wait.
        var backOff: TimerEntry?
        var failures = 0
        /// Keeps the place, and with it the count of failures, until the successor would have been well long enough.
        var memory: TimerEntry?
        var startedAt: Int64 = 0
        var startsFrom = Int64.min
    }

    private let id: ID
    private let behavior: Behavior<Message>
    private let region: EntityRegion
    private let rules: EntityRules
    private let registry: EntityRegistry<ID, Message>
    private let name: String
    private let state = Locked(State())

    init(
        id: ID, behavior: Behavior<Message>, region: EntityRegion, rules: EntityRules,
        registry: EntityRegistry<ID, Message>
    ) {
        self.id = id
        self.behavior = behavior
        self.region = region
        self.rules = rules
        self.registry = registry
        self.name = "\(id)"
        super.init(system: region.system)
    }

    deinit { registry.forget(id) }

    override var path: ActorPath { region.path.appending(name) }

    override var isStopped: Bool { region.isStopped }

    override func admit(_ envelope: Envelope) -> Cell? {
        let (given, activated): (GivenUp?, Cell?) = state.withLock { state in
            if let cell = state.cell {
                switch cell.put(envelope) {
                case .queued: return (nil, nil)
                case .mustSchedule: return (nil, cell)
                case .full: return (GivenUp([envelope], .mailboxOverflow(capacity: capacity)), nil)
                case .closed: return (keep(envelope, in: &state), nil)
                }
            }
            if state.backOff != nil { return (keep(envelope, in: &state), nil) }
            return (start(with: [envelope], in: &state), nil)
        }
        giveUp(given)
        return activated
    }

    override func control(_ message: SystemMessage) {
        state.withLock { $0.cell }?.enqueue(message)
    }

    override func addWatcher(_ watcher: Watcher) {
        if let cell = state.withLock({ $0.cell }) {
            cell.addWatcher(watcher)
        } else {
            watcher.tell()
        }
    }

    override func removeWatcher(_ watcher: Cell) {
        state.withLock { $0.cell }?.removeWatcher(watcher)
    }

    // MARK: - Starting

    /// Messages that can't be handled, and why; given up outside the lock, for subscribers may send to this place.
    private struct GivenUp {
        let envelopes: [Envelope]
        let reason: DeadLetterReason

        init(_ envelopes: [Envelope], _ reason: DeadLetterReason) {
            self.envelopes = envelopes
            self.reason = reason
        }
    }

    private var capacity: Int {
        if case .active(let active) = behavior.form { active.traits.mailboxCapacity ?? .max } else { .max }
    }

    private func keep(_ envelope: Envelope, in state: inout State) -> GivenUp? {
        guard state.waiting.count < capacity else {
            return GivenUp([envelope], .mailboxOverflow(capacity: capacity))
        }
        state.waiting.append(envelope)
        return nil
    }

    private func start(with envelopes: [Envelope], in state: inout State) -> GivenUp? {
        let scheduler = system.scheduler
        if state.startsFrom > scheduler.ticks {
            guard state.memory != nil || region.add(self) else { return GivenUp(envelopes, .recipientStopped) }
            state.waiting = envelopes
            state.backOff = scheduler.startTimer(at: state.startsFrom, self)
            return nil
        }
        state.cell = region.spawn(behavior, name: name, host: self, idle: rules.idle, waiting: envelopes)
        state.startedAt = scheduler.ticks
        return state.cell == nil ? GivenUp(envelopes, .recipientStopped) : nil
    }

    private func giveUp(_ given: GivenUp?) {
        guard let given else { return }
        for envelope in given.envelopes { system.giveUp(envelope, for: path, reason: given.reason) }
    }
}

extension EntityPlace: CellHost {
    func cellDidStop(_ cell: Cell, leaving envelopes: [Envelope]) {
        let couldStart = cell.startFailure == nil
        let given: GivenUp? = state.withLock { state in
            state.cell = nil
            countFailure(of: cell, leaving: envelopes, in: &state)
            let waiting = (couldStart ? envelopes : []) + state.waiting
            state.waiting = []
            return waiting.isEmpty ? nil : start(with: waiting, in: &state)
        }
        if !couldStart { cell.giveUp(envelopes, reason: cell.reasonOfStop) }
        giveUp(given)
    }

    /// Sets the back-off for the successor of an actor that failed, or that stopped without handling what waited.
    private func countFailure(of cell: Cell, leaving envelopes: [Envelope], in state: inout State) {
        let present = system.scheduler.ticks
        let wasKept = state.memory != nil || state.backOff != nil
        state.memory.take()?.cancel()
        guard cell.stopsByFailure || cell.handledMessages == 0 && !envelopes.isEmpty else {
            state.failures = 0
            state.startsFrom = .min
            if wasKept, state.backOff == nil { region.remove(self) }
            return
        }
        if present - state.startedAt >= rules.quietPeriod.wholeNanoseconds { state.failures = 0 }
        state.failures += 1
        let delay = rules.backOff.delay(beforeRestart: state.failures).wholeNanoseconds
        let (sum, overflow) = present.addingReportingOverflow(delay)
        state.startsFrom = overflow ? .max : sum
        // Nobody else may hold the place, and who comes next must not begin as if nothing had been.
        guard wasKept || region.add(self) else { return }
        let (end, isNever) = state.startsFrom.addingReportingOverflow(rules.quietPeriod.wholeNanoseconds)
        state.memory = system.scheduler.startTimer(at: isNever ? .max : end, self)
    }
}

extension EntityPlace: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        let (isMemory, isKept) = state.withLock { state in
            let isMemory = entry === state.memory
            if isMemory { state.memory = nil }
            return (isMemory, isMemory ? state.backOff != nil : state.memory != nil)
        }
        if !isKept { region.remove(self) }
        if isMemory { return }
        let given: GivenUp? = state.withLock { state in
            // The region may have stopped at the same moment.
            guard state.backOff.take() != nil else { return nil }
            let waiting = state.waiting
            state.waiting = []
            return start(with: waiting, in: &state)
        }
        giveUp(given)
    }
}

extension EntityPlace: WaitingPlace {
    func giveUpWaiting() {
        let (waiting, timers) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, [state.backOff.take(), state.memory.take()])
        }
        for timer in timers { timer?.cancel() }
        giveUp(GivenUp(waiting, .recipientStopped))
    }
}
