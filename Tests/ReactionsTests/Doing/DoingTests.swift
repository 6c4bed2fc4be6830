import EventSourcing
import Reactions
import Testing

@Suite("Actions are done")
struct DoingTests {
    let store = InMemoryStore()

    @Test("an action writes its events, and answers the state behind each")
    func writes() async throws {
        let app = try Application(on: store) { Counter.self }
        let id = try Counter.id("c-1")
        try await app.do(Counter.Increment(amount: 3), on: id)
        let result = try await app.do(Counter.Decrement(amount: 2), on: id)
        #expect(result.outcomes.map(\.state.count) == [2, 1])
        #expect(result.outcomes.map(\.sequenceNumber) == [2, 3])
        #expect(result.outcomes.map(\.position) == [2, 3])
        #expect(result.outcomes.map(\.type) == ["Decremented", "Decremented"])
        #expect(result.state == Counter(count: 1))
        #expect(try await app.load(Counter.self, id).state == Counter(count: 1))
    }

    @Test("reactions: an action that comes to no event is done, and writes nothing")
    func nothing() async throws {
        let app = try Application(on: store) { Counter.self }
        let result = try await app.do(Counter.Look(), on: Counter.id("c-1"))
        #expect(result.outcomes.isEmpty && result.sequenceNumber == 0)
        #expect(try await store.head(of: Counter.id("c-1")) == nil)
    }

    @Test("the first invariant that does not hold is named, with its state, and nothing is written")
    func invariant() async throws {
        let app = try Application(on: store) { Counter.self }
        let id = try Counter.id("c-1")
        try await app.do(Counter.Increment(amount: 1), on: id)
        let error = try await #require(throws: InvariantError.self) {
            try await app.do(Counter.Decrement(amount: 2), on: id)
        }
        #expect(error.invariant == "has enough" && error.state as? Counter == Counter(count: 1))
        #expect("\(error)" == "Decrement can't be done to Counter|c-1: it must hold that it has enough")
        #expect(try await store.head(of: id)?.sequenceNumber == 1)
    }

    @Test("a stream that is expected elsewhere is refused at once, also one that is to be new")
    func pinned() async throws {
        let app = try Application(on: store) { Counter.self }
        let id = try Counter.id("c-1")
        try await app.do(Counter.Increment(), on: id, expecting: 0)
        let error = try await #require(throws: ConcurrencyError.self) {
            try await app.do(Counter.Increment(), on: id, expecting: 0)
        }
        #expect(error == ConcurrencyError(stream: id, expected: 0, actual: 1))
        try await app.do(Counter.Increment(), on: id, expecting: 1)
    }

    @Test("what another one wrote is decided about, also where the cache knows an older state")
    func others() async throws {
        let (one, other) = (try Application(on: store) { Counter.self }, try Application(on: store) { Counter.self })
        let id = try Counter.id("c-1")
        try await one.do(Counter.Increment(amount: 1), on: id)
        try await other.do(Counter.Increment(amount: 1), on: id)
        // Refused by what the first one remembers, and not by what is there.
        #expect(try await one.do(Counter.Decrement(amount: 2), on: id).state.count == 0)
        #expect(try await other.do(Counter.Look(), on: id).state.count == 0)
        #expect(try await other.load(Counter.self, id).sequenceNumber == 4)
    }
}
