import EventSourcing
import Reactions
import Testing

@Suite("A program with other reactions")
struct OtherReactionsTests {
    /// What an application with reactions of these names tells that went wrong when it settles.
    private func told(by names: [String], on stage: ReactionStage) async throws -> [String] {
        try await stage.application {
            Counter.self
            for name in names { On(Counter.Incremented.self, name).do { _, _, _ in } }
        } do: { app async throws in
            var told = app.lifecycle().makeAsyncIterator()
            try await app.settle()
            await app.shutdown()
            var words: [String] = []
            while let event = await told.next() {
                if case .error(let failure) = event { words.append("\(failure.message) \(failure.cause)") }
            }
            return words
        }
    }

    @Test(
        "what is new and what is gone is told once, where events were correlated before", arguments: StoreKind.allCases)
    func told(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        #expect(try await told(by: ["a"], on: stage).isEmpty)
        #expect(try await told(by: ["a", "b"], on: stage).isEmpty)
        try await stage.increment(by: 1, 2)
        #expect(try await told(by: ["b", "a"], on: stage).isEmpty)
        #expect(
            try await told(by: ["b", "c", "d"], on: stage) == [
                "The store was left by a program with other reactions. 'c', 'd' heard of no event up to position 2, "
                    + "except where a target still has work from before, "
                    + "and hear of none that a program without them still handles; end that one, and reset the targets "
                    + "that need what came before; what is left for 'a' is passed over"
            ])
        #expect(try await told(by: ["b", "c", "d"], on: stage).isEmpty)
        #expect(
            try await told(by: ["d", "c"], on: stage) == [
                "The store was left by a program with other reactions. what is left for 'b' is passed over"
            ])
    }

    @Test("nothing is remembered of an application without drained reactions")
    func none() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.increment(by: 1)
        #expect(try await told(by: ["a"], on: stage).isEmpty)
        #expect(try await told(by: [], on: stage).isEmpty)
        #expect(try await told(by: ["a"], on: stage).isEmpty)
    }
}
