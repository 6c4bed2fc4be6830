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

extension SandboxState {
    private var beneath: (any SubscriptionReader)? { base as? any SubscriptionReader }

    /// Takes over the subscriptions of an application beneath, once: from then on it goes its own way here.
    ///
    /// One that has never run there begins behind the log as it stands: what has happened is not to happen again.
    mutating func adopt(_ application: String) throws {
        guard !memory.subscriptions.holds(application) else { return }
        var rows: [Subscription] = []
        var page = rows
        repeat {
            page = try beneath?.subscriptions(.all, of: application, after: rows.last?.target, limit: 1_000) ?? []
            rows += page
        } while page.count == 1_000
        let known = try beneath?.checkpoint(of: application) ?? 0
        let checkpoint = known == 0 && rows.isEmpty ? try lastPosition : known
        memory.subscriptions.adopt(rows, of: application, checkpoint: checkpoint)
    }

    /// Its own and those beneath.
    func applications() throws -> [String] {
        let own = memory.applications()
        let others = try beneath?.applications().filter { name in !own.contains { $0.hasSameBytes(as: name) } } ?? []
        let all = (own + others).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Array(all.prefix(SubscriptionReading.mostNames))
    }

    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription] {
        if memory.subscriptions.holds(application) {
            return memory.subscriptions(filter, of: application, after: target, limit: limit)
        }
        return try beneath?.subscriptions(filter, of: application, after: target, limit: limit) ?? []
    }

    func checkpoint(of application: String) throws -> Int64 {
        if memory.subscriptions.holds(application) { return memory.checkpoint(of: application) }
        return try beneath?.checkpoint(of: application) ?? 0
    }

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

    func lease(_ name: String) throws -> Lease? { try memory.lease(name) ?? beneath?.lease(name) }
}
