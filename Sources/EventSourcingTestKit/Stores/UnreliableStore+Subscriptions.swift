public import Actors
public import EventSourcing

extension UnreliableStore: SubscriptionStore where Base: SubscriptionStore {
    @discardableResult
    public func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        try await enter()
        return try await base.subscribe(subscriptions, of: application)
    }

    @discardableResult
    public func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        try await enter()
        return try await base.correlated(subscriptions, through: position, of: application, at: now)
    }

    public func checkpoint(of application: String) async throws -> Int64 {
        try await enter()
        return try await base.checkpoint(of: application)
    }

    public func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try await enter()
        return try await base.claim(places, in: lane, of: application, for: term, by: holder, at: now)
    }

    @discardableResult
    public func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try await enter()
        return try await base.renew(claims, for: term, at: now)
    }

    @discardableResult
    public func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await enter()
        return try await base.ack(acknowledgements, at: now)
    }

    @discardableResult
    public func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await enter()
        return try await base.block(acknowledgements, at: now)
    }

    @discardableResult
    public func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        try await enter()
        return try await base.defer(filter, of: application, until: until)
    }

    @discardableResult
    public func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await enter()
        return try await base.reset(filter, of: application)
    }

    @discardableResult
    public func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await enter()
        return try await base.unblock(filter, of: application)
    }

    @discardableResult
    public func prioritize(
        _ filter: SubscriptionFilter, of application: String, to priority: Int64
    ) async throws -> Int {
        try await enter()
        return try await base.prioritize(filter, of: application, to: priority)
    }

    public func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        try await enter()
        return try await base.list(filter, of: application, after: target, limit: limit)
    }

    public func lanes(of application: String) async throws -> [String] {
        try await enter()
        return try await base.lanes(of: application)
    }

    public func nextDue(of application: String) async throws -> Timestamp? {
        try await enter()
        return try await base.nextDue(of: application)
    }
}
