import Actors
import EventSourcing

extension EventStoreConformance {
    static let deferralCases: [ConformanceCase] = [
        .subscriptions("reactions 70, 71: what is deferred waits until its time, which is no retry") { probe in
            try await probe.subscribe("a", work: 1)
            func deferred(until second: Int64) async throws -> Int {
                try await probe.store.defer(try probe.these("a"), of: probe.application, until: .second(second))
            }
            try expect(try await deferred(until: -1), is: 1, "it is one")
            try expect(try await probe.claimable(), is: ["a"], "its time has come")
            try expect(try await deferred(until: 3_600), is: 1, "it is one again")
            for second in [0, 3_599] as [Int64] {
                try expect(try await probe.claim(9, 9, at: second).isEmpty, "its time has not come")
            }
            try expect(try await deferred(until: -1), is: 1, "earlier")
            try expect(try await probe.claimOne().subscription.retries, is: 0, "it was never tried")
        },
        .subscriptions("reactions 72, 73, 75: a due time is listed, a reset clears it, and unknown targets have none") {
            probe in
            try await probe.subscribe("a", "b", work: 1)
            let one = try probe.these("a")
            try await probe.store.defer(one, of: probe.application, until: .second(3_600))
            try expect(try await probe.row("a").due, is: .second(3_600), "it is listed")
            try expect(try await probe.row("b").due, is: nil, "the other has none")
            try expect(try await probe.store.reset(one, of: probe.application), is: 1, "a reset")
            try expect(try await probe.claimable(), is: ["a", "b"], "both at once")
            for filter in [try probe.these("unknown"), try probe.these()] {
                let count = try await probe.store.defer(filter, of: probe.application, until: .second(1))
                try expect(count, is: 0, "none")
            }
        },
        .subscriptions("reactions 74: several are deferred by a pattern") { probe in
            try await probe.subscribe("one", "other", "control", work: 1)
            let filter = SubscriptionFilter.matching(.prefix("Audit|o"))
            try expect(
                try await probe.store.defer(filter, of: probe.application, until: .second(60)), is: 2, "so many")
            try expect(try await probe.claimable(), is: ["control"], "only the other one")
        },
        .subscriptions("reactions 77, 78, 80: an acknowledgement may set a due time, with what failed so far") {
            probe in
            try await probe.subscribe("a", "ctl", work: 2)
            let claims = try await probe.claims(of: "a", "ctl")
            let failed = Acknowledgement(
                claims[0], watermark: 1, handled: ["log", "é\"\u{0}"], retries: 3, failure: .boom, due: .second(60))
            let rows = try await probe.store.ack([Acknowledgement(claims[1], watermark: 2), failed], at: .second(1))
            try expect(rows.map(\.target.entityID), is: ["ctl", "a"], "both, in the order that was given")
            try await probe.mark("ctl", work: 3)
            try expect(
                try await probe.claimOne(at: 59).target.entityID, is: "ctl", "only the other one's time has come")
            let again = try require(try await probe.claim(1, 0, at: 60).first, "its time has come")
            let row = again.subscription
            try expect([row.watermark, row.retries], is: [1, 3], "where it stood, after three tries")
            try expect(row.handled, is: ["log", "é\"\u{0}"], "with the reactions that are done")
            try expect(row.failure, is: .boom, "with what failed")
            try expect(row.due, is: nil, "it waits for nothing")
        },
        .subscriptions("reactions 81: a late holder sets no due time, and the real one's acknowledgement counts") {
            probe in
            try await probe.subscribe("a", work: 2)
            let late = try await probe.claimOne(by: .first)
            let real = try await probe.claimOne(at: 10, by: .second)
            try expect(try await probe.ack(late, upTo: 1, due: 99, at: 11), is: [], "it is another's")
            try expect(try await probe.row("a").due, is: nil, "it does not wait")
            try expect(try await probe.ack(real, upTo: 1_000_000, at: 11), is: ["a"], "also beyond the work mark")
            try expect(try await probe.row("a").watermark, is: 1_000_000, "it got there")
        },
        .subscriptions("what an operator defers while it is claimed waits when the claim ends") { probe in
            try await probe.subscribe("a", work: 2)
            let claim = try await probe.claimOne()
            try await probe.store.defer(.all, of: probe.application, until: .second(60))
            try expect(try await probe.ack(claim, upTo: 1, due: 5, at: 1), is: ["a"], "the claim goes on")
            try expect(try await probe.row("a").due, is: .second(60), "the later time stays")
            try expect(try await probe.claimable(at: 59), is: [], "it waits")
            try expect(try await probe.claimable(at: 60), is: ["a"], "until then")
        },
        .subscriptions("at most 100 due times are looked after by one claim, the earliest first") { probe in
            for number in 100..<230 {
                try await probe.subscribe("\(number)", work: 1)
                try await probe.store.defer(
                    try probe.these("\(number)"), of: probe.application, until: .second(Int64(number % 2)))
            }
            let first = try await probe.claim(500, 0, at: 9)
            try expect(first.count, is: 100, "a hundred")
            let even = first.count { Int($0.target.entityID).map { $0 % 2 == 0 } ?? false }
            try expect(even, is: 65, "all of the earlier ones")
            try expect(try await probe.claim(500, 0, at: 9).count, is: 30, "the rest")
        },
    ]
}
