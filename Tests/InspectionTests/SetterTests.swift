import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Who set this value")
struct SetterTests {
    private static let name = StatePath([.key("name")])
    private static let paths: [StatePath] = [
        .root, name, StatePath([.key("total")]), StatePath([.key("items")]), StatePath([.key("notes")]),
        StatePath([.key("items"), .index(0)]), StatePath([.key("items"), .index(1), .key("qty")]),
        StatePath([.key("notes"), .index(0)]), StatePath([.key("nothing"), .key("there")]),
    ]

    @Test(
        "the answer is that of comparing all states, for every path of random streams",
        arguments: 1...12 as ClosedRange<UInt64>)
    func bruteForce(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let steps = randomSteps(Int.random(in: 1...60, using: &random), &random)
        let trees = try plainTrees(steps)
        let store = try Store()
        try await store.fill(steps)
        for number in 1...steps.count where Int.random(in: 0..<8, using: &random) == 0 {
            try await store.snapshot(Int64(number), trees[number])
        }
        let inspector = store.inspector()
        for path in Self.paths {
            for number in 1...steps.count where path.value(in: trees[number]) != nil || path == Self.paths.last {
                let expected = bruteSetters(path, trees, atOrBelow: number)
                let job = inspector.setters(of: path, in: store.id, atOrBelow: Int64(number))
                var all: [ValueSetter]?
                while all == nil { all = try job.step(budget: Int.random(in: 1...20, using: &random)) }
                #expect(all?.compactMap(\.sequenceNumber) == expected, "seed \(seed), \(path) at \(number)")
                let last = try inspector.setter(of: path, in: store.id, atOrBelow: Int64(number)).finish()
                #expect(last.sequenceNumber == expected.first, "seed \(seed), \(path) at \(number)")
            }
        }
    }

    @Test("a long stream is searched backwards by keyframes", arguments: [21, 22] as [UInt64])
    func longStream(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var steps = [Step.named("first")]
        for _ in 0..<9_999 { steps.append(.added("s", 1)) }
        steps[6_000] = .noted("x")
        let store = try Store()
        try await store.fill(steps)
        let number = Int64.random(in: 9_000...10_000, using: &random)
        let inspector = store.inspector()
        #expect(try inspector.setter(of: Self.name, in: store.id, atOrBelow: number).finish().sequenceNumber == 1)
        let notes = try inspector.setter(of: StatePath([.key("notes")]), in: store.id, atOrBelow: number).finish()
        #expect(notes.sequenceNumber == 6_001)
        let total = inspector.setters(of: StatePath([.key("total")]), in: store.id, atOrBelow: number, limit: 100)
        let all = try total.finish()
        #expect(all.count == 100)
        #expect(all.first?.sequenceNumber == number)
    }

    @Test("the value before and after is told, also where it came or went with what holds it")
    func subtrees() async throws {
        let store = try Store()
        try await store.fill([.added("tea", 2), .added("rye", 1), .removed("tea"), .named("Ann")])
        let inspector = store.inspector()
        let quantity = StatePath([.key("items"), .index(0), .key("qty")])
        let came = try inspector.setter(of: quantity, in: store.id, atOrBelow: 2).finish()
        #expect(came == ValueSetter(path: quantity, sequenceNumber: 1, before: nil, after: 2))
        // At 3 the first place holds rye, which came with 2 and has not changed since.
        let rye = try inspector.setter(of: quantity, in: store.id, atOrBelow: 4).finish()
        #expect(rye == ValueSetter(path: quantity, sequenceNumber: 2, before: nil, after: 1))
        // The second place is empty from 3 on; what stood there before is followed.
        let went = StatePath([.key("items"), .index(1)])
        #expect(try inspector.setter(of: went, in: store.id, atOrBelow: 3).finish().sequenceNumber == 2)
    }

    @Test("what nobody ever set has no setter")
    func never() async throws {
        let store = try Store()
        try await store.fill([.added("tea")])
        let answer = try store.inspector().setter(of: Self.name, in: store.id, atOrBelow: 1).finish()
        #expect(answer == ValueSetter(path: Self.name, sequenceNumber: nil))
        #expect(try store.inspector().setter(of: Self.name, in: store.id, atOrBelow: 0).finish().sequenceNumber == nil)
    }

    @Test("where events were deleted it says up to which number nothing is known")
    func pruned() async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann"), .noted("x"), .noted("y"), .noted("z")]
        try await store.fill(steps)
        try await store.snapshot(2, try plainTrees(steps)[2])
        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        let answer = try store.inspector().setter(of: Self.name, in: store.id, atOrBelow: 4).finish()
        #expect(answer == ValueSetter(path: Self.name, sequenceNumber: nil, unknownThrough: 2))
    }

    @Test("behind an event that does not fold the search begins at the last good state")
    func behindProblem() async throws {
        let store = try Store()
        try await store.fill([.named("Ann"), Step(type: "Lost", payload: "{}"), .named("Bea")])
        #expect(
            try store.inspector().setter(of: Self.name, in: store.id, atOrBelow: 3).finish().sequenceNumber == 1)
    }
}
