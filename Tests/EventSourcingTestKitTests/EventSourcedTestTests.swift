import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("The test kit itself")
struct EventSourcedTestTests {
    private typealias CartTest = EventSourcedTest<Cart.Command, Cart.Event, Cart.State>

    private func cart() throws -> CartTest { try CartTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

    /// The sentence that a failed expectation gives, without the place before it.
    private func sentence(_ body: () throws -> Void) throws -> String {
        let error = try #require(#expect(throws: ExpectationError.self) { try body() })
        #expect(error.description.hasPrefix("EventSourcingTestKitTests/EventSourcedTestTests.swift:"))
        return try String(#require(error.description.split(separator: ": ", maxSplits: 1).last))
    }

    @Test("what does not come true is told in a sentence with what was expected and what was found")
    func sentences() throws {
        let outcome = try cart().given(.added("tea")).when { .add("pear", replyTo: $0) }
        let (pear, plum) = (Cart.Event.added("pear"), Cart.Event.added("plum"))
        #expect(
            try sentence { try outcome.thenEvents(plum) }
                == "Cart|cart-1: expected event 1 to be \(plum), and found \(pear)")
        #expect(
            try sentence { try outcome.thenEvents() }
                == "Cart|cart-1: expected 0 events, and found one more: \(pear)")
        #expect(
            try sentence { try outcome.thenEvents(pear, plum) }
                == "Cart|cart-1: expected event 2 to be \(plum), and found only 1 event")
        #expect(
            try sentence { try outcome.thenNoEvents() } == "Cart|cart-1: expected no event, and found [\(pear)]")
        #expect(
            try sentence { try outcome.thenReply(["tea"]) }
                == #"Cart|cart-1: expected the reply ["tea"], and found ["tea", "pear"]"#)
        #expect(
            try sentence { try outcome.thenState(Cart.State(items: [])) }
                == #"Cart|cart-1: expected the state State(items: []), and found State(items: ["tea", "pear"])"#)
        #expect(
            try sentence { try outcome.thenState("an empty cart") { $0.items.isEmpty } }
                == #"Cart|cart-1: expected an empty cart, and the state is State(items: ["tea", "pear"])"#)
        #expect(
            try sentence { try outcome.thenDecided(.none) }
                == "Cart|cart-1: expected the handler to decide none, and it decided persist")
        #expect(
            try sentence { try outcome.thenStopped() } == "Cart|cart-1: expected the entity to stop, and it runs")
        #expect(
            try sentence { try outcome.thenRejected(with: Cart.Full.self) }
                == #"Cart|cart-1: expected a rejection with Full, and the reply was ["tea", "pear"]"#)
        #expect(
            try sentence { try outcome.thenOutcomeUnknown() }
                == #"Cart|cart-1: expected an unknown outcome, and the reply was ["tea", "pear"]"#)
        #expect(
            try sentence { try outcome.thenNoReply() }
                == #"Cart|cart-1: expected no reply, and the reply was ["tea", "pear"]"#)
    }

    @Test("a history is given before the first command, and not behind the entity's back")
    func givenLate() throws {
        let test = try cart()
        try test.when(.clear)
        #expect(
            try sentence { try test.given(.added("tea")) }
                == "Cart|cart-1: given(_:) comes before the first command, and the entity runs already")
    }

    // MARK: - Round trip

    /// Forgets its note when it is stored.
    private struct Forgetful: Codable, Hashable, Sendable {
        var name: String
        var note = "none"

        private enum CodingKeys: CodingKey { case name }
    }

    /// The notes of the events, which only the live ones have.
    private func forgetful(checking: Bool) throws -> EventSourcedTest<String, Forgetful, [String]> {
        EventSourcedTest(
            EventSourcedBehavior(
                id: try PersistenceID("Notes", "1"), emptyState: [],
                events: try EventRegistry(EventType("Noted", of: Forgetful.self)),
                commandHandler: { _, command, _ in .persist(Forgetful(name: "a", note: command)) },
                eventHandler: { state, event in state.append(event.note) }),
            checksRoundTrip: checking)
    }

    @Test("an event that loses something in the store fails the first test, in a history and from a command")
    func lostInStore() throws {
        let lost = #"Forgetful(name: "a", note: "x") comes back from the store as Forgetful(name: "a", note: "none")"#
        #expect(
            try sentence { try forgetful(checking: true).given(Forgetful(name: "a", note: "x")) }
                == "Notes|1: the event \(lost)")
        #expect(try sentence { try forgetful(checking: true).when("x") } == "Notes|1: the event \(lost)")
        try forgetful(checking: true).when("none").thenState(["none"])
        try forgetful(checking: false).when("x").thenState(["none"])
    }

    @Test("a state that recovery does not give again fails the test")
    func impureFold() throws {
        let folds = Locked(0)
        let test = EventSourcedTest<Int, Forgetful, [Int]>(
            EventSourcedBehavior(
                id: try PersistenceID("Notes", "1"), emptyState: [],
                events: try EventRegistry(EventType("Noted", of: Forgetful.self)),
                commandHandler: { _, _, _ in .persist(Forgetful(name: "a")) },
                eventHandler: { state, _ in
                    state.append(
                        folds.withLock { count in
                            count += 1
                            return count
                        })
                }))
        #expect(
            try sentence { try test.when(1) }
                == "Notes|1: a recovery gives the state [2], and the running entity has [1]")
    }

    @Test("an event that can't be encoded is refused by the engine, as it will be later")
    func unencodable() throws {
        let test = EventSourcedTest<ActorRef<Int>, Forgetful?, Int>(
            EventSourcedBehavior(
                id: try PersistenceID("Notes", "1"), emptyState: 0,
                events: try EventRegistry(EventType("Noted", embed: { (it: Forgetful) in it }, extract: { $0 })),
                commandHandler: { _, _, _ in .persist(nil) }, eventHandler: { _, _ in }))
        let error = try test.when { (replyTo: ActorRef<Int>) in replyTo }.thenNoEvents()
            .thenRejected(with: EventCodingError.self)
        #expect(error.problem == .noRow)
    }

    // MARK: - Stores that fail

    @Test("a slow store keeps the command waiting in virtual time, and nobody waits in truth")
    func slow() throws {
        let test = try cart()
        let start = test.scheduler.now
        test.store.slowDown(by: .seconds(2), in: test.system)
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"])
        // The head at the recovery, and the append.
        #expect(test.scheduler.now == start.adding(.seconds(4)))
    }

    @Test("a store that is slow by a clock which nobody moves ends the test with a sentence")
    func stalled() throws {
        let test = try cart()
        let other = ActorSystem(name: "other", scheduler: StepScheduler())
        test.store.slowDown(by: .seconds(2), in: other)
        #expect(
            try sentence { try test.when(.clear) }
                == "Cart|cart-1: the store still waits after 10000 delays; slow it down in this test's system")
    }

    @Test("a store that is slower than the asker waits: the asker is told, and the event is there all the same")
    func tooSlow() throws {
        let test = try cart()
        try test.when(.clear)
        test.store.slowDown(by: .seconds(2), in: test.system)
        let outcome = try test.when(timeout: .seconds(1)) { .add("apple", replyTo: $0) }.thenEvents(.added("apple"))
        guard case .failure(.timedOut) = outcome.reply else {
            Issue.record("the ask has not timed out")
            return
        }
    }

    @Test("a disconnected store refuses every call until it is connected again")
    func disconnected() throws {
        let test = try cart()
        try test.when { .add("apple", replyTo: $0) }
        test.store.disconnect()
        let refused = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .closed)
        test.store.reconnect()
        try test.when { .add("plum", replyTo: $0) }.thenReply(["apple", "plum"])
    }

    @Test("a conflict leaves nothing, and another writer's event before an append makes a true one")
    func conflict() throws {
        let test = try cart()
        test.store.failAppend(2, with: .conflict)
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"])
        let conflict = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
            .thenRejected(with: ConcurrentModificationError.self)
        #expect(conflict.actual == 1)
        let writer = test.system.writerID
        test.store.beforeAppend { store in
            let (type, version, payload) = try Cart.registry.encode(.added("theirs"))
            _ = try await store.append(
                [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)],
                to: PersistenceID("Cart", "cart-1"), expecting: .any, by: writer, epoch: nil, with: .none)
        }
        let overtaken = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
            .thenState(Cart.State(items: ["apple", "theirs"]))
        #expect(try overtaken.thenRejected(with: ConcurrentModificationError.self).actual == 2)
    }

    @Test("a fenced entity stops, and its asker is told by whom")
    func fenced() throws {
        let test = try cart()
        let other = WriterID(ULID(high: 7, low: 7))
        test.store.failAppend(with: .fenced(by: other))
        let outcome = try test.when { .add("apple", replyTo: $0) }.thenNoEvents().thenStopped()
        #expect(try outcome.thenRejected(with: WriterFencedError.self).writer == other)
    }

    @Test("an append whose answer is lost before the commit leaves nothing, and nobody knows")
    func lostBeforeCommit() throws {
        let test = try cart()
        test.store.failAppend(with: .lostBeforeCommit)
        try test.when { .add("apple", replyTo: $0) }.thenOutcomeUnknown().thenNoEvents().thenStopped()
        #expect(test.store.appendCount == 1)
    }

    @Test("a command with an id that is asked again after an unknown outcome happens once")
    func commandID() throws {
        let test = try cart()
        let metadata = CommandMetadata(commandID: test.nextID())
        test.store.failAppend(with: .lostAfterCommit)
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenOutcomeUnknown().thenEvents(.added("apple"))
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenNoEvents().thenReply(["apple"])
    }

    @Test("a snapshot that is not saved keeps no command from succeeding")
    func snapshotFails() throws {
        let behavior = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior()
            .withSnapshots(.every(1))
        let test = CartTest(behavior)
        test.store.failSnapshot()
        for expected in [["apple"], ["apple", "pear"]] {
            try test.when { .add(expected[expected.count - 1], replyTo: $0) }.thenReply(expected)
        }
        let (store, id) = (test.store, behavior.id)
        #expect(try test.scheduler.run { try await store.list(of: id).map(\.sequenceNumber) } == [2])
    }

    // MARK: - Determinism

    @Test("the same seed gives the same identifiers, and another one gives others")
    func deterministic() throws {
        func identifiers(seed: UInt64) throws -> [ULID?] {
            let test = CartTest(try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior(), seed: seed)
            try test.when { .add("apple", replyTo: $0) }
            try test.restart()
            try test.when { .add("pear", replyTo: $0) }
            let store = test.store
            let stored = try test.scheduler.run {
                try await store.readAll(after: 0, limit: 10, fields: .all, into: [ULID?]()) { ids, event in
                    ids += [event.writer.ulid, event.correlationID]
                    return .next
                }
            }
            return stored + [test.nextID()]
        }
        #expect(try identifiers(seed: 1) == identifiers(seed: 1))
        #expect(try Set(identifiers(seed: 1)).isDisjoint(with: identifiers(seed: 2)))
        #expect(try Set(identifiers(seed: 1)).count == 5)
    }
}
