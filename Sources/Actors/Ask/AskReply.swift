/// The reply end of one ask: it takes the answer, the failure or the deadline, whichever is first.
///
/// It keeps the answer in its envelope, so that it need not know its type: generic metadata would be looked up many times
/// for each ask.
// Safe to send: all that changes is behind the lock.
final class AskReply: Recipient, @unchecked Sendable {
    enum Outcome: Sendable {
        /// The envelope holds a message of the type that was asked for.
        case answered(Envelope)
        case failed(AskError)
    }

    typealias Waiter = UnsafeContinuation<Outcome, Never>

    private struct State {
        var outcome: Outcome?
        /// The first of those that wait; there is seldom another.
        var waiter: Waiter?
        var otherWaiters: [Waiter] = []
        var deadline: TimerEntry?
    }

    private let asked: Recipient
    private let timeout: Duration
    private let state = Locked(State())

    init(asked: Recipient, timeout: Duration, system: ActorSystem) {
        self.asked = asked
        self.timeout = timeout
        super.init(system: system)
    }

    override var path: ActorPath { asked.path.appending("$ask") }

    override var isStopped: Bool { outcome != nil }

    /// The outcome, once there is one.
    var outcome: Outcome? { state.withLock { $0.outcome } }

    /// Sets the deadline; called once, before the ask is sent.
    func startDeadline() {
        let entry = system.scheduler.startTimer(after: timeout, self)
        // It may have fired already, and what is settled must not keep it.
        state.withLock { if $0.outcome == nil { $0.deadline = entry } }
    }

    override func admit(_ envelope: Envelope) -> Cell? {
        if resolve(.answered(envelope)) { return nil }
        var reason = DeadLetterReason.alreadyAnswered
        if case .failed(.timedOut) = outcome { reason = .replyTooLate }
        system.giveUp(envelope, for: path, reason: reason)
        return nil
    }

    /// Waits for the outcome.
    ///
    /// - Parameter cell: has to be activated; who waits anyway does that on its own thread, so that no other one need be
    ///   woken. An actor's thread is left alone, for that actor has other things to do while it waits.
    nonisolated(nonsending) func wait(activating cell: Cell? = nil) async -> Outcome {
        let activated = isFree(#isolation) ? cell : nil
        if activated == nil, let cell { system.scheduler.schedule(cell) }
        // Each continuation is resumed once: here if the outcome is there, else by `resolve`, which takes it out.
        return await withUnsafeContinuation { continuation in
            let outcome: Outcome? = state.withLock { state in
                if let outcome = state.outcome { return outcome }
                if state.waiter == nil {
                    state.waiter = continuation
                } else {
                    state.otherWaiters.append(continuation)
                }
                return nil
            }
            if let outcome { continuation.resume(returning: outcome) }
            if let activated { system.scheduler.activateHere(activated) }
        }
    }

    /// Whether a caller that is isolated like this may run others on its thread.
    // A function of its own, because the compiler fails to optimise a comparison in place.
    @inline(never)
    private func isFree(_ isolation: (any Actor)?) -> Bool { isolation == nil }

    /// Settles the ask, once; false if it was settled before.
    @discardableResult
    private func resolve(_ outcome: Outcome) -> Bool {
        let settled: State? = state.withLock { state in
            guard state.outcome == nil else { return nil }
            let before = state
            state = State(outcome: outcome)
            return before
        }
        guard let settled else { return false }
        if let deadline = settled.deadline { system.scheduler.cancelTimer(deadline) }
        if let waiter = settled.waiter { HeldReplies.resume(waiter, with: outcome) }
        for waiter in settled.otherWaiters { waiter.resume(returning: outcome) }
        return true
    }
}

extension AskReply: EnvelopeOrigin {
    var isRevoked: Bool { false }

    var awaitsAnswer: Bool { true }

    func fail(_ error: AskError) {
        resolve(.failed(error))
    }
}

extension AskReply: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        resolve(.failed(.timedOut(asked.path, after: timeout)))
    }
}
