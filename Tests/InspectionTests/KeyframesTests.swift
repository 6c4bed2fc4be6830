import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Keyframes")
struct KeyframesTests {
    /// A state of about so many bytes.
    private struct Heavy: FoldedState {
        var text: String
        mutating func fold(_ event: borrowing StoredEvent) throws {}
        func tree() -> JSONValue { .string(text) }
    }

    @Test("they stand every 1,024 events, and folding leaves them behind")
    func distance() async throws {
        var random = SeededRandom(seed: 1)
        let store = try Store()
        try await store.fill(randomSteps(5_000, &random))
        let inspector = store.inspector()
        _ = try inspector.state(of: store.id, at: 5_000).finish()
        #expect(inspector.keyframes.numbers(of: store.id) == [1_024, 2_048, 3_072, 4_096])
    }

    @Test("all together they stay below their limit: every second goes and the distance doubles")
    func limit() throws {
        let keyframes = Keyframes(limit: 40_000)
        let id = try PersistenceID("Cart", "c")
        for number in 1...64 as ClosedRange<Int64> {
            keyframes.offer(Heavy(text: String(repeating: "x", count: 1_000)), of: id, at: number * 1_024)
            #expect(keyframes.cost <= 40_000)
        }
        let distance = keyframes.distance(of: id)
        // 31 states of 1,272 bytes fit, so 32 of them were too many once more.
        #expect(distance == 4_096)
        #expect(keyframes.numbers(of: id).allSatisfy { $0 % distance == 0 })
        #expect(keyframes.count == 16)
    }

    @Test("large states stand farther apart, and one above the limit is not kept")
    func largeStates() throws {
        let id = try PersistenceID("Cart", "c")
        let keyframes = Keyframes(limit: 8 << 20)
        keyframes.offer(Heavy(text: String(repeating: "x", count: 200_000)), of: id, at: 1_024)
        #expect(keyframes.distance(of: id) == 4_096)
        let small = Keyframes(limit: 100)
        small.offer(Heavy(text: "x"), of: id, at: 1_024)
        #expect(small.count == 0)
    }

    @Test("many streams share one limit", arguments: [3, 4] as [UInt64])
    func manyStreams(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keyframes = Keyframes(limit: 100_000)
        for _ in 0..<2_000 {
            let id = try PersistenceID("Cart", "c\(Int.random(in: 0..<20, using: &random))")
            let size = Int.random(in: 0..<20_000, using: &random)
            let number = Int64.random(in: 0..<100, using: &random) * 1_024
            keyframes.offer(Heavy(text: String(repeating: "x", count: size)), of: id, at: number)
            #expect(keyframes.cost <= 100_000, "seed \(seed)")
        }
    }

    @Test("the states kept for short steps have their limit too")
    func recentStates() throws {
        let recent = RecentStates()
        let id = try PersistenceID("Cart", "c")
        for number in 0..<100 as Range<Int64> {
            let tree = JSONValue.string(String(repeating: "x", count: 500_000))
            recent.keep(Heavy(text: "x"), of: id, at: number, tree: tree)
        }
        #expect(recent.entries.count <= 5)
        #expect(recent.entries.last?.sequenceNumber == 99)
    }
}
