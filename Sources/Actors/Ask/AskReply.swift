internal import Glibc
internal import Synchronization

/// The reply end of one ask: it takes the answer, the failure or the deadline, whichever is first.
///
/// It keeps the answer in its envelope, so that it need not know its type: generic metadata would be looked up many times
/// for each ask.
// Safe to send: what changes is touched by whoever holds `phase`, and no more once that is settled.
@usableFromInline
final class AskReply: Recipient, @unchecked Sendable {
    @usableFromInline
    enum Outcome: Sendable {
        /// The envelope holds a message of the type that was asked for.
        case answered(Envelope)
        case failed(AskError)
    }

    typealias Waiter = UnsafeContinuation<Outcome, Never>

    private enum Phase: UInt8, AtomicRepresentable {
        case open
        /// Somebody changes it, and will have done so a few instructions later.
        case changing
        case settled
    }

    private let asked: Recipient
    private let timeout: Duration
    /// A lock in itself, because one beside it would be another object for each ask.
    private let phase = Atomic(Phase.open)
    private var settledOutcome: Outcome?
    /// The first of those that wait; there is seldom another.
    private var waiter: Waiter?
    private var otherWaiters: [Waiter] = []
    /// Cancelled when the ask is settled, which may be before it is sent: the message is made with the address at hand.
    private let deadline: TimerEntry

    @usableFromInline
    init(asked: Recipient, timeout: Duration) {
        self.asked = asked
        self.timeout = timeout
        deadline = TimerEntry(due: asked.system.scheduler.due(after: timeout))
        super.init(system: asked.system)
        deadline.aim(at: self)
    }

    override var path: ActorPath { asked.path.appending("$ask") }

    override var isStopped: Bool { outcome != nil }

    /// The outcome, once there is one.
    var outcome: Outcome? { phase.load(ordering: .acquiring) == .settled ? settledOutcome : nil }

    /// Sends the message of the ask; called once. Answers the cell that is to be activated for it.
    ///
    /// The deadline stands before the message leaves, so that an answer always finds it and takes it away.
    func send(_ envelope: Envelope) -> Cell? {
        system.scheduler.startTimer(deadline)
        return asked.admit(envelope)
    }

    override func admit(_ envelope: Envelope) -> Cell? {
        if resolve(.answered(envelope)) { return nil }
        var reason = DeadLetterReason.alreadyAnswered
        if case .failed(.timedOut) = outcome { reason = .replyTooLate }
        system.giveUp(envelope, for: path, reason: reason)
        return nil
    }

    /// Sends the message of the ask and waits for the envelope of its answer.
    @usableFromInline
    nonisolated(nonsending) func answer(to envelope: Envelope) async throws(AskError) -> Envelope {
        switch await wait(activating: send(envelope)) {
        case .answered(let answer): return answer
        case .failed(let error): throw error
        }
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
            if let outcome = add(continuation) { continuation.resume(returning: outcome) }
            if let activated { system.scheduler.activateHere(activated) }
        }
    }

    /// Whether a caller that is isolated like this may run others on its thread.
    // A function of its own, because the compiler fails to optimise a comparison in place.
    @inline(never)
    private func isFree(_ isolation: (any Actor)?) -> Bool { isolation == nil }

    /// Has somebody told the outcome; answers it where it is there already.
    private func add(_ continuation: Waiter) -> Outcome? {
        guard beginChange() else { return settledOutcome }
        if waiter == nil { waiter = continuation } else { otherWaiters.append(continuation) }
        phase.store(.open, ordering: .releasing)
        return nil
    }

    /// Settles the ask, once; false if it was settled before.
    @discardableResult
    private func resolve(_ outcome: Outcome) -> Bool {
        guard beginChange() else { return false }
        settledOutcome = outcome
        let (first, others) = (waiter.take(), otherWaiters)
        otherWaiters = []
        phase.store(.settled, ordering: .releasing)
        deadline.cancel()
        if let first { HeldReplies.resume(first, with: outcome) }
        for waiter in others { waiter.resume(returning: outcome) }
        return true
    }

    /// Waits for its turn to change something; false if all is settled.
    private func beginChange() -> Bool {
        while true {
            let (isTaken, before) = phase.compareExchange(
                expected: .open, desired: .changing, successOrdering: .acquiring, failureOrdering: .acquiring)
            if isTaken { return true }
            if before == .settled { return false }
            sched_yield()
        }
    }
}

extension AskReply: EnvelopeOrigin {
    @usableFromInline
    var isRevoked: Bool { false }

    @usableFromInline
    var awaitsAnswer: Bool { true }

    @usableFromInline
    func fail(_ error: AskError) {
        resolve(.failed(error))
    }
}

extension AskReply: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        resolve(.failed(.timedOut(asked.path, after: timeout)))
    }
}
