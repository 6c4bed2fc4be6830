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
    private let running = Locked<[String: Application]>([:])

    func running(_ name: String, _ make: () throws -> Application) throws -> Application {
        try running.withLock { running in
            if let application = running[name] { return application }
            let application = try make()
            running[name] = application
            return application
        }
    }

    /// All that run, by their names.
    var all: [Application] { running.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// Ends them, and returns when they have ended; one that is asked for later begins anew.
    func stop() async {
        let ending = running.withLock { running in
            defer { running = [:] }
            return running.values.map(\.self)
        }
        for application in ending { await application.shutdown(grace: .seconds(2)) }
    }
}
