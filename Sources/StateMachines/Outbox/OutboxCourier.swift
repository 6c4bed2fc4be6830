public import EventSourcing

/// Carries what machines and other entities produce: it claims the rows of an outbox that are due, gives each to its
/// destination, and notes what has become of it.
///
///     let orders = EntityRegistry(in: system, name: "orders") { id in order(id) }
///     let courier = try OutboxCourier(
///         in: system, on: store,
///         destinations: [
///             OutboxDestination(machine, in: orders),
///             OutboxDestination("mail") { entry in try await mails.send(entry.payload, once: entry.idempotencyKey) },
///         ])
///     …
///     await courier.stop()
///
/// The rows of one entity are delivered in the order in which they were written, each once the one before it is done or a
/// dead letter; those of several entities at the same time, as many as the settings say. A row is delivered at least once,
/// whatever ends at any step, as long as it has attempts left, and an instance of a machine takes it once. Any number of couriers may work on one store. A row that fails is tried again as its
/// `RetryPolicy` says, and is a dead letter in the end, which `DeadLetterStore.replay(_:at:)` puts back.
///
/// A courier serves all destinations whose rows stand in its store; a row for any other is one that fails. A `LiveStore` tells
/// of what is written, so that nothing is asked in between; any other is polled.
public final class OutboxCourier: Sendable {
    private let system: ActorSystem
    private let carrying: Carrying
    private let actor: ActorRef<StoreLook>

    /// Begins to deliver.
    ///
    /// Throws `OutboxCourierError` for two destinations of one name, a handler's name that no row can have, and in a system
    /// that has shut down.
    ///
    /// - Parameters:
    ///   - system: where the courier lives; it stops with it.
    ///   - store: keeps the outbox.
    ///   - destinations: where rows go.
    ///   - settings: how it works; nil for the usual ones.
    ///   - clock: what due times and claims are compared with; nil for the system's own.
    public init(
        in system: ActorSystem, on store: any OutboxStore, destinations: [OutboxDestination],
        settings: OutboxCourierSettings? = nil, clock: (any ActorClock)? = nil
    ) throws(OutboxCourierError) {
        let settings = if let settings { settings } else { try OutboxCourierSettings() }
        self.system = system
        carrying = Carrying(
            in: system, on: store, try OutboxDestinations(destinations), settings, clock ?? system.clock)
        actor = system.spawn(carrying.behavior, name: "outbox-courier")
        if actor.isStopped { throw .systemStopped(system.name) }
    }

    /// What it has done since it began.
    public var metrics: OutboxCourierMetrics { carrying.work.counts.metrics }

    /// Whether it works, until it is stopped.
    public var isRunning: Bool { !carrying.work.end.isOver }

    /// Finishes the rows that are under way, gives back those that it has claimed and not begun, and ends; returns once nothing
    /// of it is left running.
    ///
    /// It waits for the answers of instances and handlers no longer than the settings say, and for the end of a handler that
    /// does not heed its cancellation. A second call waits with the first; one after the end returns at once.
    public func stop() async {
        await withUnsafeContinuation { continuation in
            if carrying.work.end.wait(continuation) { system.stop(actor) }
        }
    }
}
