import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for claims that go on while they are worked on.
    static let claimRenewalCases: [ConformanceCase] = renewedClaimCases + lostClaimCases

    private static let renewedClaimCases: [ConformanceCase] = [
        .subscriptions("a renewed claim goes on under the same number, and never ends earlier for it") { probe in
            try await probe.subscribe("a", lane: "slow", work: 9)
            let first = try require(try await probe.claim(0, 1).first, "it is claimed")
            var claim = first
            for second in [4, 9, 15] as [Int64] {
                claim.subscription.holding = .init(holder: .first, until: .second(second + 10))
                let renewed = try await probe.renew(first, at: second)
                try expect(renewed, is: [claim], "only its end has moved, by the claim as it was first answered")
                try expect(try await probe.row("a"), is: claim.subscription, "the store says the same")
                try expect(
                    try await probe.store.nextDue(of: probe.application), is: .second(second + 10), "it waits for it")
            }
            try expect(try await probe.renew(claim, at: 3), is: [claim], "a clock that went back takes nothing away")
            try expect(try await probe.row("a"), is: claim.subscription, "nothing has changed")
        },
        .subscriptions("a claim that was renewed is nobody else's until its new end, and is ended by its holder") {
            probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            try expect(try await probe.renew(claim, at: 9).count, is: 1, "it was held")
            try expect(try await probe.claim(9, 9, at: 18, by: .second).isEmpty, "the last moment is in it")
            try expect(try await probe.ack(claim, upTo: 4, at: 18), is: ["a"], "its holder's end counts")
            let again = try await probe.claimOne(at: 20, by: .second)
            try expect(try await probe.renew(again, at: 29).count, is: 1, "it was held")
            let other = try await probe.claimOne(at: 39, by: .first)
            try expect(other.subscription.retries, is: 1, "from its new end on it is another's, with a retry")
        },
        .subscriptions("a renewed claim is answered as it is then, whatever an operator did meanwhile") { probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            try await probe.mark("a", work: 12)
            try await probe.store.prioritize(.all, of: probe.application, to: 7)
            try await probe.store.defer(.all, of: probe.application, until: .second(99))
            let renewed = try require(try await probe.renew(claim, at: 1).first, "it is held all the same")
            try expect(
                [renewed.subscription.workMark, renewed.subscription.priority], is: [12, 7], "mark and priority")
            try expect(renewed.subscription.due, is: .second(99), "its due time")
            try expect(renewed.subscription.watermark, is: 0, "what is handled is the holder's to say")
            try expect(try await probe.row("a"), is: renewed.subscription, "the store says the same")
        },
        .subscriptions("of several claims those that are held are renewed, in their order, and no other is") { probe in
            try await probe.subscribe("a", "b", "c", work: 9)
            let claims = try await probe.claims(of: "a", "b", "c")
            var imposter = claims[0]
            imposter.subscription.holding?.holder = .third
            var late = claims[0]
            late.subscription.fencingNumber += 1
            var early = claims[0]
            early.subscription.fencingNumber -= 1
            var unclaimed = claims[0]
            unclaimed.subscription.holding = nil
            var unknown = claims[0]
            unknown.subscription.target = try audit("unknown")
            var elsewhere = claims[0]
            elsewhere.subscription.application = "shop"
            let renewed = try await probe.renew(
                claims[2], imposter, late, early, unclaimed, unknown, elsewhere, claims[1], at: 5)
            try expect(renewed.map(\.target.entityID), is: ["c", "b"], "two are held")
            try expect(
                renewed.map(\.subscription.holding?.until), is: [.second(15), .second(15)], "they go on")
            try expect(try await probe.row("a"), is: claims[0].subscription, "the other one has not changed")
            try expect(try await probe.store.list(.all, of: "shop", after: nil, limit: 9), is: [], "none is new")
            try expect(try await probe.renew(at: 5), is: [], "of none there is none")
        },
    ]

    private static let lostClaimCases: [ConformanceCase] = [
        .subscriptions("a claim that has run out goes on where nobody has followed, and can't where it was given up") {
            probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            let renewed = try await probe.renew(claim, at: 10)
            try expect(renewed.map(\.subscription.holding?.until), is: [.second(20)], "its end is not in it")
            try expect(
                try await probe.row("a"), is: try require(renewed.first, "it was held").subscription, "as stored")
            try expect(try await probe.claim(9, 9, at: 19, by: .second).isEmpty, "nobody else gets it")
            try expect(try await probe.claim(0, 0, at: 20, by: .second).isEmpty, "nor where none is wanted")
            let row = try await probe.row("a")
            try expect(row.retries, is: 1, "but it was given up")
            try expect(try await probe.renew(claim, at: 20), is: [], "and can't go on")
            try expect(try await probe.row("a"), is: row, "nothing has changed")
        },
        .subscriptions("a claim that another one has followed can't be renewed, and the other one goes on as it was") {
            probe in
            try await probe.subscribe("a", work: 9)
            let first = try await probe.claimOne(by: .first)
            let second = try await probe.claimOne(at: 10, by: .second)
            try expect(try await probe.renew(first, at: 11), is: [], "another system's")
            // The same system, once more: its first claim is another one.
            let third = try await probe.claimOne(at: 20, by: .first)
            try expect(try await probe.renew(first, second, at: 21), is: [], "or its own later one")
            try expect(try await probe.row("a"), is: third.subscription, "nothing has changed")
        },
        .subscriptions("a claim that was acknowledged, blocked or reset can't be renewed") { probe in
            try await probe.subscribe("acked", "blocked", "reset", work: 9)
            let claims = try await probe.claims(of: "acked", "blocked", "reset")
            try await probe.ack(claims[0], upTo: 4, at: 1)
            try await probe.block(claims[1], at: 1)
            try expect(
                try await probe.store.reset(try probe.these("reset"), of: probe.application), is: 1, "it is reset")
            let before = try await probe.store.list(.all, of: probe.application, after: nil, limit: 9)
            try expect(try await probe.renew(claims[0], claims[1], claims[2], at: 2), is: [], "none is held")
            let after = try await probe.store.list(.all, of: probe.application, after: nil, limit: 9)
            try expect(after, is: before, "nothing has changed")
            try expect(after.map(\.holding), is: [nil, nil, nil], "nobody has them")
        },
        .subscriptions("claims are renewed for a term above zero, and at the longest until the end of time") { probe in
            try await probe.subscribe("a", work: 9)
            let claim = try await probe.claimOne()
            for term in [Duration.zero, .seconds(-1)] {
                for claims in [[], [claim]] {
                    let error = try await expectError(StoreError.self, "\(claims.count) for \(term)") {
                        try await probe.store.renew(claims, for: term, at: .second(1))
                    }
                    try expect(error.reason, is: .invalid, "\(claims.count) for \(term)")
                }
            }
            try expect(try await probe.row("a"), is: claim.subscription, "nothing has changed")
            // The lease of an earlier claim has run out long before, and is claimed anew.
            let end = Timestamp(microseconds: .max)
            let late = try await probe.store.claim(
                ClaimPlaces(lagging: 1, leading: 0), in: nil, of: probe.application, for: .microseconds(1), by: .first,
                at: end.adding(.microseconds(-9)))
            let renewed = try await probe.store.renew(late, for: .seconds(10), at: end.adding(.microseconds(-9)))
            try expect(renewed.map(\.subscription.holding?.until), is: [end], "the last moment there is")
        },
    ]
}
