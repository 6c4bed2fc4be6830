import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("The test kit itself")
struct EventSourcedTestTests {
    private typealias CartTest = EventSourcedTest<Cart.Command, Cart.Event, Cart.State>

    private func cart() throws -> CartTest { try CartTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

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

    @Test("what is missing is told as well: an answer and a decision")
    func missing() throws {
        let test = try cart().given(.added("tea"), .added("pear"), .added("plum"))
        let rejected = try test.when { .add("fig", replyTo: $0) }
        #expect(
            try sentence { try rejected.thenReply([]) }
                == "Cart|cart-1: expected the reply [], and there was none: The message was rejected: Full()")
        #expect(
            try sentence { try rejected.thenRejected(with: StoreError.self) }
                == "Cart|cart-1: expected a rejection with StoreError, and it was rejected with: Full()")
        #expect(
            try sentence { try rejected.thenDecided(.persist) }
                == "Cart|cart-1: expected the handler to decide persist, and it did not decide anything")
        let unanswered = try test.when { (_: ActorRef<[String]>) in .clear }
        #expect(
            try sentence { try unanswered.thenReply([]) }
                == "Cart|cart-1: expected the reply [], and nothing has answered")
    }

    // MARK: - Snapshots

    private func cartWithSnapshots() throws -> CartTest {
        CartTest(try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior().withSnapshots(.never))
    }

    @Test("a snapshot is given instead of the events that led to it, or beside them")
    func givenSnapshot() throws {
        let alone = try cartWithSnapshots().given(snapshot: Cart.State(items: ["tea"]), at: 7)
        try alone.when { .add("pear", replyTo: $0) }.thenReply(["tea", "pear"]).thenEvents(.added("pear"))
        #expect(alone.sequenceNumber == 8)
        let followed = try cartWithSnapshots().given(snapshot: Cart.State(items: ["tea"])).given(.added("pear"))
        try followed.when { .add("plum", replyTo: $0) }.thenReply(["tea", "pear", "plum"])
        #expect(followed.sequenceNumber == 3)
        let beside = try cartWithSnapshots().given(.added("tea")).given(
            snapshot: Cart.State(items: ["from the snapshot"]))
        try beside.when { .add("plum", replyTo: $0) }.thenReply(["from the snapshot", "plum"])
        beside.store.spoilSnapshot(1)
        try beside.restart()
        #expect(
            try sentence { try beside.when { .add("fig", replyTo: $0) } }.hasPrefix(
                "Cart|cart-1: a recovery gives the state"))
    }

    @Test("a snapshot that can't be is refused with a sentence")
    func snapshotThatCannotBe() throws {
        #expect(
            try sentence { try cart().given(snapshot: Cart.State()) }
                == "Cart|cart-1: a snapshot is given to an entity without any; call withSnapshots(_:)")
        #expect(
            try sentence {
                try cartWithSnapshots().given(.added("tea"), .added("pear")).given(snapshot: Cart.State(), at: 1)
            } == "Cart|cart-1: a snapshot is given at 1, and the events go to 2")
        let running = try cartWithSnapshots()
        try running.when(.clear)
        #expect(
            try sentence { try running.given(snapshot: Cart.State()) }
                == "Cart|cart-1: given(snapshot:) comes before the first command, and the entity runs already")
    }

    // MARK: - Round trip

    @Test("a state that loses something in a snapshot fails the test of the first command, and a given one at once")
    func lostInSnapshot() throws {
        func test() throws -> EventSourcedTest<String, Forgetful, Forgetful> {
            EventSourcedTest(
                EventSourcedBehavior(
                    id: try PersistenceID("Notes", "1"), emptyState: Forgetful(name: ""),
                    events: try EventRegistry(EventType("Noted", of: Forgetful.self)),
                    commandHandler: { _, command, _ in .persist(Forgetful(name: command)) },
                    eventHandler: { state, event in state = Forgetful(name: event.name, note: "folded") }
                ).withSnapshots(.never))
        }
        let lost =
            #"Notes|1: the state Forgetful(name: "a", note: "folded") comes back from a snapshot as "#
            + #"Forgetful(name: "a", note: "none")"#
        #expect(try sentence { try test().when("a") } == lost)
        #expect(try sentence { try test().given(snapshot: Forgetful(name: "a", note: "folded")) } == lost)
    }

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
