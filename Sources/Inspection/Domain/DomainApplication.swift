import Actors
public import EventSourcing
public import Reactions

/// The application that aggregates of some domains belong to; on each host it runs once.
public struct DomainApplication: Sendable {
    /// What it is called in the store.
    public let name: String
    private let make: @Sendable (any ReactionStore, ActorSystem) throws -> Application

    /// Describes an application.
    ///
    /// - Parameters:
    ///   - name: what it is called in the store, as the application itself says.
    ///   - make: begins it on a store, in a system.
    public init(_ name: String, make: @escaping @Sendable (any ReactionStore, ActorSystem) throws -> Application) {
        self.name = name
        self.make = make
    }

    /// The application on a host, begun where it does not run; throws where the host's store keeps no subscriptions.
    func running(on host: EntityHost) throws -> Application {
        guard let store = host.events as? any ReactionStore else {
            throw StoreError(
                .invalid, detail: "the application \(name) needs a store that keeps subscriptions and leases")
        }
        return try host.applications.running(name) { try make(store, host.system) }
    }
}

/// The applications that run on a host.
final class HostedApplications: Sendable {
    private struct State {
        var running: [String: Application] = [:]
        var steps: Steps?
    }

    private let state = Locked(State())

    /// Has those that begin from now on gone through by a person.
    func step(by steps: Steps) { state.withLock { $0.steps = steps } }

    func running(_ name: String, _ make: () throws -> Application) throws -> Application {
        try state.withLock { state in
            if let application = state.running[name] { return application }
            let application = try Application.$steppedBy.withValue(state.steps) { try make() }
            state.running[name] = application
            return application
        }
    }

    /// All that run, by their names.
    var all: [Application] { state.withLock { $0.running.values.sorted { $0.name < $1.name } } }

    /// Ends them, and returns when they have ended; one that is asked for later begins anew.
    func stop() async {
        let ending = state.withLock { state in
            defer { state.running = [:] }
            return state.running.values.map(\.self)
        }
        for application in ending { await application.shutdown(grace: .seconds(2)) }
    }
}
