import EventSourcing
import EventStoreConformance
import Testing

@Suite("A differential run finds what differs")
struct DifferentialRunTests {
    private static let ports = Set(StoreAbility.allCases)

    @Test("the store in memory does not differ from itself, and the same seed draws the same operations")
    func same() async throws {
        let run = DifferentialRun(seed: 1, operations: 500, batch: 100)
        #expect(try await run.compare(Self.ports, reader: { $0.reader() }, on: { InMemoryStore() }) == nil)
    }

    @Test("a store that breaks one rule differs within some operations", arguments: Lie.differing)
    func finds(_ lie: Lie) async throws {
        var differences: [StoreDifference] = []
        for _ in 0..<2 {
            let run = DifferentialRun(seed: 7, operations: 2_000, batch: 100)
            let found = try await run.compare(lie.abilities, on: lie.makeStore)
            differences.append(try #require(found))
        }
        #expect(differences[0] == differences[1])
        #expect(differences[0].description.hasPrefix("seed 7, operation \(differences[0].operation), "))
    }
}

extension Lie {
    /// Without those that are seen only by a visitor that throws.
    static let differing = all.filter { $0.testDescription != "swallowsVisitorsErrors" }
}
