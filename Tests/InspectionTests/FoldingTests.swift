import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Folding to any event")
struct FoldingTests {
    /// All sequences of three kinds of steps up to a length.
    private static func sequences(upTo length: Int) -> [[Step]] {
        let alphabet: [Step] = [.added("tea"), .added("rye", 2), .named("Ann")]
        var all: [[Step]] = [[]]
        var last: [[Step]] = [[]]
        for _ in 0..<length {
            last = last.flatMap { sequence in alphabet.map { sequence + [$0] } }
            all += last
        }
        return all
    }

    @Test("every state of every small stream, with every set of snapshots, is the plain fold whatever the way to it")
    func smallStreams() async throws {
        for steps in Self.sequences(upTo: 3) {
            let trees = try plainTrees(steps)
            for mask in 0..<(1 << steps.count) {
                let store = try Store()
                try await store.fill(steps)
                for number in 1...max(steps.count, 1) where mask & (1 << (number - 1)) != 0 {
                    try await store.snapshot(Int64(number), trees[number])
                }
                for order in [Array(0...steps.count), Array((0...steps.count).reversed())] {
                    let inspector = store.inspector()
                    for number in order {
                        let view = try inspector.state(of: store.id, at: Int64(number)).finish()
                        #expect(view.tree == trees[number])
                        #expect(view.sequenceNumber == Int64(number))
                        #expect(view.problem == nil)
                        let before = number == 0 ? trees[0] : trees[number - 1]
                        #expect(
                            view.changes.map(\.withoutSetter)
                                == StateDiff.changes(from: before, to: trees[number])
                        )
                    }
                }
            }
        }
    }

    @Test("random visits to a long stream give the plain fold and its differences", arguments: [1, 2, 3] as [UInt64])
    func randomVisits(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let steps = randomSteps(3_000, &random)
        let trees = try plainTrees(steps)
        let store = try Store()
        try await store.fill(steps)
        for number in [700, 1_500, 1_501, 2_900] { try await store.snapshot(Int64(number), trees[number]) }
        let inspector = store.inspector()
        var number = 0
        for _ in 0..<200 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: number = Int.random(in: 0...3_000, using: &random)
            case 1: number = max(0, number - 1)
            default: number = min(3_000, number + 1)
            }
            let job = inspector.state(of: store.id, at: Int64(number))
            var view: StateView?
            while view == nil { view = try job.step(budget: Int.random(in: 1...500, using: &random)) }
            #expect(view?.tree == trees[number], "seed \(seed), #\(number)")
            let expected = number == 0 ? [] : StateDiff.changes(from: trees[number - 1], to: trees[number])
            #expect(view?.changes.map(\.withoutSetter) == expected, "seed \(seed), #\(number)")
            for change in view?.changes ?? [] {
                guard let setBy = change.beforeSetBy else { continue }
                let brute = bruteSetters(
                    change.path, trees, atOrBelow: number - 1, meantAt: change.kind == .removed ? number - 1 : number,
                    limit: 1
                ).first
                #expect(setBy == brute, "seed \(seed), #\(number), \(change.path)")
            }
        }
    }

    @Test("a step forward folds one event, and steps backwards fold a short way")
    func stepsAreShort() async throws {
        var random = SeededRandom(seed: 7)
        let store = try Store()
        try await store.fill(randomSteps(5_000, &random))
        let inspector = store.inspector()
        _ = try inspector.state(of: store.id, at: 4_000).finish()
        for number in 4_001...4_050 as ClosedRange<Int64> {
            #expect(try inspector.state(of: store.id, at: number).finish().foldedEvents == 1)
        }
        var folded: [Int] = []
        for number in (3_500...4_049 as ClosedRange<Int64>).reversed() {
            folded.append(try inspector.state(of: store.id, at: number).finish().foldedEvents)
        }
        // Each 256 steps one begins at a keyframe, and leaves states behind for the others.
        #expect(folded.filter { $0 > 65 }.count <= 3)
        #expect(folded.allSatisfy { $0 <= 1_024 })
    }

    @Test("what a state begins with is told: the empty state, a snapshot, a keyframe")
    func sources() async throws {
        var random = SeededRandom(seed: 7)
        let steps = randomSteps(2_000, &random)
        let trees = try plainTrees(steps)
        let store = try Store()
        try await store.fill(steps)
        try await store.snapshot(10, trees[10])
        #expect(try store.inspector().state(of: store.id, at: 9).finish().source == .emptyState)
        let view = try store.inspector().state(of: store.id, at: 17).finish()
        #expect(view.source == .snapshot(sequenceNumber: 10))
        #expect(view.foldedEvents == 7)
        let inspector = store.inspector()
        _ = try inspector.state(of: store.id, at: 2_000).finish()
        #expect(try inspector.state(of: store.id, at: 1_030).finish().source == .keyframe(sequenceNumber: 1_024))
    }

    @Test("the state at the snapshot's own number still tells what its event changed")
    func changesAtSnapshot() async throws {
        let store = try Store()
        let steps: [Step] = [.added("tea"), .named("Ann"), .named("Bea")]
        try await store.fill(steps)
        try await store.snapshot(2, try plainTrees(steps)[2])
        let view = try store.inspector().state(of: store.id, at: 2).finish()
        #expect(
            view.changes == [
                StateChange(path: StatePath([.key("name")]), kind: .changed, before: .null, after: "Ann")
            ])
    }

    @Test("a change tells which event had set what was there, where the neighbours are known")
    func beforeSetBy() async throws {
        let store = try Store()
        try await store.fill([.named("Ann"), .noted("x"), .named("Bea")])
        let inspector = store.inspector()
        for number in 1...2 as ClosedRange<Int64> { _ = try inspector.state(of: store.id, at: number).finish() }
        #expect(try inspector.state(of: store.id, at: 3).finish().changes.first?.beforeSetBy == 1)
    }

    // MARK: - What does not fold

    @Test("a state behind an unknown type is the last good one, with number and sentence")
    func undecodable() async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann"), Step(type: "Lost", payload: "{}"), .named("Bea")]
        try await store.fill(steps)
        let inspector = store.inspector()
        for number in [2, 3, 2, 3] as [Int64] {
            let view = try inspector.state(of: store.id, at: number).finish()
            #expect(view.sequenceNumber == 1)
            #expect(view.tree["name"] == "Ann")
            #expect(view.changes.isEmpty)
            #expect(view.problem == .init(sequenceNumber: 2, reason: "the event type Lost is unknown"))
        }
        let plain = try plainTrees([.named("Ann"), .named("Bea")])
        try await store.snapshot(2, plain[1])
        let rescued = try store.inspector().state(of: store.id, at: 3).finish()
        #expect(rescued.problem == nil)
        #expect(rescued.tree == plain[2])
        #expect(rescued.source == .snapshot(sequenceNumber: 2))
    }

    @Test("an event that the state refuses, one that is damaged, cut or missing stop the fold with a sentence")
    func problems() async throws {
        let store = try Store()
        try await store.fill([.named("Ann"), .removed("tea"), .named("Bea")])
        #expect(
            try store.inspector().state(of: store.id, at: 3).finish().problem
                == .init(sequenceNumber: 2, reason: "Removed: the cart has no such article"))
        let sound = try Store()
        try await sound.fill([.named("Ann"), .named("Bea"), .named("Cid")])
        #expect(
            try sound.inspector { $0.damaged = [2] }.state(of: sound.id, at: 3).finish().problem
                == .init(sequenceNumber: 2, reason: "Named does not fit its checksum"))
        #expect(
            try sound.inspector { $0.unreadable = [2] }.state(of: sound.id, at: 3).finish().problem
                == .init(sequenceNumber: 2, reason: "Cart|c #2 is damaged: the row is cut"))
        #expect(
            try sound.inspector { $0.twice = [2] }.state(of: sound.id, at: 3).finish().problem
                == .init(sequenceNumber: 2, reason: "number 2 stands twice"))
        let gap = try Store()
        try await gap.fill([.named("Ann"), .named("Bea")], numbers: [1, 3])
        #expect(
            try gap.inspector().state(of: gap.id, at: 3).finish().problem
                == .init(sequenceNumber: 2, reason: "event 2 is missing"))
    }

    @Test("where events were deleted a snapshot helps, and without one a sentence says so")
    func pruned() async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann"), .named("Bea"), .named("Cid"), .named("Dan")]
        let trees = try plainTrees(steps)
        try await store.fill(steps)
        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        let reason = "the events up to 2 were deleted, and no usable snapshot holds what they made"
        let lost = try store.inspector().state(of: store.id, at: 3).finish()
        #expect(lost.problem == .init(sequenceNumber: 2, reason: reason))
        #expect(lost.tree == .null)
        try await store.snapshot(2, trees[2])
        #expect(try store.inspector().state(of: store.id, at: 3).finish().tree == trees[3])
        #expect(try store.inspector().state(of: store.id, at: 2).finish().tree == trees[2])
        #expect(try store.inspector().state(of: store.id, at: 1).finish().problem != nil)
        #expect(try store.inspector().state(of: store.id, at: 0).finish().tree == trees[0])
    }

    @Test("a snapshot that can't be decoded, is damaged or lies above the head is passed over")
    func unusableSnapshots() async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann"), .named("Bea"), .named("Cid")]
        let trees = try plainTrees(steps)
        try await store.fill(steps)
        try await store.snapshot(1, trees[1])
        try await store.snapshot(2, text: "{}")
        try await store.snapshot(9, trees[0])
        let view = try store.inspector().state(of: store.id, at: 3).finish()
        #expect(view.source == .snapshot(sequenceNumber: 1))
        #expect(view.tree == trees[3])
        let damaged = try store.inspector { $0.damagedSnapshots = [1] }.state(of: store.id, at: 3).finish()
        #expect(damaged.source == .emptyState)
    }

    @Test("a stream that nobody knows is empty, and a number above the head is the head")
    func outside() async throws {
        let store = try Store()
        #expect(try store.inspector().state(of: store.id, at: 5).finish().sequenceNumber == 0)
        try await store.fill([.named("Ann")])
        #expect(try store.inspector().state(of: store.id, at: .max).finish().sequenceNumber == 1)
        #expect(try store.inspector().state(of: store.id, at: .min).finish().sequenceNumber == 0)
    }
}

extension StateChange {
    /// The difference without what is known of its history.
    var withoutSetter: StateChange {
        var change = self
        change.beforeSetBy = nil
        return change
    }
}

/// The numbers after which a value differs from before, the newest first, by comparing all states.
///
/// - Parameter place: in which state the path's places in arrays are meant.
func bruteSetters(
    _ path: StatePath, _ trees: [JSONValue], atOrBelow number: Int, meantAt place: Int? = nil, limit: Int = .max
) -> [Int64] {
    let tracked = TrackedPath(path, in: trees[place ?? number])
    var found: [Int64] = []
    for number in (1..<number + 1).reversed() where found.count < limit {
        if tracked.value(in: trees[number]) != tracked.value(in: trees[number - 1]) { found.append(Int64(number)) }
    }
    return found
}
