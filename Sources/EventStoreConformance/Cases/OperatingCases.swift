import Actors
import EventSourcing

extension EventStoreConformance {
    static let blockCases: [ConformanceCase] = [
        .subscriptions("reactions 65, 66, 68: what is blocked says why and where, and is not claimed") { probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            let blocked = try require(try await probe.block(claim, upTo: 999_999, at: 3).first, "it was held")
            try expect(blocked, is: try await probe.row("a"), "the answer is what is stored")
            try expect(blocked.watermark, is: 999_999, "the part that was handled counts")
            try expect(blocked.failure, is: .boom, "why")
            try expect(blocked.blocked, is: .second(3), "when")
            try expect(blocked.retries, is: 4, "after how many tries")
            try await probe.mark("a", work: 2_000_000)
            try expect(try await probe.claim(9, 9, at: 99).isEmpty, "nobody gets it")
            try expect(try await probe.block(claim, at: 3), is: [], "it is blocked once")
        },
        .subscriptions("blocking forgets a due time, and what is deferred while it is blocked stays blocked") { probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            try await probe.store.defer(.all, of: probe.application, until: .second(60))
            try expect(try await probe.block(claim).map(\.due), is: [nil], "it waits for no time")
            try await probe.store.defer(.all, of: probe.application, until: .second(1))
            try expect(try await probe.claim(9, 9, at: 99).isEmpty, "nobody gets it")
        },
        .subscriptions("reactions 87, 88, 89, 92: only what is blocked is unblocked, where it stood") { probe in
            try await probe.subscribe("a", "b", work: 9)
            let claims = try await probe.claims(of: "a", "b")
            try await probe.block(claims[0], upTo: 5)
            try await probe.ack(claims[1], upTo: 9)
            func unblock(_ filter: SubscriptionFilter) async throws -> Int {
                try await probe.store.unblock(filter, of: probe.application)
            }
            try expect(try await unblock(try probe.these("b")), is: 0, "it is not blocked")
            try expect(try await unblock(try probe.these("unknown")), is: 0, "nobody knows it")
            try expect(try await unblock(try probe.these()), is: 0, "none are named")
            try expect(try await unblock(SubscriptionFilter(isBlocked: false)), is: 0, "what is not blocked")
            try expect(try await unblock(try probe.these("a", "b")), is: 1, "one of both")
            let row = try await probe.row("a")
            try expect([row.watermark, row.retries], is: [5, 0], "where it stood, without retries")
            try expect(row.failure, is: nil, "nothing has failed")
            try expect(try await probe.claimable(), is: ["a"], "it can be claimed")
        },
        .subscriptions("reactions 91: what has a tag in its name is unblocked by it") { probe in
            try await probe.subscribe("a-tag-1", "b", "c-tag-2", "d-Tag-3", work: 1)
            for claim in try await probe.claim(9, 9) { try await probe.block(claim) }
            let tagged = SubscriptionFilter.matching(.contains("-tag-"))
            try expect(try await probe.store.unblock(tagged, of: probe.application), is: 2, "two")
            try expect(try await probe.claimable(), is: ["a-tag-1", "c-tag-2"], "those")
        },
        .subscriptions("reactions 90, 103: unblocking follows a pattern or a lane") { probe in
            try await probe.subscribe("tag1", "tag2", work: 1)
            try await probe.subscribe("other", lane: "slow", work: 1)
            for claim in try await probe.claim(9, 9) { try await probe.block(claim) }
            let tagged = SubscriptionFilter.matching(.prefix("Audit|tag"))
            try expect(try await probe.store.unblock(tagged, of: probe.application), is: 2, "two")
            try expect(try await probe.claimable(), is: ["tag1", "tag2"], "the third is blocked")
            let slow = SubscriptionFilter(lane: "slow")
            try expect(try await probe.store.unblock(slow, of: probe.application), is: 1, "the third")
            try expect(try await probe.names(SubscriptionFilter(isBlocked: true)), is: [], "none is left")
        },
    ]

    static let operatingCases: [ConformanceCase] = [
        .subscriptions("an application without a name is refused, whatever is asked of it") { probe in
            let store = probe.store
            let free = SubscriptionFilter(isBlocked: false)
            for work: @Sendable () async throws -> Void in [
                { try await store.unblock(free, of: "") }, { try await store.unblock(.all, of: "") },
                { try await store.reset(free, of: "") }, { try await store.defer(free, of: "", until: .second(1)) },
                { try await store.prioritize(free, of: "", to: 1) },
                { _ = try await store.list(free, of: "", after: nil, limit: 0) },
                { _ = try await store.nextDue(of: "") }, { _ = try await store.checkpoint(of: "") },
                { _ = try await store.lanes(of: "") },
            ] {
                let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                try expect(error.reason, is: .invalid, "because of its name")
            }
        },
        .subscriptions("what failed, or was done, is refused where nobody could read it again") { probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            let failure = SubscriptionFailure(
                reaction: "audit", position: 1, attempts: [.init(time: .second(1), message: .tooLong)])
            for done in [
                Acknowledgement(claim, watermark: 1, failure: failure),
                Acknowledgement(claim, watermark: 1, handled: [.tooLong]),
            ] {
                for work: @Sendable () async throws -> Void in [
                    { try await probe.store.ack([done], at: .second(1)) },
                    { try await probe.store.block([done], at: .second(1)) },
                ] {
                    let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                    try expect(error.reason, is: .invalid, "because of its length")
                }
            }
            try expect(try await probe.row("a"), is: claim.subscription, "the claim is held as it was")
        },
        .subscriptions("reactions 43, 82, 83, 84, 85: a reset lets it begin again at the first event") { probe in
            try await probe.subscribe("a", "b", work: 3)
            let claims = try await probe.claims(of: "a", "b")
            try await probe.ack(claims[0], upTo: 99)
            try await probe.block(claims[1], upTo: 2)
            try expect(try await probe.claimable(), is: [], "nothing to do")
            func reset(_ filter: SubscriptionFilter) async throws -> Int {
                try await probe.store.reset(filter, of: probe.application)
            }
            try expect(try await reset(try probe.these("unknown")), is: 0, "nobody knows it")
            try expect(try await reset(try probe.these()), is: 0, "none are named")
            try expect(try await reset(try probe.these("a", "a")), is: 1, "each once")
            try expect(try await reset(try probe.these("b")), is: 1, "also what is blocked")
            let again = try await probe.claim(9, 9)
            try expect(again.map(\.subscription.watermark), is: [0, 0], "both from the start")
            try expect(again.map(\.subscription.failure), is: [nil, nil], "nothing has failed")
            try expect(again.map(\.subscription.workMark), is: [3, 3], "the work is as it was")
        },
        .subscriptions("a reset takes a claim away from its holder") { probe in
            try await probe.subscribe("a", work: 3)
            let claim = try await probe.claimOne()
            try await probe.store.reset(.all, of: probe.application)
            try expect(try await probe.ack(claim, upTo: 3), is: [], "it has no claim any more")
            let again = try await probe.claimOne()
            try expect(again.subscription.fencingNumber, is: 2, "the fencing number goes on")
            try expect(try await probe.ack(claim, upTo: 3), is: [], "nor has it the new one")
        },
        .subscriptions("reactions 28, 93, 94, 102: a reset follows names in their own case, blocks and lanes") {
            probe in
            try await probe.subscribe("order1", "Order2", "control", work: 3)
            try await probe.subscribe("order2", lane: "slow", work: 3)
            for claim in try await probe.claim(9, 9) {
                if claim.target.entityID == "order1" {
                    try await probe.block(claim, upTo: 3)
                } else {
                    try await probe.ack(claim, upTo: 3)
                }
            }
            func reset(_ filter: SubscriptionFilter) async throws -> Int {
                try await probe.store.reset(filter, of: probe.application)
            }
            let orders = SubscriptionFilter.matching(.prefix("Audit|order"))
            var blocked = orders
            blocked.isBlocked = true
            try expect(try await reset(blocked), is: 1, "the blocked one")
            try expect(try await probe.row("order2").watermark, is: 3, "not the other")
            try expect(try await reset(SubscriptionFilter(lane: "slow")), is: 1, "one lane")
            try expect(try await probe.row("order2").watermark, is: 0, "that one")
            try expect(try await reset(orders), is: 2, "small letters alone")
            for name in ["Order2", "control"] {
                try expect(try await probe.row(name).watermark, is: 3, "\(name) is as it was")
            }
        },
        .subscriptions("reactions 95, 101, 136: a priority is set for names, for a lane, also of what is claimed") {
            probe in
            try await probe.subscribe("a", "a-longer", priority: 5, work: 1)
            try await probe.subscribe("c", lane: "slow", work: 1)
            func prioritize(_ filter: SubscriptionFilter, _ priority: Int64) async throws -> Int {
                try await probe.store.prioritize(filter, of: probe.application, to: priority)
            }
            try expect(try await prioritize(.matching(.exact("Audit|a")), 3), is: 1, "the whole name")
            try expect(try await prioritize(SubscriptionFilter(lane: "slow"), 7), is: 1, "a lane")
            try expect(try await probe.row("a").priority, is: 3, "lower than before")
            try expect(try await probe.row("a-longer").priority, is: 5, "as it was")
            let claims = try await probe.claim(9, 9)
            try expect(claims.map(\.target.entityID), is: ["c", "a-longer", "a"], "the order follows")
            try expect(try await prioritize(.all, .min), is: 3, "all")
            try expect(try await probe.ack(claims[0], upTo: 1), is: ["c"], "the claims go on")
            try expect(try await probe.row("c").priority, is: .min, "with the new priority")
        },
        .subscriptions("what one application operates on is not another's") { probe in
            let store = probe.store
            for application in ["bank", "shop"] {
                try await store.subscribe([NewSubscription(try audit("a"), workMark: 1)], of: application)
            }
            try await store.defer(.all, of: "bank", until: .second(60))
            try expect(try await store.prioritize(.all, of: "bank", to: 9), is: 1, "one")
            try expect(try await probe.row("a", of: "shop").priority, is: 0, "not this one")
            let claims = try await store.claim(
                ClaimPlaces(lagging: 9, leading: 9), in: nil, of: "shop", for: .seconds(1), by: .first, at: .second(0))
            try expect(claims.map(\.subscription.application), is: ["shop"], "its own")
            try expect(try await store.reset(.all, of: "nobody"), is: 0, "an application that nobody has")
        },
    ]

    /// The case for a store of subscriptions that can be closed and opened again.
    static let subscriptionReopeningCases = [
        ConformanceCase.subscriptions("subscriptions with their claims are there when the store is opened again") {
            probe in
            try await probe.subscribe("a", "b", source: .suffix("|1"), lane: "slow", priority: -3, work: 9)
            try await probe.subscribe("c", work: 2)
            let claims = try await probe.claims(of: "c", "a", leading: 1)
            try await probe.store.ack(
                [
                    Acknowledgement(
                        claims[1], watermark: 4, handled: ["x"], retries: 2, failure: .boom, due: .second(60))
                ], at: .second(1))
            try await probe.store.correlated([], through: 9, of: probe.application, at: .second(1))
            let before = try await probe.store.list(.all, of: probe.application, after: nil, limit: 9)
            let again = try await probe.reopened()
            let after = try await again.store.list(.all, of: again.application, after: nil, limit: 9)
            try expect(after, is: before, "every field")
            try expect(try await again.store.checkpoint(of: again.application), is: 9, "the checkpoint")
            try expect(try await again.ack(claims[0], upTo: 9, at: 2), is: [claims[0].target.entityID], "the claim")
            try expect(
                try await again.claim(9, 9, at: 60).map(\.subscription.fencingNumber), is: [1, 2], "the numbers")
        }
    ].needing(.reopening)
}
