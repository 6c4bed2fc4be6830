import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

/// The rules of a commit where the append does not suspend, beside the same where it does.
@Suite("Commits on a store that suspends and on one that does not")
struct StoreFormTests {
    private let log = Recorder<String>()

    /// Adds items with a hook that is logged, and answers the cart's items.
    private func adding(_ items: String..., on stage: CartStage, to cart: ActorRef<CartCommand>)
        -> Result<[String], AskError>?
    {
        let log = log
        return stage.ask(cart) { replyTo in
            CartCommand("add \(items)") { context, _ in
                log.add("decided at \(context.sequenceNumber)")
                return .persist(items.map { .added($0) }).thenReply(to: replyTo) { cart in
                    log.add("computed from \(cart.items.count)")
                    return cart.items
                }
            }
        }
    }

    /// Has somebody write an item behind the entity's back; as the system's own writer unless another one is named.
    private func write(_ item: String, on stage: CartStage, by writer: WriterID? = nil) throws {
        let (id, store, writer) = (stage.id, stage.store.base, writer ?? stage.system.writerID)
        let event = try CartEvent.registry().encode(.added(item))
        _ = try stage.scheduler.run {
            try await store.append(
                [NewEvent(type: event.type, payload: event.payload, timestamp: .epoch)], to: id, expecting: .any,
                by: writer, epoch: nil, with: .none)
        }
    }

    @Test("a conflict tells the asker both numbers, and the entity has read what is new", arguments: StoreForm.allCases)
    func conflict(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn()
        _ = adding("apple", on: stage, to: cart)
        try write("theirs", on: stage)
        let error = rejection(adding("banana", on: stage, to: cart)) as? ConcurrentModificationError
        #expect(error == ConcurrentModificationError(persistenceID: stage.id, expected: .number(1), actual: 2))
        #expect(log.values == ["decided at 0", "computed from 1", "decided at 1", "computed from 2"])
        #expect(try stage.add(cart, "cherry")?.get() == ["apple", "theirs", "cherry"])
    }

    @Test("with retries a conflicting command is decided once more, on the fresh state", arguments: StoreForm.allCases)
    func retries(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart().withRetries(1))
        stage.scheduler.drain()
        try write("theirs", on: stage)
        #expect(try adding("mine", on: stage, to: cart)?.get() == ["theirs", "mine"])
        #expect(log.values == ["decided at 0", "computed from 1", "decided at 1", "computed from 2"])
        #expect(try stage.stored().count == 2)
    }

    @Test("an entity whose stream another writer took over stops, and the asker is told", arguments: StoreForm.allCases)
    func fenced(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart().withRetries(3))
        _ = adding("apple", on: stage, to: cart)
        try write("theirs", on: stage, by: .named("B"))
        let error = rejection(adding("late", on: stage, to: cart)) as? WriterFencedError
        #expect(error?.writer == .named("B") && error?.epoch == 1 && error?.currentEpoch == 2)
        #expect(cart.isStopped)
        #expect(try adding("back", on: stage, to: stage.spawn())?.get() == ["apple", "theirs", "back"])
    }

    @Test("a handler that throws and an event that does not fold write nothing", arguments: StoreForm.allCases)
    func nothingWritten(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart().supervised(by: .resume))
        let thrown: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("boom") { _, _ in throw Failure("boom") }
        }
        #expect(rejection(thrown) as? Failure == Failure("boom"))
        #expect(
            rejection(adding("apple", "poison", on: stage, to: cart)) as? Failure == Failure("poison does not fold"))
        #expect(try adding("banana", on: stage, to: cart)?.get() == ["banana"])
        #expect(try stage.stored().count == 1)
    }

    @Test("a batch gets its numbers together, and one of nothing writes nothing", arguments: StoreForm.allCases)
    func batches(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn()
        #expect(try adding(on: stage, to: cart)?.get() == [])
        #expect(try adding("apple", "banana", on: stage, to: cart)?.get() == ["apple", "banana"])
        #expect(try adding("cherry", on: stage, to: cart)?.get() == ["apple", "banana", "cherry"])
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2", "3"])
        let (store, id) = (stage.store.base, stage.id)
        #expect(try stage.scheduler.run { try await store.head(of: id)?.epoch } == 1)
    }

    @Test(
        "an effect that stops handles nothing more, and thenStop comes behind the reply", arguments: StoreForm.allCases)
    func stops(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn()
        let reply: Result<[String], AskError>? = stage.ask(cart) { replyTo in
            .doing(.persist(.added("apple")).thenReply(to: replyTo) { $0.items }.thenStop())
        }
        #expect(try reply?.get() == ["apple"])
        #expect(cart.isStopped)
        stage.tell(cart, .add("late"))
        #expect(stage.deadLetters == ["add late: the recipient has stopped"])
    }

    @Test("a full stash makes the command a dead letter, and those in it stay", arguments: StoreForm.allCases)
    func stashOverflow(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart().withStashCapacity(1))
        let waiting = CartCommand("waiting") { _, cart in
            cart.items.isEmpty ? .stash : .persist(.added("waited"))
        }
        stage.tell(cart, waiting)
        let overflow: Result<Int, AskError>? = stage.ask(cart) { _ in CartCommand("too many") { _, _ in .stash } }
        #expect((rejection(overflow) as? StashOverflowError)?.capacity == 1)
        #expect(stage.deadLetters == ["too many: the recipient's stash is full (1 messages)"])
        stage.tell(cart, CartCommand("open") { _, _ in .persist(.added("open")).thenUnstashAll() })
        #expect(try stage.items(cart) == ["open", "waited"])
    }

    @Test(
        "engine 162: a command with an id has its effect once, among others without one", arguments: StoreForm.allCases)
    func commandIDs(form: StoreForm) throws {
        let stage = try CartStage(form)
        let (cart, id) = (try stage.spawn(), Metadata(commandID: ULID(high: 1, low: 7)))
        for _ in 1...2 {
            _ = adding("plain", on: stage, to: cart)
            let reply = try stage.scheduler.run { () async throws -> [String] in
                try await cart.ask(timeout: .seconds(5), as: id) { replyTo in
                    CartCommand("add") { _, _ in .persist(.added("once")).thenReply(to: replyTo) { $0.items } }
                }
            }
            #expect(reply == ["plain", "once"])
        }
        #expect(try stage.items(cart) == ["plain", "once", "plain"])
    }

    @Test("what a command sends belongs to its chain", arguments: StoreForm.allCases)
    func chain(form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn()
        let sent = CartCommand("second") { [log] context, _ in
            log.add("\(context.metadata.correlationID?.low ?? 0) \(context.metadata.causationID?.low ?? 0)")
            return .persist(.added("second"))
        }
        cart.tell(
            CartCommand("first") { _, _ in .persist(.added("first")).thenReply(to: cart) { _ in sent } },
            as: Metadata(correlationID: ULID(high: 0, low: 5), causationID: ULID(high: 0, low: 6)))
        stage.scheduler.drain()
        #expect(log.values == ["5 6"])
        #expect(try stage.items(cart) == ["first", "second"])
    }
}
