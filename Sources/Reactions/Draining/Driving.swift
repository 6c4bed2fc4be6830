import Actors
import EventSourcing

/// The driver of an application, from its beginning to its end.
final class Driving: Sendable {
    private struct State: Sendable {
        var driver: Driver?
        var actor: ActorRef<Driver.Message>?
        var projections: (driver: ProjectionDriver, actor: ActorRef<ProjectionDriver.Message>)?
        var isOver = false
    }

    private let state = Locked(State())

    var driver: Driver? { state.withLock { $0.driver } }

    func begin(_ driver: Driver, in system: ActorSystem) {
        let actor = system.spawn(driver.behavior)
        state.withLock { state in
            if !state.isOver { (state.driver, state.actor) = (driver, actor) }
        }
        // A system that shuts down starts nothing any more.
        if system.isShuttingDown { end() }
    }

    /// Has projections follow the log by themselves.
    func begin(_ driver: ProjectionDriver, in system: ActorSystem) {
        let actor = system.spawn(driver.behavior)
        state.withLock { $0.projections = (driver, actor) }
    }

    /// Whether what is in hand is the last.
    var isStopping: Bool { state.withLock { $0.isOver || $0.driver?.inHand.isStopping ?? true } }

    /// Whether the driver has come to its end.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Lets go of the driver, which keeps the application.
    func end() {
        let driver = state.withLock { state in
            let driver = state.driver
            // The projections' own driver ends by itself, and is waited for.
            (state.driver, state.actor, state.isOver) = (nil, nil, true)
            return driver
        }
        driver?.end.come()
    }

    /// Lets go of what projections follow by, which keeps the application, too.
    func endProjections() { state.withLock { $0.projections = nil } }

    /// Has the driver do something, and waits for it.
    func run(correlating correlates: Bool, draining drains: Bool) async throws -> SettledTotals {
        let run = Run(correlates: correlates, drains: drains)
        guard let (driver, actor) = begun else { throw CancellationError() }
        if driver.end.isOver { throw CancellationError() }
        // Before it is told: what is told behind the end, nobody hears.
        driver.awaited.withLock { $0.append(run) }
        defer { driver.awaited.withLock { $0.removeAll { $0 === run } } }
        actor.tell(.run(run))
        if driver.end.isOver { run.end(.failure(CancellationError())) }
        return try await run.totals
    }

    /// Has the driver stop, and waits for that.
    func stop(grace: Duration) async {
        let projections = state.withLock { $0.projections }
        guard let (driver, actor) = begun else { return }
        // Also where it is in the midst of much work.
        driver.inHand.stop()
        driver.stages.letGo()
        actor.tell(.stop(grace: max(.zero, grace)))
        await withUnsafeContinuation { _ = driver.end.wait($0) }
        guard let projections else { return }
        projections.actor.tell(.stop)
        await withUnsafeContinuation { _ = projections.driver.end.wait($0) }
    }

    private var begun: (Driver, ActorRef<Driver.Message>)? {
        state.withLock { state in
            guard let driver = state.driver, let actor = state.actor else { return nil }
            return (driver, actor)
        }
    }
}
