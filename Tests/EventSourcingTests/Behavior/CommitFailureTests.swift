import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("What a failed commit leaves")
struct CommitFailureTests {
    private let stage: CartStage
    private let log = Recorder<String>()

    init() throws { stage = try CartStage() }

    /// Adds an item with a hook that is logged, and answers the cart's items.
    private func add(_ cart: ActorRef<CartCommand>, _ item: String) -> Result<[String], AskError>? {
        let log = log
        return stage.ask(cart) { replyTo in
            CartCommand("add \(item)") { context, _ in
                log.add("decided at \(context.sequenceNumber)")
                return .persist(.added(item)).thenRun { _ in log.add("hook \(item)") }
                    .thenReply(to: replyTo) { $0.items }
            }
        }
    }

    @Test("a told command that is not carried out is a dead letter that says why")
    func told() throws {
        stage.store.failAppend(with: .refused(.full))
        stage.tell(try stage.spawn(), .add("apple"))
        stage.store.failAppend(with: .conflict)
        stage.tell(try stage.spawn(), .add("banana"))
        stage.store.failAppend(with: .lostAfterCommit)
        stage.tell(try stage.spawn(), .add("cherry"))
        #expect(
            stage.deadLetters.map { $0.prefix { $0 != "|" } } == [
                "add apple: it was refused: Cart",
                "add banana: it was refused: Cart",
                "add cherry: whether it was carried out is not known: Cart",
            ])
    }

    @Test("a command that a timer sends and that is not carried out is a dead letter too")
    func toldByTimer() throws {
        let cart = try stage.cart().behavior
        func send(_ item: String, failing fault: WriteFault) {
            stage.store.failAppend(with: fault)
            stage.system.spawn(
                Behavior.setup { context in
                    context.startTimer("later", after: .seconds(1), sending: CartCommand.add(item))
                    return cart
                })
            stage.scheduler.advance(by: .seconds(1))
        }
        send("apple", failing: .refused(.full))
        send("banana", failing: .conflict)
        send("cherry", failing: .lostAfterCommit)
        #expect(
            stage.deadLetters.map { $0.prefix { $0 != "|" } } == [
                "add apple: it was refused: Cart",
                "add banana: it was refused: Cart",
                "add cherry: whether it was carried out is not known: Cart",
            ])
    }

    @Test("a claim that was lost is a refusal that says so: nothing is durable, and no hook runs")
    func lostClaim() throws {
        let loss = ClaimLostError(
            application: "bank", target: try PersistenceID("Audit", "1"), fencingNumber: 1, currentFencingNumber: 2)
        stage.store.beforeAppend { _ in throw loss }
        #expect(rejection(add(try stage.spawn(), "apple")) as? ClaimLostError == loss)
        #expect(try stage.stored().isEmpty)
        #expect(log.values == ["decided at 0"])
        #expect(try add(try stage.spawn(), "banana")?.get() == ["banana"])
    }

    @Test("an outcome that is not known is told with the command's id, by which asking again is exact")
    func unknownWithID() throws {
        stage.store.failAppend(with: .lostAfterCommit)
        let (cart, id) = (try stage.spawn(), ULID(high: 1, low: 7))
        let error = #expect(throws: AskError.self) {
            try stage.scheduler.run { () async throws -> [String] in
                try await cart.ask(timeout: .seconds(5), as: Metadata(commandID: id)) { replyTo in
                    CartCommand("add") { _, _ in .persist(.added("apple")).thenReply(to: replyTo) { $0.items } }
                }
            }
        }
        #expect(unknownOutcome(error)?.commandID == id)
        #expect(error?.description.contains("ask again with the command id \(id), which has its effect once") == true)
    }

    @Test("a batch that too few numbers are left for is refused, also where a snapshot would be due behind it")
    func noNumbersLeft() throws {
        let last = Int64.max - 1
        try stage.given((last - 1, "apple", "A", 1), (last, "banana", "A", 1))
        try stage.given(deletedTo: last - 1)
        try stage.given(snapshotAt: last - 1, ["apple"])
        for count in [1, 2, 3] {
            let cart = stage.spawn(try stage.cart().withSnapshots(.every(2), codec: .json("Cart")))
            let reply: Result<Int, AskError>? = stage.ask(cart) { _ in
                .doing(.persist(Array(repeating: .added("cherry"), count: count)))
            }
            #expect((rejection(reply) as? StoreError)?.reason == .invalid)
            #expect(try stage.stored().count == 1)
        }
        #expect(
            try stage.items(stage.spawn(stage.cart().withSnapshots(.never, codec: .json("Cart")))) == [
                "apple", "banana",
            ])
    }

    @Test("a handler that throws writes nothing, and the asker is told at once")
    func handlerThrows() throws {
        let cart = try stage.spawn()
        let reply: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("boom") { _, _ in throw Failure("handler boom") }
        }
        #expect(rejection(reply) as? Failure == Failure("handler boom"))
        #expect(cart.isStopped)
        #expect(stage.store.appendCount == 0)
    }

    @Test("engine 149: an event that does not fold is not appended, nor is any of its batch")
    func dryFold() throws {
        let cart = stage.spawn(try stage.cart().supervised(by: .resume))
        _ = add(cart, "apple")
        #expect(rejection(stage.add(cart, "banana", "poison")) as? Failure == Failure("poison does not fold"))
        #expect(stage.store.appendCount == 1)
        #expect(try add(cart, "cherry")?.get() == ["apple", "cherry"])
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2"])
    }

    @Test("an event that can't be encoded is not appended")
    func encoding() throws {
        let registry = try EventRegistry<CartEvent>(
            EventType("ItemAdded", embed: CartEvent.added) { if case .added(let it) = $0 { it } else { nil } })
        let behavior = CartBehavior(
            id: stage.id, emptyState: Cart(), events: registry,
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in try cart.apply(event) }
        ).withEventStore(stage.store)
        let reply: Result<Int, AskError>? = stage.ask(stage.spawn(behavior)) { _ in
            .doing(.persist(.added("apple"), .cleared(CartCleared())))
        }
        #expect((rejection(reply) as? EventCodingError)?.problem == .noRow)
        #expect(stage.store.appendCount == 0)
    }

    @Test(
        "engine 148: an append that is refused leaves state and store, runs no hook, tells the asker, and stops the entity",
        arguments: [StoreError.Reason.full, .busy, .readOnly, .closed])
    func refused(reason: StoreError.Reason) throws {
        stage.store.failAppend(2, with: .refused(reason))
        let cart = stage.spawn(try stage.cart().supervised(by: .restart))
        _ = add(cart, "apple")
        #expect((rejection(add(cart, "banana")) as? StoreError)?.reason == reason)
        #expect(log.values == ["decided at 0", "hook apple", "decided at 1"])
        #expect(cart.isStopped)
        #expect(try stage.stored().count == 1)
        #expect(try add(stage.spawn(), "cherry")?.get() == ["apple", "cherry"])
    }

    @Test("an append without an answer is an unknown outcome, and recovery finds out", arguments: [false, true])
    func unknown(wasWritten: Bool) throws {
        let lost = StoreError(.outcomeUnknown, stream: stage.id)
        stage.store.failAppend(with: wasWritten ? .lostAfterCommit : .lostBeforeCommit)
        let cart = try stage.spawn()
        let error = try #require(unknownOutcome(add(cart, "apple")))
        #expect(error == OutcomeUnknownError(commandID: nil, cause: "\(lost)"))
        #expect("\(error)" == "\(lost); read the state before asking again")
        #expect(cart.isStopped)
        #expect(log.values == ["decided at 0"])
        #expect(try stage.items(stage.spawn()) == (wasWritten ? ["apple"] : []))
    }

    @Test("an append that fails with an error nobody knows counts as an unknown outcome")
    func strange() throws {
        stage.store.failAppend(with: .errorAfterCommit(Failure("socket closed")))
        let cart = try stage.spawn()
        #expect(unknownOutcome(add(cart, "apple"))?.cause == "socket closed")
        #expect(cart.isStopped)
    }

    // MARK: - Conflicts

    /// Has somebody write an item as the system's own writer just before the append with this number.
    private func interfere(beforeAppend number: Int, item: String) {
        let (id, writer) = (stage.id, stage.system.writerID)
        stage.store.beforeAppend(number) { store in
            let event = try CartEvent.registry().encode(.added(item))
            _ = try await store.append(
                [NewEvent(type: event.type, payload: event.payload, timestamp: .epoch)], to: id, expecting: .any,
                by: writer, epoch: nil, with: .none)
        }
    }

    @Test("a conflict tells the asker the expected and the actual number, and the entity has read what is new")
    func conflict() throws {
        interfere(beforeAppend: 1, item: "behind the back")
        let cart = try stage.spawn()
        let error = rejection(add(cart, "apple")) as? ConcurrentModificationError
        #expect(error == ConcurrentModificationError(persistenceID: stage.id, expected: .number(0), actual: 1))
        #expect(!cart.isStopped)
        #expect(log.values == ["decided at 0"])
        #expect(try add(cart, "banana")?.get() == ["behind the back", "banana"])
    }

    @Test("with retries a conflicting command is decided again on the fresh state")
    func retries() throws {
        interfere(beforeAppend: 1, item: "one")
        interfere(beforeAppend: 2, item: "two")
        let cart = stage.spawn(try stage.cart().withRetries(2))
        #expect(try add(cart, "apple")?.get() == ["one", "two", "apple"])
        #expect(log.values == ["decided at 0", "decided at 1", "decided at 2", "hook apple"])
    }

    @Test("after so many retries the asker gets the last conflict")
    func retriesEnd() throws {
        for number in 1...3 { interfere(beforeAppend: number, item: "\(number)") }
        let cart = stage.spawn(try stage.cart().withRetries(2))
        #expect((rejection(add(cart, "apple")) as? ConcurrentModificationError)?.actual == 3)
        #expect(try stage.items(cart) == ["1", "2", "3"])
    }

    @Test("a conflict whose reload finds a history that can't be folded tells the asker that")
    func reloadFails() throws {
        interfere(beforeAppend: 1, item: "poison")
        let error = rejection(add(try stage.spawn(), "apple")) as? RecoveryError
        #expect(error?.phase == .fold)
        #expect(error?.sequenceNumber == 1)
    }

    // MARK: - Fencing

    @Test("an entity whose stream another system took over is fenced: it stops, and the asker is told by whom")
    func fenced() throws {
        let other = try CartStage(on: stage.store, sharing: stage.scheduler)
        let mine = stage.spawn(try stage.cart().withRetries(5))
        _ = add(mine, "mine")
        #expect(try other.add(other.spawn(), "theirs")?.get() == ["mine", "theirs"])
        let error = try #require(rejection(add(mine, "late")) as? WriterFencedError)
        #expect(error.writer == other.system.writerID)
        #expect(error.epoch == 1 && error.currentEpoch == 2)
        #expect(mine.isStopped)
        #expect(log.values == ["decided at 0", "hook mine", "decided at 1"])
        #expect(try stage.stored().count == 2)
        // The next one recovers, and its first append takes the stream over in turn.
        #expect(try add(stage.spawn(), "back")?.get() == ["mine", "theirs", "back"])
    }

    @Test("two systems that both recovered an empty stream never both write its first event")
    func firstEvent() throws {
        let other = try CartStage(on: stage.store, sharing: stage.scheduler)
        let (mine, theirs) = (try stage.spawn(), try other.spawn())
        stage.scheduler.drain()
        #expect(try other.add(theirs, "theirs")?.get() == ["theirs"])
        #expect(rejection(add(mine, "mine")) is WriterFencedError)
        #expect(try stage.stored().count == 1)
    }
}
