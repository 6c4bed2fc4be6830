import Actors
import EventSourcing
import TestSupport

/// A store that has what reactions need, and nothing beside it.
struct PlainStore: ForwardingStore {
    let base: InMemoryStore

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }
}

extension PlainStore: LeaseStore {
    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try await base.acquire(name, for: term, as: acquisition, by: holder, at: now)
    }

    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        try await base.renew(lease, for: term, at: now)
    }

    func release(_ lease: Lease) async throws -> Bool { try await base.release(lease) }

    func get(_ name: String, at now: Timestamp) async throws -> Lease? { try await base.get(name, at: now) }
}

extension PlainStore: SubscriptionStore {
    func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        try await base.subscribe(subscriptions, of: application)
    }

    func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        try await base.correlated(subscriptions, through: position, of: application, at: now)
    }

    func checkpoint(of application: String) async throws -> Int64 { try await base.checkpoint(of: application) }

    func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try await base.claim(places, in: lane, of: application, for: term, by: holder, at: now)
    }

    func renew(_ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp) async throws -> [SubscriptionClaim]
    {
        try await base.renew(claims, for: term, at: now)
    }

    func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await base.ack(acknowledgements, at: now)
    }

    func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await base.block(acknowledgements, at: now)
    }

    func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        try await base.defer(filter, of: application, until: until)
    }

    func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await base.reset(filter, of: application)
    }

    func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await base.unblock(filter, of: application)
    }

    func prioritize(_ filter: SubscriptionFilter, of application: String, to priority: Int64) async throws -> Int {
        try await base.prioritize(filter, of: application, to: priority)
    }

    func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        try await base.list(filter, of: application, after: target, limit: limit)
    }

    func lanes(of application: String) async throws -> [String] { try await base.lanes(of: application) }

    func nextDue(of application: String) async throws -> Timestamp? { try await base.nextDue(of: application) }
}
