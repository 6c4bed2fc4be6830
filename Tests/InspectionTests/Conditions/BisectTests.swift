import Actors
import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("The first event after which a condition holds")
struct BisectTests {
    private static let conditions: [(text: String, holds: @Sendable (JSONValue, Int) -> Bool)] = [
        ("total > 3", { tree, _ in (tree["total"]?.number?.int64 ?? 0) > 3 }),
        ("total = 0", { tree, _ in tree["total"]?.number?.int64 == 0 }),
        ("name = 'n1'", { tree, _ in tree["name"]?.string == "n1" }),
        ("count(items) = 2", { tree, _ in tree["items"]?.array?.count == 2 }),
        (
            "count(notes) > 1 and total >= 2",
            { tree, _ in
                (tree["notes"]?.array?.count ?? 0) > 1 && (tree["total"]?.number?.int64 ?? 0) >= 2
            }
        ),
        ("seq = 7 or total > 9", { tree, number in number == 7 || (tree["total"]?.number?.int64 ?? 0) > 9 }),
        ("total < 0", { _, _ in false }),
    ]

    @Test(
        "the answer is that of trying all states, for random streams and slices",
        arguments: 1...10 as ClosedRange<UInt64>)
    func bruteForce(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let steps = randomSteps(Int.random(in: 0...80, using: &random), &random)
        let trees = try plainTrees(steps)
        let store = try Store()
        try await store.fill(steps)
        for number in 1...max(1, steps.count) where !steps.isEmpty && Int.random(in: 0..<8, using: &random) == 0 {
            try await store.snapshot(Int64(number), trees[number])
        }
        let inspector = store.inspector()
        for condition in Self.conditions where !steps.isEmpty {
            let expected = trees.indices.first { condition.holds(trees[$0], $0) }
            let job = inspector.bisect(try Condition(condition.text), in: store.id)
            var answer: BisectAnswer?
            while answer == nil { answer = try job.step(budget: Int.random(in: 1...20, using: &random)) }
            #expect(answer?.sequenceNumber == expected.map(Int64.init), "seed \(seed), \(condition.text)")
            #expect(answer?.looked == Int64(expected ?? steps.count), "seed \(seed), \(condition.text)")
            #expect(answer?.unknownThrough == 0)
            #expect(job.progress == 1)
        }
    }

    @Test("it tells the value before, and does not take it that what holds goes on holding")
    func before() async throws {
        let store = try Store()
        try await store.fill([.added("tea", 4), .added("rye", 9), .removed("rye"), .named("Ann")])
        let answer = try store.inspector().bisect(Condition("total > 10"), in: store.id).finish()
        #expect(
            answer
                == BisectAnswer(condition: "total > 10", sequenceNumber: 2, before: .init(value: 4), looked: 2))
        let name = try store.inspector().bisect(Condition("not name = null"), in: store.id).finish()
        #expect(name.sequenceNumber == 4)
        #expect(name.before == .init(value: .null))
        let two = try store.inspector().bisect(Condition("total > 1 and name = null"), in: store.id).finish()
        #expect(two.before == nil)
        let empty = try store.inspector().bisect(Condition("total = 0"), in: store.id).finish()
        #expect(empty == BisectAnswer(condition: "total = 0", sequenceNumber: 0, looked: 0))
    }

    @Test("it knows the event that led to the state, and its writer by name")
    func events() async throws {
        let store = try Store()
        try await store.fill([.added("tea", 4), .named("Ann"), .noted("x"), .named("Bea")], writers: "AAB")
        func first(_ text: String) throws -> Int64? {
            try store.inspector().bisect(Condition(text), in: store.id).finish().sequenceNumber
        }
        #expect(try first("type = 'Named' and event.name = 'Bea'") == 4)
        #expect(try first("event.name = name and seq > 2") == 4)
        #expect(try first("writer = '\(WriterID.letter("B"))'") == 3)
        #expect(try first("type != 'Added'") == 2)
        #expect(try first("time >= '1970-01-01T00:00:02Z'") == 3)
    }

    @Test("what can't be told of any event is said with its reason")
    func untold() async throws {
        let store = try Store()
        try await store.fill([.added("tea", 4), .named("Ann")])
        let answer = try store.inspector().bisect(Condition("totl > 0"), in: store.id).finish()
        #expect(answer.sequenceNumber == nil)
        #expect(answer.looked == 2)
        #expect(answer.untold == 2)
        #expect(answer.reason?.hasPrefix("the state has no totl") == true)
    }

    @Test("behind an event that does not fold it goes on at the nearest usable snapshot, and says what it passed over")
    func passesOver() async throws {
        let store = try Store()
        let steps: [Step] = [
            .added("tea"), Step(type: "Lost", payload: "{}"), .added("tea"), .added("tea"), .added("tea"),
            .added("tea"),
        ]
        try await store.fill(steps)
        try await store.snapshot(4, try plainTrees([.added("tea", 3)])[1])
        try await store.snapshot(6, try plainTrees([.added("tea", 5)])[1])
        let answer = try store.inspector().bisect(Condition("total >= 4"), in: store.id).finish()
        #expect(answer.sequenceNumber == 5)
        #expect(answer.before == .init(value: 3))
        #expect(answer.unknownThrough == 3)
        let atStart = try store.inspector().bisect(Condition("total = 3"), in: store.id).finish()
        #expect(atStart.sequenceNumber == 4)
        #expect(atStart.before == nil)
        // What is asked of the event that a snapshot was taken behind is not known.
        let event = try store.inspector().bisect(Condition("seq >= 3"), in: store.id).finish()
        #expect(event.sequenceNumber == 5)
        #expect(event.unknownThrough == 4)
    }

    @Test("where the fold stops for good, the answer says where and why")
    func stops() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), Step(type: "Lost", payload: "{}"), .added("tea")])
        let answer = try store.inspector().bisect(Condition("total > 1"), in: store.id).finish()
        #expect(answer.sequenceNumber == nil)
        #expect(answer.looked == 1)
        #expect(answer.problem?.sequenceNumber == 2)
    }

    @Test("where events were deleted it begins with a snapshot, and not with the empty state")
    func pruned() async throws {
        let store = try Store()
        let steps: [Step] = [.added("tea"), .added("tea"), .added("tea"), .noted("x")]
        try await store.fill(steps)
        try await store.snapshot(2, try plainTrees(steps)[2])
        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        let all = try store.inspector().bisect(Condition("total >= 0"), in: store.id).finish()
        #expect(all.sequenceNumber == 2)
        #expect(all.unknownThrough == 1)
        let later = try store.inspector().bisect(Condition("total = 3"), in: store.id).finish()
        #expect(later.sequenceNumber == 3)
        #expect(later.before == .init(value: 2))
    }

    @Test("a value under a key like password is marked as one")
    func secrets() async throws {
        let store = try Store("Login|a")
        try await store.fill([
            Step(type: "Changed", payload: #"{"password":"a"}"#), Step(type: "Changed", payload: #"{"password":"b"}"#),
        ])
        let answer = try store.inspector().bisect(Condition("password = 'b'"), in: store.id).finish()
        #expect(answer.sequenceNumber == 2)
        #expect(answer.before == .init(value: "a", isSecret: true))
    }

    @Test("a stream that is not there has no such event")
    func noStream() throws {
        let store = try Store()
        let answer = try store.inspector().bisect(Condition("total < 0"), in: store.id).finish()
        #expect(answer == BisectAnswer(condition: "total < 0", sequenceNumber: nil, looked: 0))
    }

    @Test("a condition that costs much makes slices short, so that keys are served in between")
    func slices() async throws {
        let store = try Store()
        try await store.fill((0..<60).map { _ in .noted("x") })
        func slices(_ text: String) throws -> Int {
            let job = store.inspector().bisect(try Condition(text), in: store.id)
            var slices = 1
            while try job.step(budget: 16_384) == nil { slices += 1 }
            return slices
        }
        #expect(try slices("total < 0") == 3)
        #expect(try slices("sum(notes, sum(notes, sum(notes, 1))) < 0") > 5)
    }
}
