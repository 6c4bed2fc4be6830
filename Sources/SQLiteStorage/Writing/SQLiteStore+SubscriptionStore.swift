public import Actors
public import EventSourcing

extension SQLiteStore: SubscriptionStore {
    @discardableResult
    public func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        try Subscription.require(subscriptions, of: application)
        return try await lane.perform { try $0.subscribe(subscriptions, of: application) }
    }

    @discardableResult
    public func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        try Subscription.require(subscriptions, of: application)
        return try await lane.perform {
            try $0.correlated(subscriptions, through: position, of: application, at: now)
        }
    }

    public func checkpoint(of application: String) async throws -> Int64 {
        try Subscription.require([], of: application)
        return try await read(isShort: true) { try $0.checkpoint(of: application) ?? 0 }
    }

    public func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try Subscription.require(application: application, lane: lane, term: term)
        return try await self.lane.perform {
            try $0.claim(places, in: lane, of: application, for: term, by: holder, at: now)
        }
    }

    public func lanes(of application: String) async throws -> [String] {
        try Subscription.require([], of: application)
        return try await read(isShort: true) { try $0.lanes(of: application) }
    }

    @discardableResult
    public func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try Subscription.require(term: term)
        return try await lane.perform { try $0.renew(claims, until: now.adding(term)) }
    }

    @discardableResult
    public func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try Subscription.require(acknowledgements)
        return try await lane.perform { try $0.end(acknowledgements) { $0.ack($1) } }
    }

    @discardableResult
    public func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try Subscription.require(acknowledgements)
        return try await lane.perform { try $0.end(acknowledgements) { $0.block($1, at: now) } }
    }

    @discardableResult
    public func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        try await change(filter, of: application) { row in
            row.due = until
            return true
        }
    }

    @discardableResult
    public func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await change(filter, of: application) { row in
            row.reset()
            return true
        }
    }

    @discardableResult
    public func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try Subscription.require([], of: application)
        var filter = filter
        // A blocked one has an index of its own, and no other is concerned.
        if filter.isBlocked == false { return 0 }
        filter.isBlocked = true
        return try await change(filter, of: application) { $0.unblock() }
    }

    @discardableResult
    public func prioritize(
        _ filter: SubscriptionFilter, of application: String, to priority: Int64
    ) async throws -> Int {
        try await change(filter, of: application) { row in
            row.priority = priority
            return true
        }
    }

    public func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        try Subscription.require([], of: application)
        return try await read {
            try $0.subscriptions(filter, of: application, after: target, limit: limit).map(\.subscription)
        }
    }

    public func nextDue(of application: String) async throws -> Timestamp? {
        try Subscription.require([], of: application)
        return try await read(isShort: true) { try $0.nextDue(of: application) }
    }

    private func change(
        _ filter: SubscriptionFilter, of application: String, _ body: @escaping @Sendable (inout Subscription) -> Bool
    ) async throws -> Int {
        try Subscription.require([], of: application)
        // Those that are named are as many as the caller has; of the others there may be any number.
        return try await lane.perform(isAlone: filter.names == nil) {
            try $0.changeSubscriptions(filter, of: application, body)
        }
    }
}
