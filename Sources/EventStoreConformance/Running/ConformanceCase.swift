public import EventSourcing

/// One thing that every store must do, named by a sentence.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// The number of the acceptance case, where there is one, and what must hold: `engine 27: …`.
    public let name: String
    /// What a store must have for the case to mean anything.
    public internal(set) var needs: Set<StoreAbility>
    private let body: @Sendable (StoreUnderTest) async throws -> Void

    init<Port: Sendable>(
        _ name: String, needs: Set<StoreAbility>, _ body: @escaping @Sendable (PortProbe<Port>) async throws -> Void
    ) {
        self.name = name
        self.needs = needs
        self.body = { try await body(try PortProbe($0)) }
    }

    /// The name.
    public var description: String { name }

    /// Runs the case on a fresh, empty store.
    ///
    /// - Parameters:
    ///   - makeStore: makes a fresh and empty store.
    ///   - reader: makes a synchronous reader of a store; nil where it has none.
    ///   - reopening: closes a store and opens what it left behind; nil where it leaves nothing.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, throws where it must not, or lacks what
    /// the case needs.
    public func run<Store: Sendable>(
        on makeStore: () async throws -> Store, reader: (@Sendable (Store) throws -> any StoreReader)? = nil,
        reopening: (@Sendable (Store) async throws -> Store)? = nil
    ) async throws {
        do {
            let store = try await makeStore()
            try await body(StoreUnderTest(store, reader: reader, reopening: reopening))
        } catch {
            throw ConformanceFailure(error, in: name)
        }
    }
}

// MARK: - One word for each port

extension ConformanceCase {
    /// A case for stores of events and snapshots.
    static func events(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any EventStore & SnapshotStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.events], body)
    }

    /// A case for stores that keep the commands of their appends.
    static func commands(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any EventStore & CommandStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.events, .commands], body)
    }

    /// A case for stores of durable states.
    static func durableStates(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any DurableStateStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.durableStates], body)
    }

    /// A case for stores of leases.
    static func leases(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any LeaseStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.leases], body)
    }

    /// A case for stores that set events apart.
    static func quarantine(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any QuarantineStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.quarantine], body)
    }

    /// A case for stores of subscriptions.
    static func subscriptions(
        _ name: String, _ body: @escaping @Sendable (PortProbe<any SubscriptionStore>) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, needs: [.subscriptions], body)
    }
}

extension [ConformanceCase] {
    /// The cases, needing something more each.
    func needing(_ ability: StoreAbility) -> [ConformanceCase] {
        map { conformance in
            var conformance = conformance
            conformance.needs.insert(ability)
            return conformance
        }
    }
}
