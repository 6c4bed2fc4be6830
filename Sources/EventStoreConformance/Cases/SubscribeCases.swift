import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store of subscriptions.
    static let subscriptionCases: [ConformanceCase] =
        subscribeCases + subscriptionListCases + claimCases + claimOrderCases + claimLeaseCases + claimRenewalCases
        + deferralCases + blockCases + operatingCases

    private static let subscribeCases: [ConformanceCase] = [
        .subscriptions("reactions 29: a target is subscribed once, and all of it is as it was given") { probe in
            try expect(try await probe.subscribe("a"), is: 1, "it is new")
            try expect(try await probe.subscribe("a"), is: 0, "it is known")
            try await probe.subscribe("b", source: .prefix("Order|"), lane: "slow", priority: -5, work: 9)
            let row = try await probe.row("b")
            try expect(row.target, is: try audit("b"), "the target")
            try expect(row.source, is: .prefix("Order|"), "the source")
            try expect([row.watermark, row.workMark, row.retries, row.priority], is: [0, 9, 0, -5], "the numbers")
            try expect([row.blocked == nil, row.holding == nil, row.due == nil], is: [true, true, true], "it is free")
        },
        .subscriptions("a lane or a source that only looks the same is another one") { probe in
            func bytes() async throws -> [[UInt8]] {
                let row = try await probe.row("a")
                return [row.lane, row.source?.description ?? ""].map { Array($0.utf8) }
            }
            for (work, text) in zip(Int64(1)..., ["é", "e\u{301}", "é"]) {
                try await probe.subscribe("a", source: .prefix(text), lane: text, work: work)
                try expect(try await bytes(), is: [text, "prefix \(text)"].map { Array($0.utf8) }, "it is stored")
                let claims = try await probe.claim(9, 9, in: text)
                try expect(claims.count, is: 1, "and claimed from")
                try await probe.ack(claims[0], upTo: work)
            }
        },
        .subscriptions("another source is taken where nothing is left to do; where something is, all streams feed it") {
            probe in
            let (one, other) = (StreamPattern.exact("Order|1"), StreamPattern.exact("Order|2"))
            for source in [one, one] { try await probe.subscribe("a", source: source, work: 5) }
            try expect(try await probe.row("a").source, is: one, "the same source stays")
            for source in [other, other, one] {
                try await probe.subscribe("a", source: source, work: 6)
                try expect(try await probe.row("a").source, is: nil, "what is left may be of either")
            }
            try await probe.ack(try await probe.claimOne(), upTo: 5)
            try await probe.subscribe("a", source: other)
            try expect(try await probe.row("a").source, is: nil, "something is left")
            try await probe.ack(try await probe.claimOne(), upTo: 6)
            for source in [other, one] {
                try await probe.subscribe("a", source: source)
                try expect(try await probe.row("a").source, is: source, "nothing is left")
            }
        },
        .subscriptions(
            "a reset keeps its own stream as the source of a target that no other stream ever fed, and no other"
        ) {
            probe in
            let (own, other) = (StreamPattern.exact("Audit|a"), StreamPattern.exact("Order|1"))
            var work: Int64 = 0
            func feed(_ source: StreamPattern?) async throws -> StreamPattern? {
                work += 1
                try await probe.subscribe("a", source: source, work: work)
                try await probe.ack(try await probe.claimOne(), upTo: work)
                return try await probe.row("a").source
            }
            func reset() async throws -> StreamPattern? {
                try await probe.store.reset(.all, of: probe.application)
                let row = try await probe.row("a")
                try await probe.ack(try await probe.claimOne(), upTo: work)
                return row.source
            }
            for _ in 1...2 { try expect(try await feed(own), is: own, "it feeds itself") }
            try expect(try await reset(), is: own, "and is all that it begins again with")
            try expect(try await feed(other), is: other, "another one feeds it")
            for _ in 1...2 { try expect(try await feed(own), is: nil, "and then both may have") }
            try expect(try await reset(), is: nil, "so that it begins again with all")
            try expect(try await feed(other), is: other, "behind its work it is narrowed down")
            try expect(try await reset(), is: nil, "which a reset undoes")
            try expect(try await feed(own), is: nil, "and its own stream does not")
        },
        .subscriptions("reactions 33, 34: a further subscription raises the priority, and never lowers it") { probe in
            for (priority, seen) in [(-5, -5), (-1, -1), (-9, -1), (0, 0)] as [(Int64, Int64)] {
                try await probe.subscribe("a", priority: priority)
                try expect(try await probe.row("a").priority, is: seen, "after \(priority)")
            }
            try await probe.store.prioritize(.all, of: probe.application, to: -5)
            try expect(try await probe.row("a").priority, is: -5, "prioritizing does lower it")
            try await probe.subscribe("a")
            try expect(try await probe.row("a").priority, is: 0, "and subscribing raises it again")
        },
        .subscriptions("reactions 35, 36, 37, 38, 39: the checkpoint only rises, together with what was found") {
            probe in
            func advance(_ position: Int64, _ targets: [NewSubscription] = []) async throws -> Correlation {
                try await probe.store.correlated(targets, through: position, of: probe.application, at: .second(0))
            }
            func checkpoint() async throws -> Int64 { try await probe.store.checkpoint(of: probe.application) }
            try expect(try await checkpoint(), is: 0, "nothing was correlated")
            try expect(try await advance(10), is: Correlation(subscribed: 0, checkpoint: 10), "it moves")
            try expect(try await checkpoint(), is: 10, "and is read back")
            for (position, seen) in [(5, 10), (10, 10), (13, 13)] as [(Int64, Int64)] {
                try expect(try await advance(position).checkpoint, is: seen, "after \(position)")
            }
            try await probe.store.subscribe([], of: probe.application)
            try expect(try await checkpoint(), is: 13, "subscribing leaves it")
            try expect(try await probe.names(), is: [], "and it is no subscription")
            let new = NewSubscription(try audit("a"), workMark: 20)
            try expect(try await advance(20, [new]), is: Correlation(subscribed: 1, checkpoint: 20), "with a target")
            try expect(try await probe.row("a").workMark, is: 20, "its work mark")
        },
        .subscriptions("reactions 145, 146: a late correlation takes nothing back; applications are apart") { probe in
            // Where the case hands one application's checkpoint to the next, the design has one for each: a new
            // application must see every event.
            let store = probe.store
            let new = NewSubscription(try audit("a"), workMark: 5)
            try await store.correlated([new], through: 4_100, of: "first", at: .second(0))
            try expect(try await store.checkpoint(of: "second"), is: 0, "another application begins at the start")
            try expect(try await store.list(.all, of: "second", after: nil, limit: 9), is: [], "and knows no target")
            let late = NewSubscription(try audit("a"), workMark: 3)
            try await store.correlated([late], through: 7, of: "first", at: .second(9))
            try expect(try await store.checkpoint(of: "first"), is: 4_100, "the checkpoint stays")
            try expect(try await probe.row("a", of: "first").workMark, is: 5, "the work mark stays")
        },
        .subscriptions(
            "a target that had nothing to do begins behind what was correlated before, and any other where it is"
        ) {
            probe in
            func correlate(_ position: Int64, _ targets: (String, Int64)...) async throws {
                let new = try targets.map { NewSubscription(try audit($0.0), workMark: $0.1) }
                try await probe.store.correlated(new, through: position, of: probe.application, at: .second(0))
            }
            func watermark(_ target: String) async throws -> Int64 {
                let row = try await probe.row(target)
                return row.watermark
            }
            try await correlate(10, ("a", 4))
            try expect(try await watermark("a"), is: 0, "nothing was correlated before")
            try await probe.ack(try await probe.claimOne(), upTo: 4)
            try await correlate(20, ("a", 12), ("b", 11), ("b", 15))
            try expect(try await watermark("a"), is: 10, "one that was done")
            try expect(try await watermark("b"), is: 10, "a new one")
            try await correlate(30, ("a", 25))
            try expect(try await watermark("a"), is: 10, "one that has work of before")
            try await correlate(16, ("c", 14))
            try expect(try await watermark("c"), is: 13, "what a late correlation finds is still to be done")
            try await probe.subscribe("d", work: 25)
            try expect(try await watermark("d"), is: 0, "who subscribes says nothing of that")
        },
        .subscriptions("reactions 46: a work mark is read back, and is 0 where nothing was found") { probe in
            try await probe.subscribe("a", "b")
            try await probe.mark("a", work: 12)
            try expect(try await probe.row("a").workMark, is: 12, "marked")
            try expect(try await probe.row("b").workMark, is: 0, "not marked")
        },
        .subscriptions("reactions 96, 97, 98: the lane is the last one that was given") { probe in
            try await probe.subscribe("a")
            try expect(try await probe.row("a").lane, is: "default", "without one")
            for lane in ["slow", "fast"] {
                try await probe.subscribe("a", lane: lane)
                try expect(try await probe.row("a").lane, is: lane, "with one")
            }
        },
        .subscriptions("reactions 104: the longest names and every byte of them are kept") { probe in
            let names = [String(repeating: "n", count: 255), "a\u{0}b", "é", "e\u{301}", "a|b", " a", "%_*?[]'\""]
            for name in names {
                try expect(try await probe.subscribe(name, work: 1), is: 1, "\(name.utf8.count) bytes")
            }
            for name in names {
                try expect(try await probe.row(name).target, is: try audit(name), "it is read back")
            }
            try expect(Set(try await probe.claim(100, 0).map(\.target)).count, is: names.count, "each is claimed")
        },
        .subscriptions("names outside the bounds and terms of nothing are refused") { probe in
            func expectInvalid<Answer>(_ sentence: String, _ work: () async throws -> Answer) async throws {
                let error = try await expectError(StoreError.self, sentence, work)
                try expect(error.reason, is: .invalid, sentence)
            }
            for name in ["", String(repeating: "n", count: 256)] {
                let new = NewSubscription(try audit("a"), lane: name)
                try await expectInvalid("a lane") { try await probe.store.subscribe([new], of: "bank") }
                try await expectInvalid("an application") { try await probe.store.subscribe([], of: name) }
                try await expectInvalid("asking") { try await probe.store.checkpoint(of: name) }
                try await expectInvalid("listing") {
                    try await probe.store.list(.all, of: name, after: nil, limit: 1)
                }
                try await expectInvalid("claiming from a lane") { try await probe.claim(1, 1, in: name) }
            }
            for term in [Duration.zero, .seconds(-1)] {
                try await expectInvalid("a term") { try await probe.claim(1, 1, for: term) }
            }
            try expect(try await probe.names(), is: [], "nothing was registered")
        },
    ]

    private static let subscriptionListCases: [ConformanceCase] = [
        .subscriptions("reactions 117, 119, 131: lists come by the bytes of the name, page after page") { probe in
            try await probe.subscribe("Bravo", "alpha", "Charlie", "delta", "é", "e\u{301}")
            let all = ["Bravo", "Charlie", "alpha", "delta", "e\u{301}", "é"]
            try expect(try await probe.names().map { Array($0.utf8) }, is: all.map { Array($0.utf8) }, "all")
            for size in 1...4 {
                var (seen, last): ([String], String?) = ([], nil)
                while true {
                    let page = try await probe.names(after: last, limit: size)
                    (seen, last) = (seen + page, page.last)
                    if page.count < size { break }
                }
                try expect(seen, is: all, "pages of \(size)")
            }
            try expect(try await probe.names(limit: 0), is: [], "none are asked for")
            try expect(try await probe.names(limit: -1), is: [], "nor fewer")
        },
        .subscriptions("reactions 19, 22, 23, 27, 118, 133, 134, 135: names are matched as they are written") { probe in
            try await probe.subscribe("u-T_x", "u-TZx", "p-T%y", "p-TZZy", "inner", "inner-extra", "Inner")
            func names(_ pattern: StreamPattern) async throws -> [String] { try await probe.names(.matching(pattern)) }
            try expect(try await names(.exact("Audit|u-T_x")), is: ["u-T_x"], "an underscore is one")
            try expect(try await names(.exact("Audit|inner")), is: ["inner"], "only the whole name")
            try expect(try await names(.prefix("Audit|p-T%")), is: ["p-T%y"], "a percent sign is one")
            try expect(try await names(.prefix("Audit|inner")), is: ["inner", "inner-extra"], "a prefix")
            try expect(try await names(.suffix("inner")), is: ["inner"], "a suffix, in its own case")
            try expect(try await names(.contains("nne")), is: ["Inner", "inner", "inner-extra"], "a part")
            try expect(try await names(.contains("T.x")), is: [], "a dot is a dot")
            try expect(try await names(.exact("inner")), is: [], "a name is the type and the id")
            try expect(try await names(.contains("")).count, is: 7, "nothing is in every name")
            try expect(try await names(.prefix("Zebra|")), is: [], "nobody's")
            try expect(try await probe.names(try probe.these("inner", "unknown", "inner")), is: ["inner"], "by name")
            try expect(
                try await probe.names(try probe.these("u-TZx", "inner"), after: "inner"), is: ["u-TZx"], "behind one")
        },
        .subscriptions("reactions 100, 118, 120: lists are filtered by lane, by source and by being blocked") { probe in
            try await probe.subscribe("a", lane: "slow", work: 1)
            try await probe.subscribe("b", source: .exact("Order|1"))
            try await probe.subscribe("c", source: .prefix("Order|"), lane: "slow")
            try expect(try await probe.names(SubscriptionFilter(lane: "slow")), is: ["a", "c"], "a lane")
            let sources = SubscriptionFilter(source: .prefix("Order|"))
            try expect(try await probe.names(sources), is: ["b", "c"], "those with such a source")
            try expect(try await probe.names(SubscriptionFilter(source: .exact("Order|1"))), is: ["b"], "one source")
            try await probe.block(try await probe.claimOne())
            try expect(try await probe.names(SubscriptionFilter(isBlocked: true)), is: ["a"], "the blocked")
            try expect(try await probe.names(SubscriptionFilter(isBlocked: false)), is: ["b", "c"], "the others")
            try expect(
                try await probe.names(SubscriptionFilter(lane: "slow", isBlocked: true, source: .contains(""))), is: [],
                "all must hold")
            try expect(try await probe.row("a").failure, is: .boom, "with what failed, to the last byte")
        },
        .subscriptions("reactions 132: a stream feeds those whose source means it, and those without one") { probe in
            try await probe.subscribe("a", source: .exact("Order|1"))
            try await probe.subscribe("b", source: .exact("Order|2"))
            try await probe.subscribe("c", source: .prefix("Order|"))
            try await probe.subscribe("d")
            func fed(by streams: String..., blocked: Bool? = nil) async throws -> [String] {
                let streams = try streams.map { try PersistenceID(parsing: $0) }
                return try await probe.names(SubscriptionFilter(isBlocked: blocked, fedBy: streams))
            }
            try expect(try await fed(by: "Order|1"), is: ["a", "c", "d"], "by one")
            try expect(try await fed(by: "Account|1"), is: ["d"], "by one that nobody names")
            try expect(try await fed(by: "order|1"), is: ["d"], "by one that is written otherwise")
            try expect(try await fed(by: "Order|1", "Order|2"), is: ["a", "b", "c", "d"], "by one of both")
            try expect(try await fed(), is: [], "by none")
            try expect(try await fed(by: "Order|1", blocked: true), is: [], "and all else must hold")
            let one = SubscriptionFilter(fedBy: [try PersistenceID("Order", "2")])
            try expect(try await probe.store.prioritize(one, of: probe.application, to: 3), is: 3, "to operate on")
            try expect(try await probe.row("a").priority, is: 0, "and on no other")
        },
        .subscriptions("reactions 61: a source that is no literal pattern is refused") { probe in
            for text in ["^(a|b)$", "", "exact", "regex a", "Exact a"] {
                let error = try await expectError(StoreError.self, "'\(text)'") {
                    try StreamPattern(parsing: text)
                }
                try expect(error.reason, is: .invalid, "it is a typed error")
            }
            let patterns: [StreamPattern] = [.exact("a b"), .prefix(""), .suffix(" é\u{0}"), .contains("^(a|b)$")]
            for (index, pattern) in patterns.enumerated() {
                try await probe.subscribe("\(index)", source: pattern)
                try expect(try await probe.row("\(index)").source, is: pattern, "what is literal is kept")
            }
        },
    ]
}
