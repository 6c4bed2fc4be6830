import EventSourcing
import Testing

@testable import EventStoreConformance

@Suite("What a differential run draws, and how it compares")
struct RandomOperationTests {
    @Test("answers whose texts only look the same differ, however deep they lie")
    func bytes() {
        let texts = ["é", "e\u{301}"]
        let plain = texts.map { RandomOperation.Outcome.answer($0) }
        #expect(plain[0] != plain[1])
        #expect(plain[0] == plain[0])
        let rows = texts.map { RandomOperation.Outcome.answer([ProjectionRow(key: $0, value: "1")]) }
        #expect(rows[0] != rows[1])
        #expect(rows[1] == rows[1])
    }

    @Test("names that only look the same are remembered apart")
    func names() {
        var world = RandomWorld(seed: 1, for: [.projections, .checkpoints])
        for (position, name) in zip(Int64(5)..., ["é", "e\u{301}"]) {
            world.remember(
                Companions(
                    projections: [ProjectionUpdate([], to: Projection(name), position: position, expecting: 0)],
                    checkpoint: Checkpoint(name, position: position, expecting: 0)))
        }
        #expect(world.positions[Projection("é")] == 5)
        #expect(world.positions[Projection("e\u{301}")] == 6)
        #expect(world.checkpoints.count == 2)
    }

    @Test("a projection that moved to the end of the log is known to be there")
    func endOfTheLog() {
        var world = RandomWorld(seed: 1, for: [.projections])
        world.lastPosition = 7
        world.remember(Companions(projections: [ProjectionUpdate([], to: Projection("a"), expecting: 0)]))
        #expect(world.positions[Projection("a")] == 7)
    }

    @Test("companions say what they are")
    func companions() {
        let text = "\(Companions(timers: [.cancel("pay")], checkpoint: Checkpoint("mail", position: 7, expecting: 3)))"
        for part in ["pay", "mail", "7", "3"] { #expect(text.contains(part), "\(text)") }
    }

    @Test("a run of no operations does none")
    func none() async throws {
        let run = DifferentialRun(seed: 1, operations: 0)
        // A store that can do nothing at all differs with the first operation.
        #expect(try await run.compare([.events], on: { 0 }) == nil)
        #expect(try await DifferentialRun(seed: 1, operations: 1).compare([.events], on: { 0 }) != nil)
    }
}
