import Actors
import EventSourcing

/// One sweep: what is due is claimed, each timer is given to its own instance, and what came of it is settled.
struct SweeperRound: Sendable {
    /// No machine of the sweeper has the timer's instance.
    struct UnknownMachine: Error, CustomStringConvertible {
        let name: String

        var description: String { "the sweeper knows no machine called \(name)" }
    }

    let store: any TimerStore
    let machines: [String: TimedMachine]
    let settings: TimerSweeperSettings
    let clock: any ActorClock
    let log: ActorLog
    let counts: WorkCounts<TimerSweeperMetrics>
    /// Whether the sweeper is to stop.
    let isStopping: @Sendable () -> Bool

    /// Sweeps once, and answers whether timers of strangers were left; throws what the store throws at a claim, and at the
    /// first one has done nothing.
    ///
    /// Behind a timer that was handled alone the next one is claimed by itself, until it may be handled beside others: what
    /// a process had under way when it ended is done in one sweep, and is not claimed and given back over and over.
    func run(as claimer: ULID) async throws -> Bool {
        var timers = try await claim(settings.batch, as: claimer)
        counts.note { $0.sweeps += 1 }
        var (hasLeft, rounds) = (false, 1)
        while true {
            let (leaves, wasAlone) = await handle(timers)
            hasLeft = hasLeft || leaves
            guard wasAlone, rounds < settings.batch, !isStopping() else { return hasLeft }
            timers = try await claim(1, as: claimer)
            rounds += 1
        }
    }

    private func claim(_ limit: Int, as claimer: ULID) async throws -> [StoredTimer] {
        try await store.claimDue(limit: limit, for: settings.claim, as: claimer, at: clock.now)
    }

    /// Handles what was claimed; answers whether timers of strangers were left, and whether one was handled alone.
    private func handle(_ timers: [StoredTimer]) async -> (hasLeft: Bool, wasAlone: Bool) {
        let strangers = timers.filter { settings.sparesStrangers && machines[$0.persistenceID.entityType] == nil }
        let own = strangers.isEmpty ? timers : timers.filter { machines[$0.persistenceID.entityType] != nil }
        let (taken, left, isAlone) = AbandonedWork.parted(own) { _ in settings.attempts }
        // Sent before any answer is waited for, so that a slow instance makes none of the same sweep late; the next sweep
        // waits for its answer as long as the settings say.
        var sent: [(StoredTimer, PendingReply<MachineFiring>?)] = []
        for timer in left + strangers { await settling(timer) { try await store.release(timer) } }
        for timer in taken {
            if timer.attempts > settings.attempts {
                await settling(timer) { try await retry(timer, AbandonedWork(attempts: timer.attempts - 1)) }
            } else {
                let machine = machines[timer.persistenceID.entityType]
                sent.append((timer, machine?.fire(timer, waitingAtMost: settings.answer)))
            }
        }
        for (timer, reply) in sent { await settling(timer) { try await settle(timer, reply) } }
        return (!strangers.isEmpty, isAlone)
    }

    private func settling(_ timer: StoredTimer, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            // The claim runs out by itself, and what has become of the timer shows then.
            counts.note { $0.failures += 1 }
            warn("A timer could not be settled.", timer, error)
        }
    }

    private func settle(_ timer: StoredTimer, _ reply: PendingReply<MachineFiring>?) async throws {
        guard let reply else { return try await retry(timer, UnknownMachine(name: timer.persistenceID.entityType)) }
        let firing: MachineFiring
        do throws(AskError) {
            firing = try await reply.value()
        } catch {
            return try await settle(timer, failing: error)
        }
        switch firing {
        case .fired(let failures):
            counts.note { $0.noteFired(lateBy: clock.now.duration(since: timer.deadline)) }
            for failure in failures { warn("A timer has fired, and an action behind it failed.", timer, failure) }
        case .stale:
            try await store.complete(timer.name, of: timer.persistenceID, generation: timer.generation)
            counts.note { $0.stale += 1 }
        case .refused(let error): try await retry(timer, error)
        }
    }

    private func settle(_ timer: StoredTimer, failing error: AskError) async throws {
        switch error {
        case .rejected(is StaleTimerError): counts.note { $0.conflicts += 1 }
        case .rejected(is ConcurrentModificationError):
            counts.note { $0.conflicts += 1 }
            try await store.release(timer)
        case .stopped where isStopping(): try await store.release(timer)
        // Whether it has fired shows below: one that has is not there to be tried again.
        case .timedOut, .outcomeUnknown: try await retry(timer, error)
        case .stopped, .rejected: try await retry(timer, error.cause)
        }
    }

    private func retry(_ timer: StoredTimer, _ error: any Error) async throws {
        let text = StoredText.cut("\(error)")
        let isGivenUp = timer.attempts >= settings.attempts
        let now = clock.now
        let wasOwn =
            if isGivenUp {
                try await store.deadLetter(timer, reason: text, at: now)
            } else {
                try await store.fail(
                    timer, error: text,
                    retryAt: now.adding(counts.jittered(settings.retry.delay(beforeRestart: timer.attempts))))
            }
        counts.note { counts in
            guard wasOwn else {
                counts.conflicts += 1
                return
            }
            counts.failures += 1
            if isGivenUp { counts.deadLetters += 1 }
        }
        if wasOwn {
            warn(isGivenUp ? "A timer was given up." : "A timer could not fire, and is tried again.", timer, error)
        }
    }

    private func warn(_ message: String, _ timer: StoredTimer, _ error: any Error) {
        log(
            .warning, message,
            [
                "persistenceID": "\(timer.persistenceID)", "timer": timer.name, "generation": "\(timer.generation)",
                "attempts": "\(timer.attempts)", "error": "\(error)",
            ])
    }
}

extension AskError {
    /// What the actor said, or that it said nothing.
    var cause: any Error {
        if case .rejected(let error) = self { error } else { self }
    }
}
