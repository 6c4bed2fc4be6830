import Actors
import EventSourcing

/// What a sweeper's actor does: it looks for what is due, sweeps, and sleeps until there may be more.
final class Sweeping: Sendable {
    private struct LastSweep: Sendable {
        var time: Timestamp
        /// Whether it left timers which are due to others.
        var hasLeft = false
    }

    let work: StoreWork<TimerSweeperMetrics>
    let leadership: Leadership?
    private let store: any TimerStore
    private let machines: [String: TimedMachine]
    private let settings: TimerSweeperSettings
    private let clock: any ActorClock
    private let lastSweep = Locked<LastSweep?>(nil)

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
        let counts = WorkCounts(
            TimerSweeperMetrics(), jitter: settings.jitter, random: system.makeRandomNumberGenerator())
        work = StoreWork(counts, waitingInOutages: settings.retry)
        self.store = store
        self.machines = byName
        self.settings = settings
        self.clock = clock
    }

    /// Whether it sweeps now.
    var isSweeping: Bool { !work.end.isOver && leadership?.isHeld ?? true }

    /// The actor.
    var behavior: Behavior<StoreLook> {
        work.behavior(
            on: store, complaint: "The timers could not be looked for; that is tried again.",
            noteFailure: { $0.failures += 1 }, begin: { [self] context in begin(in: context) },
            look: { [self] context in try await look(in: context) })
    }

    private func begin(in context: ActorContext<StoreLook>) {
        let sweeper = context.myself
        guard let leadership else { return sweeper.tell(StoreLook()) }
        let keeper = leadership.keeper { [work] in work.bell.ring { sweeper.tell(StoreLook()) } }
        context.spawn(keeper, name: "leadership")
    }

    /// Sweeps where something is due, and answers when to look again; nil where it becomes the leader before.
    private func look(in context: ActorContext<StoreLook>) async throws -> Duration? {
        guard leadership?.isHeld ?? true else { return nil }
        let wait = try await wait()
        guard wait == .zero else { return wait }
        lastSweep.withLock { $0 = LastSweep(time: clock.now) }
        let hasLeft = try await round(in: context).run(as: context.system.identifiers.next(at: clock.now))
        lastSweep.withLock { $0?.hasLeft = hasLeft }
        return try await self.wait()
    }

    /// How long it is until the next sweep; zero where that is now.
    private func wait() async throws -> Duration {
        let longest = work.bell.hangs ? settings.longestSleep : settings.poll
        guard let next = try await store.nextDeadline() else { return longest }
        let now = clock.now
        if next > now { return min(longest, next.duration(since: now)) }
        guard let last = lastSweep.withLock({ $0 }) else { return .zero }
        let interval = last.hasLeft ? max(settings.interval, settings.poll) : settings.interval
        let pause = interval - now.duration(since: last.time)
        // Where the clock was put back, the last sweep seems to be still to come.
        return last.time > now || pause <= .zero ? .zero : work.counts.jittered(pause)
    }

    private func round(in context: ActorContext<StoreLook>) -> SweeperRound {
        SweeperRound(
            store: store, machines: machines, settings: settings, clock: clock, log: context.log, counts: work.counts,
            isStopping: context.isEnding)
    }
}
