public import EventSourcing
import Reactions

/// What an operator does to subscriptions.
public struct ReactionOperation: Hashable, Sendable {
    /// What is done.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// They go on where they stood, with new tries.
        case unblock
        /// They begin again at the first event.
        case reset

        /// The word for it.
        public var word: String { self == .unblock ? "unblock" : "reset" }

        /// The word for what was done.
        public var pastWord: String { self == .unblock ? "unblocked" : "reset" }
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
        }
    }

    /// Does it in a store, for an application that does not run here.
    func perform(in store: any SubscriptionStore) async throws -> Int {
        switch kind {
        case .unblock: try await store.unblock(filter, of: application)
        case .reset: try await store.reset(filter, of: application)
        }
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
        if let application = try application(named: operation.application) {
            return try await operation.perform(in: application, by: operatorName)
        }
        guard let store = host.events as? any SubscriptionStore else {
            throw StoreError(.invalid, detail: "this store keeps no subscriptions of its own")
        }
        return try await operation.perform(in: store)
    }

    /// The application of this name on the host, begun where it does not run; nil where no domain belongs to it.
    private func application(named name: String) throws -> Application? {
        try domains.values.lazy.compactMap(\.application).first { $0.name.utf8.elementsEqual(name.utf8) }?
            .running(on: host)
    }
}
