extension MemoryState {
    func applications() -> [String] { subscriptions.applicationNames(limit: SubscriptionReading.mostNames) }

    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) -> [Subscription] {
        subscriptions.list(filter, of: application, after: target, limit: limit)
    }

    func checkpoint(of application: String) -> Int64 { subscriptions.checkpoint(of: application) }

    func projections() -> [ProjectionDescription] {
        Array(reactions.projections.all.prefix(SubscriptionReading.mostNames))
    }

    func lease(_ name: String) -> Lease? { leaseRow(name)?.lease }
}

// A sandbox has no subscriptions and no leases of its own.
extension SandboxState {
    private var beneath: (any SubscriptionReader)? { base as? any SubscriptionReader }

    func applications() throws -> [String] { try beneath?.applications() ?? [] }

    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription] {
        try beneath?.subscriptions(filter, of: application, after: target, limit: limit) ?? []
    }

    func checkpoint(of application: String) throws -> Int64 { try beneath?.checkpoint(of: application) ?? 0 }

    /// Its own, and those beneath whose names it has not used.
    func projections() throws -> [ProjectionDescription] {
        let own = memory.projections()
        let names = Set(own.map { Array($0.projection.name.utf8) })
        let others = try beneath?.projections().filter { !names.contains(Array($0.projection.name.utf8)) } ?? []
        let all = (own + others).sorted { left, right in
            let (first, second) = (left.projection, right.projection)
            if first.name.hasSameBytes(as: second.name) { return first.version < second.version }
            return first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        }
        return Array(all.prefix(SubscriptionReading.mostNames))
    }

    func lease(_ name: String) throws -> Lease? { try beneath?.lease(name) }
}
