import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Entities in both styles, functional and by type, on a store that suspends and on one that does not")
struct BothStylesTests {
    /// Counts, as a class of entities does that has a setting of its own.
    private struct Counter: EventSourcedActor {
        struct Increment: Sendable { var replyTo: ActorRef<Int> }
        struct Incremented: Codable, Hashable, Sendable { var by: Int }

        let persistenceID: PersistenceID
        let step: Int
        let emptyState = 0

        static var registry: EventRegistry<Incremented> {
            get throws { try EventRegistry(EventType("Incremented", of: Incremented.self)) }
        }

        func decide(
            _ context: CommandContext<Increment>, _ command: Increment, _ count: Int
        ) throws -> Effect<Incremented, Int> {
            .persist(Incremented(by: step)).thenReply(to: command.replyTo) { $0 }
        }

        func fold(_ count: inout Int, _ event: Incremented) throws { count += event.by }

        func configured(
            _ behavior: EventSourcedBehavior<Increment, Incremented, Int>
        ) throws -> EventSourcedBehavior<Increment, Incremented, Int> {
            behavior.withSnapshots(try .every(2))
        }
    }

    @Test(
        "engine 113: a counter by type counts, numbers its events, and has what its type sets",
        arguments: StoreForm.allCases)
    func counter(form: StoreForm) throws {
        let stage = try CartStage(form)
        func counter() throws -> ActorRef<Counter.Increment> {
            stage.system.spawn(
                try Counter(persistenceID: stage.id, step: 1).behavior(on: stage.cartStore).behavior, name: "counter")
        }
        let first = try counter()
        for expected in 1...3 {
            let reply = first.askLater(timeout: .seconds(1)) { Counter.Increment(replyTo: $0) }
            stage.scheduler.drain()
            #expect(try reply.result?.get() == expected)
        }
        #expect(try stage.stored() == (1...3).map { #"\#($0) Incremented {"by":1}"# })
        #expect(try stage.snapshots() == [2])
        stage.system.stop(first)
        stage.scheduler.drain()
        let again = try counter().askLater(timeout: .seconds(1)) { Counter.Increment(replyTo: $0) }
        stage.scheduler.drain()
        #expect(try again.result?.get() == 4)
    }

    @Test("engine 85: without a history the state is the empty one", arguments: CartStyle.allCases, StoreForm.allCases)
    func empty(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        #expect(try stage.items(stage.spawn(style)) == [])
    }

    @Test(
        "engine 86, 110: a command persists its event, and the next one sees it", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func persist(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn(style)
        let seen = Recorder<String>()
        stage.tell(
            cart, .add("apple"),
            CartCommand("look") { context, cart in
                seen.add("\(context.persistenceID) \(context.sequenceNumber) \(cart.items)")
                return .none
            })
        #expect(try stage.stored() == [#"1 ItemAdded {"item":"apple"}"#])
        #expect(seen.values == ["Cart|cart-1 1 [\"apple\"]"])
    }

    @Test(
        "engine 87, 88: events of one command and of several get the next numbers", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func numbers(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        stage.tell(try stage.spawn(style), .add("apple", "apple-bonus"), .add("banana"))
        #expect(
            try stage.stored() == [
                #"1 ItemAdded {"item":"apple"}"#, #"2 ItemAdded {"item":"apple-bonus"}"#,
                #"3 ItemAdded {"item":"banana"}"#,
            ])
    }

    @Test("engine 91, 92: recovery begins at the snapshot", arguments: CartStyle.allCases, StoreForm.allCases)
    func snapshot(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        try stage.given(items: "apple", "banana")
        try stage.given(snapshotAt: 2, ["from the snapshot"])
        let behavior = try stage.cart(style).withSnapshots(.never)
        #expect(try stage.items(stage.spawn(behavior)) == ["from the snapshot"])
    }

    @Test(
        "engine 93: with every(2) four commands leave snapshots at 2 and 4", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func snapshots(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart(style).withSnapshots(.every(2)))
        var seen: [[Int64]] = []
        for item in ["apple", "banana", "cherry", "date"] {
            stage.tell(cart, .add(item))
            seen.append(try stage.snapshots())
        }
        #expect(seen == [[], [2], [2], [2, 4]])
    }

    @Test(
        "engine 99: with every(2), one kept and events deleted, a snapshot is left", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func eventsGo(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let behavior = try stage.cart(style).withSnapshots(.every(2))
            .withRetention(.snapshots(keep: 1, deleteEvents: true))
        stage.tell(stage.spawn(behavior), .add("apple"), .add("banana"))
        #expect(try stage.stored().isEmpty)
        #expect(try stage.snapshots() == [2])
        #expect(try stage.items(stage.spawn(behavior)) == ["apple", "banana"])
    }

    @Test(
        "engine 100: with every(2) and nothing deleted both events stay", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func eventsStay(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        stage.tell(stage.spawn(try stage.cart(style).withSnapshots(.every(2))), .add("apple"), .add("banana"))
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2"])
        #expect(try stage.snapshots() == [2])
    }

    @Test("engine 94, 95: none and a reply write nothing", arguments: CartStyle.allCases, StoreForm.allCases)
    func nothing(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn(style)
        stage.tell(cart, .add("apple"), .doing(.none), .add("banana"))
        #expect(try stage.items(cart) == ["apple", "banana"])
        #expect(try stage.stored().count == 2)
    }

    @Test("engine 96, 108: stop stops the entity behind its hooks", arguments: CartStyle.allCases, StoreForm.allCases)
    func stop(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let (cart, log) = (try stage.spawn(style), Recorder<Bool>())
        stage.tell(cart, .doing(.stop.thenRun { _ in log.add(cart.isStopped) }))
        #expect(log.values == [false])
        stage.tell(cart, .add("late"))
        #expect(stage.deadLetters == ["add late: the recipient has stopped"])
    }

    @Test(
        "engine 97, 109: hooks see the state behind their events, in their order", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func hooks(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let (cart, log) = (try stage.spawn(style), Recorder<String>())
        for item in ["apple", "banana"] {
            stage.tell(
                cart,
                .doing(
                    .persist(.added(item)).thenRun { log.add("first \($0.items)") }.thenRun { _ in log.add("second") }))
        }
        #expect(log.values == ["first [\"apple\"]", "second", "first [\"apple\", \"banana\"]", "second"])
    }

    @Test(
        "engine 98: thenReply answers from the state behind its events", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func reply(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        #expect(try stage.add(stage.spawn(style), "apple")?.get() == ["apple"])
    }

    @Test(
        "engine 105, 106: hooks of none see the current state, and write nothing", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func noneHooks(style: CartStyle, form: StoreForm) throws {
        let (stage, log) = (try CartStage(form), Recorder<String>())
        let cart = try stage.spawn(style)
        stage.tell(cart, .add("apple"), .doing(.none.thenRun { log.add("on-none: \($0.items[0])") }))
        let reply: Result<[String], AskError>? = stage.ask(cart) { .doing(.none.thenReply(to: $0) { $0.items }) }
        #expect(try reply?.get() == ["apple"])
        #expect(log.values == ["on-none: apple"])
        #expect(try stage.stored().count == 1)
    }

    @Test("engine 107: a reply comes before the reply of its hook", arguments: CartStyle.allCases, StoreForm.allCases)
    func replyThenReply(style: CartStyle, form: StoreForm) throws {
        let (stage, log) = (try CartStage(form), Recorder<[String]>())
        let target = ActorRef<[String]>.capturing(in: stage.system) { log.add($0) }
        stage.tell(try stage.spawn(style), .doing(.reply(to: target, ["primary"]).thenReply(to: target) { $0.items }))
        #expect(log.values == [["primary"], []])
    }

    @Test("engine 101: the hooks of what is stashed run at once", arguments: CartStyle.allCases, StoreForm.allCases)
    func stashHooks(style: CartStyle, form: StoreForm) throws {
        let (stage, log) = (try CartStage(form), Recorder<String>())
        stage.tell(try stage.spawn(style), .doing(.stash.thenRun { _ in log.add("on-stash") }))
        #expect(log.values == ["on-stash"])
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("engine 101: what is stashed comes back in front", arguments: CartStyle.allCases, StoreForm.allCases)
    func stash(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = try stage.spawn(style)
        stage.tell(
            cart,
            CartCommand("when open") { _, cart in cart.items.isEmpty ? .stash : .persist(.added("second")) },
            CartCommand("open") { _, _ in .persist(.added("first")).thenUnstashAll() }, .add("third"))
        #expect(try stage.items(cart) == ["first", "second", "third"])
    }

    @Test("engine 102: an unhandled command is a dead letter", arguments: CartStyle.allCases, StoreForm.allCases)
    func unhandled(style: CartStyle, form: StoreForm) throws {
        let (stage, log) = (try CartStage(form), Recorder<String>())
        let cart = try stage.spawn(style)
        stage.tell(cart, .doing(.unhandled.thenRun { log.add("on-unhandled: \($0.items)") }))
        #expect(stage.deadLetters == ["unhandled: the recipient does not handle it"])
        #expect(log.values == ["on-unhandled: []"])
        #expect(try stage.stored().isEmpty)
        #expect(try stage.items(cart) == [])
    }

    @Test(
        "engine 103: a strategy without a snapshot store keeps nothing from working", arguments: CartStyle.allCases,
        StoreForm.allCases)
    func noSnapshotStore(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let behavior =
            switch style {
            case .functional: try stage.bareCart().withEventStore(stage.cartStore)
            case .byType: try CartActor(persistenceID: stage.id).behavior(on: stage.cartStore, snapshots: nil)
            }
        #expect(try stage.add(stage.spawn(behavior.withSnapshots(.every(1))), "apple")?.get() == ["apple"])
        #expect(try stage.stored().count == 1)
    }

    @Test(
        "engine 104, 111: what one style wrote the other one reads, without running a hook",
        arguments: CartStyle.allCases, StoreForm.allCases)
    func roundTrip(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let (cart, log) = (try stage.spawn(style), Recorder<String>())
        stage.tell(cart, .doing(.persist(.added("apple")).thenRun { _ in log.add("once") }), .doing(.stop))
        let other: CartStyle = style == .functional ? .byType : .functional
        #expect(try stage.add(stage.spawn(other), "cherry")?.get() == ["apple", "cherry"])
        #expect(log.values == ["once"])
    }

    @Test("engine 112: a type without a store is told which modifier to call")
    func missingStore() throws {
        let stage = try CartStage()
        let behavior = try CartActor(persistenceID: stage.id).behavior()
        let error = try #require(rejection(stage.add(stage.spawn(behavior), "apple")))
        #expect("\(error)" == "Cart|cart-1 has no event store; give it one with withEventStore(_:)")
    }
}
