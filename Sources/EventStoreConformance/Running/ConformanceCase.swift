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

    /// A case that needs nothing but the port itself.
    init<Port: Sendable>(
        _ name: String, _ needs: Set<StoreAbility>, onPort body: @escaping @Sendable (Port) async throws -> Void
    ) {
        self.init(name, needs: needs) { (probe: PortProbe<Port>) in try await body(probe.store) }
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

    /// A case for stores of timers.
    static func timers(
        _ name: String, _ body: @escaping @Sendable (any TimerStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.timers], onPort: body)
    }

    /// A case for stores of events that set some of them apart.
    static func eventsApart(
        _ name: String, _ body: @escaping @Sendable (any EventStore & QuarantineStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .quarantine], onPort: body)
    }

    /// A case for stores of events that have an outbox.
    static func outbox(
        _ name: String, _ body: @escaping @Sendable (any EventStore & OutboxStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .outbox], onPort: body)
    }

    /// A case for stores of projections.
    static func projections(
        _ name: String, _ body: @escaping @Sendable (any ProjectionStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.projections], onPort: body)
    }

    /// A case for stores of checkpoints.
    static func checkpoints(
        _ name: String, _ body: @escaping @Sendable (any CheckpointStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.checkpoints], onPort: body)
    }

    /// A case for who still needs events.
    static func consumers(
        _ name: String, _ body: @escaping @Sendable (any ConsumedStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .subscriptions, .projections, .checkpoints, .consumers], onPort: body)
    }

    /// A case for a history that takes the place of another one.
    static func restoring(
        _ name: String, _ body: @escaping @Sendable (any RestoredStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(
            name,
            [
                .events, .commands, .subscriptions, .timers, .outbox, .projections, .checkpoints, .leases, .quarantine,
                .restoring,
            ],
            onPort: body)
    }

    /// A case for what is written in the transaction of an append.
    static func companions(
        _ name: String, _ body: @escaping @Sendable (any CompanionStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .commands, .timers, .outbox, .projections, .checkpoints], onPort: body)
    }

    /// A case for what is written in the transaction of a durable state.
    static func stateCompanions(
        _ name: String, _ body: @escaping @Sendable (any StateCompanionStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.durableStates, .commands, .timers, .outbox], onPort: body)
    }

    /// A case for what several nodes do with one store.
    static func nodes(
        _ name: String, _ body: @escaping @Sendable (any EventStore & LeaseStore & TimerStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .leases, .timers], onPort: body)
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
