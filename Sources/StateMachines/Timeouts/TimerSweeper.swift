public import EventSourcing

/// Lets the timers of machines fire: it sleeps until the next deadline, claims what is due, and gives each timer to its own
/// instance, whose append completes it with its event.
///
///     let orders = EntityRegistry(in: system, name: "orders") { id in order(id) }
///     let sweeper = try TimerSweeper(in: system, on: store, machines: [TimedMachine(machine, in: orders)])
///     …
///     await sweeper.stop()
///
/// Any number of them may sweep one store, in one process or several: each timer fires once, also where one of them was
/// paused for longer than its claims last, or ends at any step. A timer of a state that its instance has left is taken away. One
/// whose event is refused is tried again, later each time, and is a dead letter in the end. A sweeper serves all machines
/// whose timers stand in its store; a timer of any other counts as one that can't be handled.
///
/// A `LiveStore` tells of what is armed, so that nothing is asked in between; any other is polled.
public final class TimerSweeper: Sendable {
    private let system: ActorSystem
    private let sweeping: Sweeping
    private let actor: ActorRef<StoreLook>

    /// Begins to sweep.
    ///
    /// Throws `TimerSweeperError` where leaders are elected and the store keeps no leases, for two machines of one name, and
    /// in a system that has shut down.
    ///
    /// - Parameters:
    ///   - system: where the sweeper lives; it stops with it.
    ///   - store: keeps the timers, and the lease where a leader is elected.
    ///   - machines: whose timers they are.
    ///   - settings: how it works; nil for the usual ones.
    ///   - clock: what deadlines, claims and leases are compared with; nil for the system's own.
    public init(
        in system: ActorSystem, on store: any TimerStore, machines: [TimedMachine],
        settings: TimerSweeperSettings? = nil, clock: (any ActorClock)? = nil
    ) throws(TimerSweeperError) {
        let settings = if let settings { settings } else { try TimerSweeperSettings() }
        self.system = system
        sweeping = try Sweeping(in: system, on: store, machines, settings, clock ?? system.clock)
        actor = system.spawn(sweeping.behavior, name: "timer-sweeper")
        if actor.isStopped { throw .systemStopped(system.name) }
    }

    /// What it has done since it began.
    public var metrics: TimerSweeperMetrics { sweeping.work.counts.metrics }

    /// Whether it sweeps now: until it is stopped, and where a leader is elected, while it is the leader.
    public var isSweeping: Bool { sweeping.isSweeping }

    /// Finishes the timers that it has claimed, gives back its lease, and ends; returns once nothing of it is left running.
    ///
    /// It waits for the answers of the instances that it has sent to, and no longer than the settings say. A second call
    /// waits with the first; one after the end returns at once.
    public func stop() async {
        await withUnsafeContinuation { continuation in
            if sweeping.work.end.wait(continuation) { system.stop(actor) }
        }
    }

    /// Leaves it to the others to sweep: gives the lease back, and does not ask for it any more.
    ///
    /// Nothing where no leader is elected. Throws `StoreError` where the lease can't be given back, which then runs out.
    public func resign() async throws { try await sweeping.leadership?.resign() }
}
