import Actors
import EventSourcing
import SampleDomain

/// Sales that reactions carried out, of which the last one's shipment is blocked; on request beside them subscriptions that
/// are leased, wait, have work, are hostile, or failed at an event that is not there.
struct ReactionFixture {
    let fixture: StoreFixture
    static let application = "fulfilment"
    static let blocked = StoreFixture.id("Shipment", "sale-6")
    static let leased = StoreFixture.id("Audit", "leased")
    static let waiting = StoreFixture.id("Audit", "waiting")
    static let eligible = StoreFixture.id("Audit", "eligible")
    static let hostile = StoreFixture.id("Audit", "x\u{1B}[2J\u{202E}y")
    static let missing = StoreFixture.id("Audit", "missing")
    /// A day after the first event: 2025-03-03T09:00:00Z.
    static let now = StoreFixture.start.adding(.seconds(86_400))

    init(withOthers: Bool = false, withHostile: Bool = false, withMissing: Bool = false) async throws {
        fixture = try StoreFixture(isEmpty: true)
        try fixture.store.fill(writers: fixture.writers, events: [], snapshots: [])
        try Fulfilment.happen(6, in: fixture.store, seed: 42, startingAt: StoreFixture.start)
        if withOthers { try await addOthers() }
        if withMissing { try await block(Self.missing, at: 0, "audit", "no") }
        if withHostile { try await block(Self.hostile, at: 1, "a\u{1B}]0;pwn\u{7}b", "no\u{1B}[6n \u{2066}x\n\r\tend") }
    }

    private func addOthers() async throws {
        try await fixture.store.subscribe(
            [
                NewSubscription(Self.leased, lane: "leased", workMark: 7),
                NewSubscription(Self.waiting, source: .prefix("Sale|"), workMark: 8),
                NewSubscription(Self.eligible, priority: 3, workMark: 9),
            ], of: Self.application)
        _ = try await claim(in: "leased", at: Self.now.adding(.seconds(-4)))
        try await fixture.store.defer(
            .these(Self.waiting), of: Self.application, until: Self.now.adding(.seconds(90)))
    }

    private func claim(in lane: String, at time: Timestamp) async throws -> [SubscriptionClaim] {
        try await fixture.store.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: lane, of: Self.application, for: .seconds(10),
            by: fixture.writers[0].id, at: time)
    }

    /// Blocks a subscription of its own lane at an event.
    private func block(_ target: PersistenceID, at position: Int64, _ reaction: String, _ message: String) async throws
    {
        try await fixture.store.subscribe(
            [NewSubscription(target, lane: "hostile\u{200B}", workMark: 1)], of: Self.application)
        for claim in try await claim(in: "hostile\u{200B}", at: Self.now) {
            let failure = SubscriptionFailure(
                reaction: reaction, position: position, attempts: [.init(time: Self.now, message: message)])
            _ = try await fixture.store.block(
                [Acknowledgement(claim, watermark: 0, failure: failure)], at: Self.now)
        }
    }
}
