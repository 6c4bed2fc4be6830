import Actors
import EventSourcing

/// What a sweeper's actor does: it looks for what is due, sweeps, and sleeps until there may be more.
final class Sweeping: Sendable {
    /// Has the sweeper look: its time has come, or something has changed.
    struct Look: Sendable {}

    private struct State: Sendable {
        var lastSweep: Timestamp?
        /// Whether that left timers which are due to others.
        var hasLeft = false
        /// How many times in a row the store did not answer.
        var failures = 0
    }

    let counts: WorkCounts<TimerSweeperMetrics>
    let leadership: Leadership?
    let end = WorkEnd()
    private let bell = ChangeBell()
    private let store: any TimerStore
    private let machines: [String: TimedMachine]
    private let settings: TimerSweeperSettings
    private let clock: any ActorClock
    private let state = Locked(State())

    init(
        in system: ActorSystem, on store: any TimerStore, _ machines: [TimedMachine],
        _ settings: TimerSweeperSettings, _ clock: any ActorClock
    ) throws(TimerSweeperError) {
        var byName: [String: TimedMachine] = [:]
        for machine in machines {
            guard byName.updateValue(machine, forKey: machine.name) == nil else { throw .twice(machine: machine.name) }
        }
        if settings.electsLeader {
            guard let leases = store as? any LeaseStore else { throw .missingLeaseStore }
            leadership = Leadership(leases, settings, clock: clock)
        } else {
            leadership = nil
        }
        counts = WorkCounts(
            TimerSweeperMetrics(), jitter: settings.jitter, random: system.makeRandomNumberGenerator())
        self.store = store
        self.machines = byName
        self.settings = settings
        self.clock = clock
    }

    /// Whether it sweeps now.
    var isSweeping: Bool { !end.isOver && leadership?.isHeld ?? true }

    /// The actor.
    var behavior: Behavior<Look> {
        .setup { [self] context in
            let sweeper = context.myself
            bell.hang(on: store, context.log) { sweeper.tell(Look()) }
            if let leadership {
                context.spawn(leadership.keeper { [bell] in bell.ring { sweeper.tell(Look()) } }, name: "leadership")
            } else {
                sweeper.tell(Look())
            }
            return .receive { [self] context, _ in
                if let wait = await look(in: context) { context.startTimer("look", after: wait, sending: Look()) }
                return .same
            }
            .onSignal { [self] _, signal in
                if signal is PostStop {
                    bell.letGo()
                    end.come()
                }
                return .unhandled
            }
        }.apartFromSiblings()
    }

    /// Sweeps where something is due, and answers when to look again; nil where somebody will say so.
    private func look(in context: ActorContext<Look>) async -> Duration? {
        bell.hear()
        guard leadership?.isHeld ?? true else {
            context.cancelTimer("look")
            return nil
        }
        do {
            var wait = try await wait()
            if wait == .zero {
                state.withLock { $0.lastSweep = clock.now }
                let hasLeft = try await round(in: context).run(as: context.system.identifiers.next(at: clock.now))
                state.withLock { $0.hasLeft = hasLeft }
                wait = try await self.wait()
            }
            state.withLock { $0.failures = 0 }
            return wait
        } catch {
            context.log(.warning, "The timers could not be looked for; that is tried again.", ["error": "\(error)"])
            counts.note { $0.failures += 1 }
            let failures = state.withLock { state in
                state.failures += 1
                return state.failures
            }
            return counts.jittered(settings.retry.delay(beforeRestart: failures))
        }
    }

    /// How long it is until the next sweep; zero where that is now.
    private func wait() async throws -> Duration {
        let longest = bell.hangs ? settings.longestSleep : settings.poll
        guard let next = try await store.nextDeadline() else { return longest }
        let now = clock.now
        if next > now { return min(longest, next.duration(since: now)) }
        let (lastSweep, hasLeft) = state.withLock { ($0.lastSweep, $0.hasLeft) }
        guard let last = lastSweep else { return .zero }
        let pause = (hasLeft ? max(settings.interval, settings.poll) : settings.interval) - now.duration(since: last)
        // Where the clock was put back, the last sweep seems to be still to come.
        return last > now || pause <= .zero ? .zero : counts.jittered(pause)
    }

    private func round(in context: ActorContext<Look>) -> SweeperRound {
        SweeperRound(
            store: store, machines: machines, settings: settings, clock: clock, log: context.log, counts: counts,
            isStopping: context.isEnding)
    }
}
