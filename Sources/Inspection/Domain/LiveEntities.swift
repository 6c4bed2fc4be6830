import Actors
public import EventSourcing
import Reactions
import StateMachines

/// The live entities of some domains on one host: each runs once, and what machines need beside them runs too.
///
/// Once it attends to its machines, due timers fire and what instances produce is carried. In a store file other programs may
/// have timers and rows as well: those of machines and destinations that none of the domains has are left to them.
public final class LiveEntities: Sendable {
    private struct State {
        var entities: [PersistenceID: any LiveEntity] = [:]
        var sweeper: TimerSweeper?
        var courier: OutboxCourier?
    }

    let domains: [String: Domain]
    let host: EntityHost
    /// What entities run on.
    private let ground: EntityHost
    private let state = Locked(State())

    /// Runs nothing yet.
    ///
    /// - Parameters:
    ///   - domains: what the entities of each type do; of two for one type the last one counts.
    ///   - host: where they run and write.
    ///   - steps: by which a person lets a command go through its commit stage by stage, and applications through their
    ///     drains.
    public init(_ domains: [Domain], on host: EntityHost, steps: Steps? = nil) {
        self.domains = Dictionary(domains.map { ($0.entityType, $0) }) { _, last in last }
        self.host = host
        ground = steps.map(host.stepped) ?? host
        if let steps { host.applications.step(by: steps) }
    }

    /// The entity with an id, the same one at every call; nil where its domain has no commands.
    ///
    /// Throws what making an entity throws.
    public func entity(_ id: PersistenceID) throws -> (any LiveEntity)? {
        try state.withLock { state in
            if let entity = state.entities[id] { return entity }
            let domain = domains[id.entityType]
            // An application has its own store stepped, so that reactions find it, too.
            let entity = try domain?.open(id, on: domain?.application == nil ? ground : host)
            state.entities[id] = entity
            return entity
        }
    }

    /// Begins to let timers fire and to carry what instances produce; nothing where no domain is a machine's, and once it has
    /// begun.
    ///
    /// Throws `TimerSweeperError` and `OutboxCourierError` in a system that has shut down.
    public func attend() throws {
        let machines = domains.values.compactMap { domain in
            domain.machine.map { machine in
                machine.attend(
                    { [weak self] id in
                        guard let id = try? PersistenceID(domain.entityType, id) else { return nil }
                        return try? self?.entity(id)
                    }, host)
            }
        }
        if machines.isEmpty { return }
        try state.withLock { state in
            if state.sweeper == nil, let timers = host.events as? any TimerStore {
                state.sweeper = try TimerSweeper(
                    in: host.system, on: timers, machines: machines.map(\.timed),
                    settings: TimerSweeperSettings(sparesStrangers: true))
            }
            if state.courier == nil, let outbox = host.events as? any OutboxStore {
                state.courier = try OutboxCourier(
                    in: host.system, on: outbox, destinations: machines.map(\.destination),
                    settings: OutboxCourierSettings(sparesStrangers: true))
            }
        }
    }

    /// Waits until nothing of an entity is due any more: no timer that was not tried yet, and nothing of what it produced.
    ///
    /// Answers whether that came about in time; at once where nobody attends to machines. Throws `StoreError`.
    ///
    /// - Parameters:
    ///   - id: the entity.
    ///   - patience: how long it is waited for.
    ///   - pause: between two looks.
    public func settle(
        _ id: PersistenceID, within patience: Duration, pause: Duration = .milliseconds(2)
    ) async throws -> Bool {
        guard domains[id.entityType]?.machine != nil, state.withLock({ $0.sweeper != nil }) else { return true }
        let end = host.system.now.adding(patience)
        while try await hasDue(id) {
            if host.system.now >= end { return false }
            try await Task.sleep(for: pause)
        }
        return true
    }

    private func hasDue(_ id: PersistenceID) async throws -> Bool {
        let now = host.system.now
        if let timers = host.events as? any TimerStore,
            try await timers.timers(of: id).contains(where: { $0.deadline <= now && $0.lastError == nil })
        {
            return true
        }
        guard let outbox = host.events as? any OutboxStore else { return false }
        // The next one can only leave behind it.
        guard let first = try await outbox.waiting(of: id, limit: 1).first, first.lastError == nil else { return false }
        return domains.keys.contains { first.destination.hasPrefix("\($0)|") && domains[$0]?.machine != nil }
    }

    /// Has the reactions of the applications that run called until nothing moves; what is due later is not waited for.
    ///
    /// Answers whether that came about in time: reactions may go on for ever where they react to one another. They go on when
    /// nobody waits for them any more. Throws `StoreError`.
    ///
    /// - Parameter patience: how long it is waited for.
    public func settleReactions(within patience: Duration) async throws -> Bool {
        let applications = host.applications
        if applications.all.isEmpty { return true }
        let settled = try await Patience.wait(patience, in: host.system) {
            // What one of them writes, another one may react to.
            while true {
                var handled = 0
                for application in applications.all { handled += try await application.settle().handled }
                if handled == 0 { return true }
            }
        }
        return settled ?? false
    }

    /// Ends what runs beside the entities; they go on until the host's system shuts down.
    public func stop() async {
        await host.applications.stop()
        let (sweeper, courier) = state.withLock { ($0.sweeper, $0.courier) }
        await sweeper?.stop()
        await courier?.stop()
    }
}
