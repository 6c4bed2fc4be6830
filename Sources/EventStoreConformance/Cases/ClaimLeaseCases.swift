import Actors
import EventSourcing

extension EventStoreConformance {
    static let claimLeaseCases: [ConformanceCase] = [
        .subscriptions("reactions 48, 63: what is claimed is nobody else's until its lease runs out") { probe in
            try await probe.subscribe("a", work: 1)
            _ = try await probe.claimOne(by: .first)
            try await probe.subscribe("b", work: 1)
            try expect(try await probe.claimOne(at: 9, by: .second).target, is: try audit("b"), "only the other one")
            try expect(try await probe.claim(9, 9, at: 9).isEmpty, "not even for the same system")
        },
        .subscriptions("reactions 49, 56: a lease that has run out is another's, with a retry, and a late end is none")
        {
            probe in
            try await probe.subscribe("a", work: 9)
            let first = try await probe.claimOne(by: .first)
            try expect(try await probe.claim(9, 9, at: 9).isEmpty, "the last moment is in it")
            let second = try await probe.claimOne(at: 10, by: .second)
            try expect(second.subscription.retries, is: 1, "a retry")
            try expect(second.subscription.fencingNumber, is: 2, "the fencing number rises")
            try expect(try await probe.ack(first, upTo: 9, at: 10), is: [], "the first holder is late")
            try expect(try await probe.block(first, at: 10), is: [], "and can't block either")
            try expect(try await probe.row("a"), is: second.subscription, "nothing has changed")
            try expect(try await probe.ack(second, upTo: 9, at: 11), is: ["a"], "the second one's counts")
        },
        .subscriptions("what was done under a lease that has run out counts, as long as nobody has followed") { probe in
            try await probe.subscribe("a", "b", work: 9)
            let claims = try await probe.claims(of: "a", "b")
            try expect(try await probe.ack(claims[0], upTo: 9, at: 10), is: ["a"], "its end is not in it")
            let done = try await probe.row("a")
            try expect([done.watermark, done.retries], is: [9, 0], "it is done, and was never tried in vain")
            let blocked = try await probe.block(claims[1], upTo: 4, at: 40)
            try expect(blocked.map(\.blocked), is: [.second(40)], "it is blocked as late as that")
            try expect(try await probe.ack(claims[1], upTo: 9, at: 41), is: [], "each is ended once")
        },
        .subscriptions("a claim gives up every lease that has run out, also of what it does not take") { probe in
            try await probe.subscribe("a", lane: "slow", work: 9)
            let first = try await probe.claimOne(by: .first)
            try expect(try await probe.claim(9, 9, in: "fast", at: 9, by: .second).isEmpty, "there is nothing")
            try expect(try await probe.row("a"), is: first.subscription, "it has not run out")
            try expect(try await probe.claim(9, 9, in: "fast", at: 10, by: .second).isEmpty, "there is nothing yet")
            let row = try await probe.row("a")
            try expect(row.holding, is: nil, "it is nobody's")
            try expect([row.retries, row.fencingNumber], is: [1, 1], "a retry")
            try expect(try await probe.ack(first, upTo: 9, at: 10), is: [], "its holder is late")
            try expect(try await probe.block(first, at: 10), is: [], "and can't block either")
            try expect(try await probe.row("a"), is: row, "nothing has changed")
        },
        .subscriptions("reactions 53, 67: only the holder ends a claim, and the others are ended all the same") {
            probe in
            try await probe.subscribe("a", "b", work: 9)
            let claims = try await probe.claims(of: "a", "b")
            var imposter = claims[0]
            imposter.subscription.holding?.holder = .third
            try expect(try await probe.ack(imposter, claims[1], upTo: 9), is: ["b"], "another system's is none")
            var late = claims[0]
            late.subscription.fencingNumber += 1
            try expect(try await probe.ack(late, upTo: 9), is: [], "nor one with another fencing number")
            var unknown = claims[0]
            unknown.subscription.target = try audit("unknown")
            try expect(try await probe.ack(unknown, upTo: 9), is: [], "nor one of an unknown target")
            var elsewhere = claims[0]
            elsewhere.subscription.application = "shop"
            try expect(try await probe.ack(elsewhere, upTo: 9), is: [], "nor one of another application")
            try expect(try await probe.block(imposter), is: [], "nor blocks it")
            try expect(try await probe.row("a"), is: claims[0].subscription, "nothing has changed")
        },
        .subscriptions("reactions 54: an acknowledgement below the watermark takes nothing back") { probe in
            try await probe.subscribe("a", work: 9)
            try await probe.ack(try await probe.claimOne(), upTo: 4)
            try expect(try await probe.ack(try await probe.claimOne(), upTo: -5), is: ["a"], "it ends the claim")
            try expect(try await probe.row("a").watermark, is: 4, "the watermark stays")
            let claim = try await probe.claimOne()
            try expect(try await probe.ack(claim, upTo: 5), is: ["a"], "the claim ends")
            try expect(try await probe.ack(claim, upTo: 6), is: [], "only once")
            try expect(try await probe.row("a").watermark, is: 5, "the second one did nothing")
        },
        .subscriptions("reactions 58: an acknowledgement clears retries") { probe in
            try await probe.subscribe("a", work: 1)
            _ = try await probe.claimOne()
            let second = try await probe.claimOne(at: 10)
            try expect(second.subscription.retries, is: 1, "a retry")
            try await probe.ack(second, upTo: 1, at: 11)
            try await probe.mark("a", work: 2)
            try expect(try await probe.claimOne(at: 12).subscription.retries, is: 0, "none any more")
        },
        .subscriptions("at most 100 leases that have run out are looked after by one claim, the earliest first") {
            probe in
            let names = (100..<230).map(String.init)
            for name in names { try await probe.subscribe(name, work: 1) }
            for second in 0..<3 as Range<Int64> {
                let count = try await probe.claim(60, 0, at: second, for: .seconds(30)).count
                try expect(count, is: second < 2 ? 60 : 10, "\(second)")
            }
            try expect(try await probe.claim(500, 0, at: 40).count, is: 100, "the first hundred")
            let next = try await probe.claim(500, 0, at: 40)
            try expect(Set(next.map(\.target.entityID)), is: Set(names.suffix(30)), "those that ran out last")
        },
        .subscriptions(
            "a lease of before the clock was put back ends a term from the next claim on, and is its holder's"
        ) {
            probe in
            try await probe.subscribe("a", work: 9)
            let first = try await probe.claimOne(at: 3_600, by: .first)
            try expect(try await probe.claim(9, 9, by: .second).isEmpty, "it has not run out")
            let row = try await probe.row("a")
            try expect(row.holding, is: .init(holder: .first, until: .second(10)), "as if it had been given now")
            try expect([row.retries, row.fencingNumber], is: [0, 1], "it is the same claim")
            try expect(try await probe.store.nextDue(of: probe.application), is: .second(10), "which is waited for")
            try expect(try await probe.renew(first, at: 9).count, is: 1, "its holder goes on with it")
            try expect(try await probe.claim(9, 9, at: 18, by: .second).isEmpty, "so that it is nobody else's")
            let second = try await probe.claimOne(at: 19, by: .second)
            try expect(second.subscription.retries, is: 1, "until it runs out")
        },
        .subscriptions("a lease that goes on for up to ten terms of a claim is left as it is") { probe in
            try await probe.subscribe("a", work: 9)
            let claims = try await probe.claim(9, 9, for: .seconds(100))
            try expect(try await probe.claim(9, 9, by: .second).isEmpty, "it is claimed")
            try expect(try await probe.row("a"), is: claims.first?.subscription, "the longest")
            let short = Duration.microseconds(9_999_999)
            try expect(try await probe.claim(9, 9, for: short, by: .second).isEmpty, "it has not run out")
            let until = Timestamp.second(0).adding(short)
            try expect(try await probe.row("a").holding?.until, is: until, "a moment too long")
        },
        .subscriptions("at most 100 leases that go on for too long are shortened by one claim, the earliest first") {
            probe in
            let names = (100..<230).map(String.init)
            for name in names { try await probe.subscribe(name, work: 1) }
            for second in 3_600..<3_603 as Range<Int64> { _ = try await probe.claim(50, 0, at: second) }
            func shortened() async throws -> [String] {
                try await probe.store.list(.all, of: probe.application, after: nil, limit: .max)
                    .filter { $0.holding?.until == .second(10) }.map(\.target.entityID)
            }
            try expect(try await probe.claim(9, 9).isEmpty, "all are claimed")
            try expect(try await shortened(), is: Array(names.prefix(100)), "the first hundred")
            try expect(try await probe.claim(9, 9).isEmpty, "all are claimed still")
            try expect(try await shortened(), is: names, "the others")
        },
        .subscriptions("the next moment at which something happens is the earliest lease or due time") { probe in
            let application = probe.application
            try expect(try await probe.store.nextDue(of: application), is: nil, "nothing waits")
            try await probe.subscribe("a", "b", "c", work: 1)
            try expect(try await probe.store.nextDue(of: application), is: nil, "what can be claimed waits for no time")
            let claim = try await probe.claims(of: "a")[0]
            try expect(try await probe.store.nextDue(of: application), is: .second(10), "a lease")
            try await probe.store.defer(try probe.these("c"), of: application, until: .second(7))
            try expect(try await probe.store.nextDue(of: application), is: .second(7), "a due time before it")
            try await probe.store.defer(try probe.these("c"), of: application, until: .second(70))
            try expect(try await probe.store.nextDue(of: application), is: .second(10), "or behind it")
            try await probe.ack(claim, upTo: 1)
            try expect(try await probe.store.nextDue(of: application), is: .second(70), "the lease is over")
            try expect(try await probe.store.nextDue(of: "shop"), is: nil, "another application waits for nothing")
        },
    ]
}
