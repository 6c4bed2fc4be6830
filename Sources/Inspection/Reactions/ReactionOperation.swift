public import EventSourcing
package import Reactions

/// What an operator does to subscriptions.
public struct ReactionOperation: Hashable, Sendable {
    /// What is done.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// They go on where they stood, with new tries.
        case unblock
        /// They begin again at the first event.
        case reset
        /// What runs for them in this process is told to end, which counts as a failure of it.
        case cancel

        /// The word for it.
        public var word: String {
            switch self {
            case .unblock: "unblock"
            case .reset: "reset"
            case .cancel: "cancel"
            }
        }

        /// The word for what was done.
        public var pastWord: String {
            switch self {
            case .unblock: "unblocked"
            case .reset: "reset"
            case .cancel: "cancelled"
            }
        }
    }

    /// What is done.
    public var kind: Kind
    /// To whose subscriptions.
    public var application: String
    /// To which.
    public var targets: [PersistenceID]

    /// Describes an operation.
    public init(_ kind: Kind, _ targets: [PersistenceID], of application: String) {
        self.kind = kind
        self.targets = targets
        self.application = application
    }

    private var filter: SubscriptionFilter { SubscriptionFilter(.these(targets)) }

    /// Does it in an application, which remembers it.
    func perform(in application: Application, by operatorName: String) async throws -> Int {
        switch kind {
        case .unblock: try await application.unblock(filter, by: operatorName).count
        case .reset: try await application.reset(filter, by: operatorName).count
        case .cancel: try await application.cancel(targets, by: operatorName)
        }
    }

    /// Does it in a store, for an application that does not run here.
    func perform(in store: any SubscriptionStore) async throws -> Int {
        switch kind {
        case .unblock: try await store.unblock(filter, of: application)
        case .reset: try await store.reset(filter, of: application)
        case .cancel: 0
        }
    }
}

/// A reaction that runs in an application of this process.
package struct HostedReaction: Hashable, Sendable {
    /// What the application is called.
    package var application: String
    package var running: RunningReaction

    package init(application: String, running: RunningReaction) {
        self.application = application
        self.running = running
    }
}

extension LiveEntities {
    /// Changes subscriptions, and answers how many.
    ///
    /// Where one of the domains belongs to the application, that does it, remembers it, and goes on with what is unblocked;
    /// for another one the rows alone are changed. Throws `StoreError`, also where the store keeps no subscriptions, and
    /// `OperatingError`.
    ///
    /// - Parameters:
    ///   - operation: what is done, and to which.
    ///   - operatorName: who does it.
    public func operate(_ operation: ReactionOperation, by operatorName: String) async throws -> Int {
        if operation.kind == .cancel {
            // Of one that does not run there is nothing to cancel, and it is not begun for that.
            let application = host.applications.all.first { $0.name.utf8.elementsEqual(operation.application.utf8) }
            guard let application else { return 0 }
            return try await operation.perform(in: application, by: operatorName)
        }
        if let application = try application(named: operation.application) {
            return try await operation.perform(in: application, by: operatorName)
        }
        guard let store = host.events as? any SubscriptionStore else {
            throw StoreError(.invalid, detail: "this store keeps no subscriptions of its own")
        }
        return try await operation.perform(in: store)
    }

    /// What runs at this moment, of all applications on the host, the oldest first.
    package var running: [HostedReaction] {
        host.applications.all.flatMap { application in
            application.running.map { HostedReaction(application: application.name, running: $0) }
        }.sorted { $0.running.since < $1.running.since }
    }

    /// Whether an application runs on the host.
    package var isReacting: Bool { !host.applications.all.isEmpty }

    /// Whether an application runs on the host, or would with the first command or change of its subscriptions.
    package func presence(of application: String) -> ApplicationProgress.Presence {
        if host.applications.all.contains(where: { $0.name.utf8.elementsEqual(application.utf8) }) { return .runs }
        let isKnown = domains.values.contains { $0.application?.name.utf8.elementsEqual(application.utf8) == true }
        return isKnown ? .begins : .elsewhere
    }

    /// The application of this name on the host, begun where it does not run; nil where no domain belongs to it.
    private func application(named name: String) throws -> Application? {
        try domains.values.lazy.compactMap(\.application).first { $0.name.utf8.elementsEqual(name.utf8) }?
            .running(on: host)
    }
}
