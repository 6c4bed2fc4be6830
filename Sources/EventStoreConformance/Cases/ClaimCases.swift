import Actors
import EventSourcing

extension EventStoreConformance {
    static let claimCases: [ConformanceCase] = [
        .subscriptions("reactions 31, 40, 45, 55: without a work mark above the watermark there is no claim") { probe in
            try expect(try await probe.claim(1, 1).isEmpty, "nothing is subscribed")
            try await probe.subscribe("a", source: .exact("Order|1"))
            try await probe.subscribe("b")
            try expect(try await probe.claimable(), is: [], "nothing is marked")
            try await probe.mark("a", "b", work: 7)
            try expect(try await probe.claimable(), is: ["a", "b"], "with a source and without")
        },
        .subscriptions("reactions 41, 42: work marks only rise") { probe in
            try await probe.subscribe("a", work: 10)
            try await probe.ack(try await probe.claimOne(), upTo: 5)
            for mark in [5, 4, -3, 0] as [Int64] {
                try await probe.mark("a", work: mark)
                try expect(try await probe.row("a").workMark, is: 10, "after \(mark)")
                try expect(try await probe.claimable(), is: ["a"], "there is more to do")
            }
            try await probe.ack(try await probe.claimOne(), upTo: 10)
            try expect(try await probe.claimable(), is: [], "it is done")
            try await probe.mark("a", work: 11)
            try expect(try await probe.claimable(), is: ["a"], "there is more again")
        },
        .subscriptions("reactions 32, 47: a claim says who has it until when, and an acknowledgement ends it") {
            probe in
            try await probe.subscribe("a", lane: "slow", work: 3)
            let claim = try await probe.claimOne(at: 5, by: .second)
            let row = claim.subscription
            try expect([row.watermark, row.workMark, row.retries, row.fencingNumber], is: [0, 3, 0, 1], "the numbers")
            try expect(row.holding, is: .init(holder: .second, until: .second(15)), "the lease")
            try expect(try await probe.row("a"), is: row, "the store says the same")
            let done = try await probe.store.ack([Acknowledgement(claim, watermark: 3)], at: .second(6))
            let after = try require(done.first, "the claim was held")
            try expect([after.watermark, after.retries], is: [3, 0], "it is done, without retries")
            try expect(after.lane, is: "slow", "the lane")
            try expect(after.holding, is: nil, "nobody has it")
            try expect(try await probe.row("a"), is: after, "the store says the same")
        },
        .subscriptions("reactions 50: what was acknowledged in part is claimed again") { probe in
            try await probe.subscribe("a", work: 2)
            try await probe.ack(try await probe.claimOne(), upTo: 1)
            let again = try await probe.claim(0, 100)
            try expect(again.map(\.subscription.watermark), is: [1], "from where it got to")
        },
        .subscriptions("reactions 52, 57: a subscription is claimed once, from the lagging end first") { probe in
            try await probe.subscribe("a", work: 1)
            let claims = try await probe.claim(100, 100)
            try expect(claims.map(\.isLagging), is: [true], "once")
            try await probe.ack(claims[0], upTo: 0)
            try expect(try await probe.claim(0, 1).map(\.isLagging), is: [false], "from the other end where asked to")
        },
        .subscriptions("no places, or fewer than none, claim nothing") { probe in
            try await probe.subscribe("a", work: 1)
            try expect(try await probe.claim(0, 0).isEmpty, "none")
            try expect(try await probe.claim(-1, .min).isEmpty, "fewer")
            try expect(try await probe.claim(.max, .max).count, is: 1, "more than there are")
        },
        .subscriptions("reactions 62: of two claims at once each subscription goes to one") { probe in
            for number in 0..<8 { try await probe.subscribe("\(number)", work: 1) }
            async let one = probe.claim(100, 100, by: .first)
            async let other = probe.claim(100, 100, by: .second)
            let names = try await (one + other).map(\.target.entityID)
            try expect(names.sorted(), is: (0..<8).map(String.init), "each once")
        },
        .subscriptions("reactions P3, P4, P5: what is claimed is done, blocked or held, and watermarks rise") { probe in
            for number in 0..<6 { try await probe.subscribe("\(number)", work: 50) }
            var (watermarks, blocked): ([PersistenceID: Int64], Set<PersistenceID>) = ([:], [])
            for round in 0..<20 as Range<Int64> {
                let claims = try await probe.claim(2, 1, at: round)
                for (place, claim) in claims.enumerated() {
                    try expect(!blocked.contains(claim.target), "what is blocked is not claimed")
                    if place == 0, round % 5 == 4 {
                        try expect(try await probe.block(claim, at: round).count, is: 1, "it is blocked")
                        blocked.insert(claim.target)
                    } else {
                        // Every third acknowledgement is below what was reached.
                        try await probe.ack(claim, upTo: round % 3 == 0 ? 1 : round, at: round)
                    }
                    let watermark = try await probe.row(claim.target.entityID).watermark
                    try expect(watermark >= watermarks[claim.target] ?? 0, "it never goes back")
                    watermarks[claim.target] = watermark
                }
            }
            try expect(blocked.count, is: 4, "as many as were blocked")
        },
    ]

    static let claimOrderCases: [ConformanceCase] = [
        .subscriptions("the lagging places go by priority, then by the lowest watermark, then by name") { probe in
            // One place of four is kept for the lowest watermark.
            try await probe.place([
                ("low", 0, 0), ("b", 9, 5), ("a", 9, 5), ("c", 9, 3), ("e", 5, 1), ("f", 5, 2),
            ])
            try expect(try await probe.order(4, 0), is: ["c", "a", "b", "low"], "four places")
            try expect(try await probe.order(1, 0), is: ["c"], "one place goes by priority")
            try expect(try await probe.order(2, 0), is: ["c", "low"], "of two one is kept")
            try expect(try await probe.order(6, 0), is: ["c", "a", "b", "e", "low", "f"], "all")
        },
        .subscriptions("a quarter of the lagging places, to the nearest whole, is kept for the lowest") { probe in
            for number in 0..<10 as Range<Int64> {
                try await probe.place([("low\(number)", 0, number), ("high\(number)", 1, number + 10)])
            }
            for (places, kept) in [(1, 0), (2, 1), (3, 1), (4, 1), (5, 1), (6, 2), (8, 2), (10, 3)] {
                let low = try await probe.order(places, 0).filter { $0.hasPrefix("low") }
                try expect(low, is: (0..<kept).map { "low\($0)" }, "of \(places)")
            }
        },
        .subscriptions("the leading places go by the highest watermark, then by name") { probe in
            try await probe.place([("a", 0, 5), ("c", 0, 9), ("b", 0, 9), ("d", 0, 7), ("e", 9, 0)])
            try expect(try await probe.order(0, 4), is: ["b", "c", "d", "a"], "whatever the priority")
            try expect(try await probe.order(0, 1), is: ["b"], "the first of the same watermark")
        },
        .subscriptions("a place whose subscription is taken already goes to the next one") { probe in
            try await probe.place([("a", 9, 0), ("b", 9, 1), ("c", 0, 2), ("d", 0, 3), ("e", 0, 4)])
            try expect(try await probe.order(2, 2), is: ["a", "b", "e", "d"], "the lowest is taken by priority")
            try expect(try await probe.order(4, 2), is: ["a", "b", "c", "d", "e"], "there are no more")
            try expect(try await probe.order(1, 9), is: ["a", "e", "d", "c", "b"], "the rest from the other end")
        },
        .subscriptions("reactions 51: a low priority is served within 20 claims, however much goes before it") {
            probe in
            for number in 0..<6 { try await probe.subscribe("high\(number)", priority: 100, work: 1) }
            try await probe.subscribe("low", work: 1)
            var work: Int64 = 1
            for cycle in 1...20 {
                let claims = try await probe.claim(4, 0)
                if claims.contains(where: { $0.target.entityID == "low" }) { return }
                for claim in claims { try await probe.ack(claim, upTo: work) }
                work += 1
                for number in 0..<6 { try await probe.mark("high\(number)", work: work) }
                try expect(claims.count, is: 4, "cycle \(cycle) has all its places")
            }
            try expect(false, "it was served")
        },
        .subscriptions("reactions 99: a lane is claimed from alone, and without one all are") { probe in
            try await probe.subscribe("a", lane: "slow", work: 1)
            try await probe.subscribe("b", lane: "fast", priority: 1, work: 1)
            try await probe.subscribe("c", lane: "slow", priority: 2, work: 1)
            let slow = try await probe.claim(9, 9, in: "slow")
            try expect(slow.map(\.target.entityID), is: ["c", "a"], "the slow ones")
            try expect(try await probe.claim(9, 9, in: "none").isEmpty, "a lane that nobody uses")
            for claim in slow { try await probe.ack(claim, upTo: 0) }
            let all = try await probe.claim(2, 1)
            try expect(all.map(\.target.entityID), is: ["c", "a", "b"], "one order over all lanes")
            try expect(all.map(\.subscription.lane), is: ["slow", "slow", "fast"], "with their lanes")
        },
        .subscriptions("the lanes in which something can be claimed are listed by the bytes of their names") { probe in
            func lanes() async throws -> [String] { try await probe.store.lanes(of: probe.application) }
            try expect(try await lanes(), is: [], "nothing is there")
            for (name, lane, work) in [("a", "slow", 1), ("b", "Slow", 1), ("c", "slow", 1), ("d", "idle", 0)] {
                try await probe.subscribe(name, lane: lane, work: Int64(work))
            }
            try expect(try await lanes(), is: ["Slow", "slow"], "each once, and not the one without work")
            let claims = try await probe.claim(9, 9, in: "Slow")
            try expect(try await lanes(), is: ["slow"], "what is held can't be claimed")
            for claim in claims { try await probe.ack(claim, upTo: 0) }
            try expect(try await lanes(), is: ["Slow", "slow"], "and is there again when it is given back")
            try expect(try await probe.store.lanes(of: "shop"), is: [], "those of another application")
            for number in 0..<Subscription.mostLanes {
                try await probe.subscribe("many \(number)", lane: "lane \(1_000 + number)", work: 1)
            }
            let first = (0..<Subscription.mostLanes - 1).map { "lane \(1_000 + $0)" }
            try expect(try await lanes(), is: ["Slow"] + first, "so many at the most")
        },
    ]
}

extension PortProbe where Port == any SubscriptionStore {
    /// Registers targets with priorities and watermarks, all with work to do.
    fileprivate func place(_ rows: [(name: String, priority: Int64, watermark: Int64)]) async throws {
        for row in rows { try await subscribe(row.name, priority: row.priority, work: 1_000) }
        for claim in try await claim(1_000, 0) {
            let row = rows.first { $0.name == claim.target.entityID }
            try await ack(claim, upTo: row?.watermark ?? 0)
        }
    }

    /// The names that a claim takes, in its order; they are given back at once.
    fileprivate func order(_ lagging: Int, _ leading: Int) async throws -> [String] {
        let claims = try await claim(lagging, leading)
        for claim in claims { try await ack(claim, upTo: 0) }
        return claims.map(\.target.entityID)
    }
}
