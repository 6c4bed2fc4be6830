import Actors
import Testing

@testable import EventSourcing

@Suite("What a command carries beside itself")
struct CommandMetadataTests {
    private let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
    private let store = InMemoryStore()
    private let log = RecordingLog()
    private let system: ActorSystem

    init() { system = ActorSystem(name: "test", scheduler: scheduler, log: log) }

    private func cartBehavior(_ name: String) throws -> CartBehavior {
        try CartBehavior(
            id: PersistenceID("Cart", name), emptyState: Cart(), events: CartEvent.registry(),
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in try cart.apply(event) }
        ).withEventStore(store)
    }

    private func cart(_ name: String = "cart-1", on system: ActorSystem? = nil) throws -> ActorRef<CartCommand> {
        (system ?? self.system).spawn(try cartBehavior(name).behavior, name: name)
    }

    private struct Stored: Sendable {
        var stream: String
        var metadata: Metadata
    }

    private func stored() throws -> [Stored] {
        let store = store
        return try scheduler.run {
            try await store.readAll(after: 0, limit: 100, fields: .all, into: []) { rows, event in
                let values = event.withMetadata { bytes -> JSONObject in
                    if !bytes.isEmpty, case .object(let object)? = try? JSONReader().read(bytes).value { return object }
                    return [:]
                }
                rows.append(
                    Stored(
                        stream: event.persistenceID.entityID,
                        metadata: Metadata(
                            correlationID: event.correlationID, causationID: event.causationID,
                            commandID: event.commandID, values: values)))
                return .next
            }
        }
    }

    /// Adds an item under an id, from a task of its own, and answers the cart's items.
    private func add(
        _ item: String, to cart: ActorRef<CartCommand>, as metadata: Metadata
    ) throws -> Result<[String], AskError> {
        try scheduler.run {
            do throws(AskError) {
                return .success(
                    try await cart.ask(timeout: .seconds(5), as: metadata) { replyTo in
                        CartCommand("add") { _, _ in .persist(.added(item)).thenReply(to: replyTo) { $0.items } }
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    @Test("engine 162: the same id twice has the first one's effect and reply, and writes once, also after a restart")
    func sameIDTwice() throws {
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let first = try cart()
        #expect(try add("apple", to: first, as: id).get() == ["apple"])
        #expect(try add("plum", to: first, as: Metadata(commandID: ULID(high: 1, low: 8))).get().count == 2)
        #expect(try add("apple", to: first, as: id).get() == ["apple"])
        let other = ActorSystem(name: "other", scheduler: scheduler)
        #expect(try add("apple", to: try cart(on: other), as: id).get() == ["apple"])
        #expect(try stored().map(\.metadata.commandID?.low) == [7, 8])
    }

    @Test("engine 162: of several replies a repetition gets the one that went to its asker")
    func askersReply() throws {
        let auditor = system.spawn(Behavior<[String]>.receive { _, _ in .same })
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let ref = try cart()
        for _ in 1...2 {
            let reply = try scheduler.run {
                try await ref.ask(timeout: .seconds(5), as: id) { (replyTo: ActorRef<[String]>) in
                    CartCommand("add") { _, _ in
                        .persist(.added("apple")).thenReply(to: auditor) { _ in ["audited"] }
                            .thenReply(to: replyTo) { $0.items }
                    }
                }
            }
            #expect(reply == ["apple"])
        }
    }

    @Test("a repetition whose reply was not kept is told so, and of a told one the log tells")
    func replyNotKept() throws {
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let ref = try cart()
        ref.tell(.add("apple"), as: id)
        ref.tell(.add("apple"), as: id)
        scheduler.drain()
        #expect(try stored().count == 1)
        let noted = log.entries.values.filter { $0.level == .information }
        #expect(noted.map(\.message) == ["A command came again, and has no second effect."])
        #expect(noted.first?.fields.first?.value == "\(ULID(high: 1, low: 7))")
        #expect(system.deadLetters.count == 0)
        guard case .failure(.rejected(let error)) = try add("apple", to: ref, as: id) else {
            return #expect(Bool(false), "it was answered")
        }
        #expect(error as? RepeatedCommandError == RepeatedCommandError(commandID: ULID(high: 1, low: 7)))
        #expect(try stored().count == 1)
    }

    @Test("a command that persists nothing stores no id, and is decided each time")
    func nothingPersisted() throws {
        let ref = try cart()
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let decided = Recorder<Int>()
        for _ in 0..<2 {
            ref.tell(
                CartCommand("look") { _, _ in
                    decided.add(1)
                    return .none
                }, as: id)
            scheduler.drain()
        }
        #expect(decided.values.count == 2)
        #expect(try add("apple", to: ref, as: id).get() == ["apple"])
    }

    @Test("forgotten ids are new again")
    func forgotten() throws {
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let ref = try cart()
        _ = try add("apple", to: ref, as: id)
        let store = store
        #expect(try scheduler.run { try await store.forgetCommands(before: Timestamp(microseconds: 1_000_000)) } == 0)
        #expect(try scheduler.run { try await store.forgetCommands(before: Timestamp(microseconds: 1_000_001)) } == 1)
        #expect(try add("apple", to: ref, as: id).get() == ["apple", "apple"])
    }

    @Test("events carry their command's chain, id and keys")
    func given() throws {
        let metadata = Metadata(
            correlationID: ULID(high: 1, low: 2), causationID: ULID(high: 1, low: 3), commandID: ULID(high: 1, low: 1),
            values: ["source": "api"])
        _ = try add("apple", to: try cart(), as: metadata)
        let found = try #require(try stored().first).metadata
        #expect(found.correlationID == ULID(high: 1, low: 2))
        #expect(found.causationID == ULID(high: 1, low: 1))
        #expect(found.commandID == ULID(high: 1, low: 1))
        #expect(found.values == ["source": "api"])
    }

    @Test("a command that a hook sends belongs to the chain, also through an actor that knows nothing of it")
    func chain() throws {
        let second = try cart("cart-2")
        let between: ActorRef<String> = system.spawn(
            .receive { _, item in
                second.tell(.add(item))
                return .same
            })
        try cart("cart-1").tell(
            CartCommand("add") { _, _ in
                .persist(.added("apple")).thenRun { _ in between.tell("pear") }
            }, as: Metadata(commandID: ULID(high: 1, low: 1)))
        try cart("cart-3").tell(.add("alone"))
        scheduler.drain()
        let rows = try stored()
        let byStream = Dictionary(grouping: rows, by: \.stream).mapValues { $0[0].metadata }
        let (first, next, alone) = (byStream["cart-1"], byStream["cart-2"], byStream["cart-3"])
        #expect(first?.correlationID == ULID(high: 1, low: 1))
        #expect(next?.correlationID == first?.correlationID)
        #expect(next?.causationID == ULID(high: 1, low: 1))
        #expect(next?.commandID == nil)
        #expect(alone?.correlationID != first?.correlationID)
        #expect(alone?.correlationID == alone?.causationID)
    }

    // MARK: - Through actors that know nothing of it

    /// What is stored of each stream, in the order in which it was written.
    private func metadata(of stream: String) throws -> [Metadata] {
        try stored().filter { $0.stream == stream }.map(\.metadata)
    }

    @Test("what an actor between sends belongs to the chain of its message, and has not its id")
    func idEndsBetween() throws {
        let carts = [try cart("cart-1"), try cart("cart-2")]
        let between: ActorRef<String> = system.spawn(
            .receive { _, item in
                for cart in carts + carts { cart.tell(.add(item)) }
                return .same
            })
        let id = ULID(high: 1, low: 7)
        between.tell("apple", as: Metadata(commandID: id, values: ["source": "api"]))
        scheduler.drain()
        for name in ["cart-1", "cart-2"] {
            let found = try metadata(of: name)
            #expect(found.count == 2, "each of its commands has its effect")
            for metadata in found {
                #expect(metadata == Metadata(correlationID: id, causationID: id, values: ["source": "api"]))
            }
        }
    }

    @Test("an actor between that asks gets its own answers, and the reply that is kept is never another one's")
    func asksBetween() throws {
        let carts = [try cart("cart-1"), try cart("cart-2")]
        struct AddEverywhere: Sendable { var replyTo: ActorRef<[String]> }
        let between: ActorRef<AddEverywhere> = system.spawn(
            .receive { _, command in
                var all: [String] = []
                for cart in carts + carts {
                    all += try await cart.ask(timeout: .seconds(5)) { replyTo in
                        CartCommand("add") { _, _ in .persist(.added("apple")).thenReply(to: replyTo) { $0.items } }
                    }
                }
                command.replyTo.tell(all)
                return .same
            })
        let id = Metadata(commandID: ULID(high: 1, low: 7))
        let items = try scheduler.run {
            try await between.ask(timeout: .seconds(5), as: id) { AddEverywhere(replyTo: $0) }
        }
        #expect(items == Array(repeating: "apple", count: 6))
        let store = store
        #expect(try scheduler.run { try await store.command(ULID(high: 1, low: 7)) } == nil)
    }

    @Test("engine 162: a registry hands a command on with its id")
    func registry() throws {
        let behavior = try cartBehavior("cart-1").behavior
        let carts = EntityRegistry<String, CartCommand>(in: system, name: "carts") { _ in behavior }
        let id = ULID(high: 1, low: 7)
        for _ in 1...2 { carts.ref(for: "cart-1").tell(.add("apple"), as: Metadata(commandID: id)) }
        scheduler.drain()
        #expect(try metadata(of: "cart-1").map(\.commandID) == [id])
    }
}
