import Actors
import EventSourcing

extension PortProbe where Port == any SubscriptionStore {
    /// The application of most cases.
    var application: String { "bank" }

    // MARK: Registering

    /// Registers targets with what is given, and answers how many were new.
    @discardableResult
    func subscribe(
        _ targets: String..., source: StreamPattern? = nil, lane: String = Subscription.defaultLane,
        priority: Int64 = 0, work: Int64 = 0
    ) async throws -> Int {
        let new = try targets.map {
            NewSubscription(try audit($0), source: source, lane: lane, priority: priority, workMark: work)
        }
        return try await store.subscribe(new, of: application)
    }

    /// Raises the work marks of targets that are known, as a correlation does.
    func mark(_ targets: String..., work: Int64) async throws {
        for target in targets {
            let row = try await row(target)
            let new = NewSubscription(
                row.target, source: row.source, lane: row.lane, priority: row.priority, workMark: work)
            try await store.correlated([new], through: 0, of: application, at: .second(0))
        }
    }

    // MARK: Claiming

    /// Claims for ten seconds, unless another term is given.
    func claim(
        _ lagging: Int, _ leading: Int, in lane: String? = nil, at second: Int64 = 0,
        for term: Duration = .seconds(10), by holder: WriterID = .first
    ) async throws -> [SubscriptionClaim] {
        try await store.claim(
            ClaimPlaces(lagging: lagging, leading: leading), in: lane, of: application, for: term, by: holder,
            at: .second(second))
    }

    /// Claims as many as there are names, the last ones from the leading end; fails unless they are these, in this order.
    func claims(of names: String..., leading: Int = 0) async throws -> [SubscriptionClaim] {
        let claims = try await claim(names.count - leading, leading)
        try expect(claims.map(\.target.entityID), is: names, "these are claimed, in this order")
        return claims
    }

    /// Claims everything, which must be one subscription.
    func claimOne(at second: Int64 = 0, by holder: WriterID = .first) async throws -> SubscriptionClaim {
        let claims = try await claim(100, 100, at: second, by: holder)
        try expect(claims.count, is: 1, "one subscription can be claimed")
        return try require(claims.first, "it is claimed")
    }

    /// The names of what can be claimed, sorted; all is left as it was, but for the fencing numbers.
    func claimable(at second: Int64 = 0) async throws -> [String] {
        let claims = try await claim(1_000, 1_000, at: second, by: .third)
        try await store.ack(
            claims.map {
                Acknowledgement(
                    $0, watermark: 0, handled: $0.subscription.handled, retries: $0.subscription.retries,
                    failure: $0.subscription.failure)
            }, at: .second(second))
        return claims.map(\.target.entityID).sorted()
    }

    /// Renews claims for ten seconds, unless another term is given.
    func renew(
        _ claims: SubscriptionClaim..., at second: Int64, for term: Duration = .seconds(10)
    ) async throws -> [SubscriptionClaim] {
        try await store.renew(claims, for: term, at: .second(second))
    }

    // MARK: Ending

    /// Acknowledges claims up to a watermark, and answers the names of those that were still held.
    @discardableResult
    func ack(
        _ claims: SubscriptionClaim..., upTo watermark: Int64, retries: Int64 = 0, due: Int64? = nil,
        at second: Int64 = 0
    ) async throws -> [String] {
        let done = claims.map {
            Acknowledgement($0, watermark: watermark, retries: retries, due: due.map { .second($0) })
        }
        return try await store.ack(done, at: .second(second)).map(\.target.entityID)
    }

    /// Blocks a claim.
    @discardableResult
    func block(
        _ claim: SubscriptionClaim, upTo watermark: Int64 = 0, at second: Int64 = 0
    ) async throws -> [Subscription] {
        try await store.block(
            [Acknowledgement(claim, watermark: watermark, retries: 4, failure: .boom)], at: .second(second))
    }

    // MARK: Looking

    /// A subscription that must be there.
    func row(_ target: String, of application: String? = nil) async throws -> Subscription {
        let rows = try await store.list(
            .these(try audit(target)), of: application ?? self.application, after: nil, limit: 2)
        return try require(rows.first, "\(target) is subscribed")
    }

    /// The names of the subscriptions that are meant.
    func names(
        _ filter: SubscriptionFilter = .all, after target: String? = nil, limit: Int = .max
    ) async throws -> [String] {
        try await store.list(filter, of: application, after: try target.map { try audit($0) }, limit: limit)
            .map(\.target.entityID)
    }

    /// Which targets are meant, by name.
    func these(_ targets: String...) throws -> SubscriptionFilter {
        SubscriptionFilter(.these(try targets.map { try audit($0) }))
    }
}

extension SubscriptionFailure {
    /// What blocked a subscription, with everything that a text could lose.
    static let boom = SubscriptionFailure(
        reaction: "audit \"deposits\"\u{0}é", position: 7,
        attempts: [.init(time: .second(1), message: "boom"), .init(time: .second(-9), message: "")])
}

/// The stream `Audit|<name>`.
func audit(_ name: String) throws -> PersistenceID { try PersistenceID("Audit", name) }
