import Actors
import EventSourcing

/// The driver of an application, from its beginning to its end.
final class Driving: Sendable {
    private struct State: Sendable {
        var driver: Driver?
        var actor: ActorRef<Driver.Message>?
        var projections: (driver: ProjectionDriver, actor: ActorRef<ProjectionDriver.Message>)?
    }

    private let state = Locked(State())

    var driver: Driver? { state.withLock { $0.driver } }

    func begin(_ driver: Driver, in system: ActorSystem) {
        let actor = system.spawn(driver.behavior)
        state.withLock { ($0.driver, $0.actor) = (driver, actor) }
    }

    /// Has projections follow the log by themselves.
    func begin(_ driver: ProjectionDriver, in system: ActorSystem) {
        let actor = system.spawn(driver.behavior)
        state.withLock { $0.projections = (driver, actor) }
    }

    /// Has the driver do something, and waits for it.
    func run(correlating correlates: Bool, draining drains: Bool) async throws -> SettledTotals {
        let run = Run(correlates: correlates, drains: drains)
        guard let (driver, actor) = begun else { throw CancellationError() }
        if driver.end.isOver { throw CancellationError() }
        actor.tell(.run(run))
        // Told behind its end, which nobody would hear.
        if driver.end.isOver { run.end(.failure(CancellationError())) }
        return try await run.totals
    }

    /// Has the driver stop, and waits for that.
    func stop(grace: Duration) async {
        guard let (driver, actor) = begun else { return }
        actor.tell(.stop(grace: max(.zero, grace)))
        await withUnsafeContinuation { _ = driver.end.wait($0) }
        guard let (driver, actor) = state.withLock({ $0.projections }) else { return }
        actor.tell(.stop)
        await withUnsafeContinuation { _ = driver.end.wait($0) }
    }

    private var begun: (Driver, ActorRef<Driver.Message>)? {
        state.withLock { state in
            guard let driver = state.driver, let actor = state.actor else { return nil }
            return (driver, actor)
        }
    }
}
