internal import Synchronization

/// The reply end of one ask: it takes the answer, the failure or the deadline, whichever is first.
// Safe to send: all that changes is behind the two locks.
final class AskReply<Reply: Sendable>: Recipient, @unchecked Sendable {
    typealias Outcome = Result<Reply, AskError>

    private enum State {
        case waiting([UnsafeContinuation<Outcome, Never>])
        case done(Outcome)
    }

    private let asked: Recipient
    private let timeout: Duration
    private let state = Mutex(State.waiting([]))
    private let deadline = Mutex<TimerEntry?>(nil)

    init(asked: Recipient, timeout: Duration, system: ActorSystem) {
        self.asked = asked
        self.timeout = timeout
        super.init(system: system)
    }

    override var path: ActorPath { asked.path.appending("$ask") }

    override var isStopped: Bool { outcome != nil }

    /// The outcome, once there is one.
    var outcome: Outcome? {
        state.withLock { state in
            if case .done(let outcome) = state { return outcome }
            return nil
        }
    }

    func startDeadline() {
        let entry = system.scheduler.startTimer(after: timeout, self)
        deadline.withLock { $0 = entry }
    }

    override func deliver(_ envelope: Envelope) {
        // Sound: see `Recipient`; the reference that was sent with the ask takes replies only.
        let typed = unsafeDowncast(envelope, to: MessageEnvelope<Reply>.self)
        if resolve(.success(typed.message)) { return }
        var reason = DeadLetterReason.alreadyAnswered
        if case .failure(.timedOut) = outcome { reason = .replyTooLate }
        system.giveUp(envelope, for: path, reason: reason)
    }

    nonisolated(nonsending) func wait() async -> Outcome {
        await withUnsafeContinuation { continuation in
            let outcome: Outcome? = state.withLock { state in
                switch state {
                case .done(let outcome):
                    return outcome
                case .waiting(var waiters):
                    waiters.append(continuation)
                    state = .waiting(waiters)
                    return nil
                }
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// Settles the ask, once; false if it was settled before.
    @discardableResult
    private func resolve(_ outcome: Outcome) -> Bool {
        let waiters: [UnsafeContinuation<Outcome, Never>]? = state.withLock { state in
            guard case .waiting(let waiters) = state else { return nil }
            state = .done(outcome)
            return waiters
        }
        guard let waiters else { return false }
        if let entry = deadline.withLock({ $0.take() }) {
            system.scheduler.cancelTimer(entry)
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
        return true
    }
}

extension AskReply: EnvelopeOrigin {
    var isRevoked: Bool { false }

    func fail(_ error: AskError) {
        resolve(.failure(error))
    }
}

extension AskReply: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        resolve(.failure(.timedOut(asked.path, after: timeout)))
    }
}
