import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

/// A cart, as an application would describe it.
struct Cart: EventSourcedActor {
    enum Command: Sendable {
        case add(String, replyTo: ActorRef<[String]>)
        case clear
        case checkOut
    }

    enum Event: Hashable, Sendable {
        case itemAdded(ItemAdded)
        case cleared(Cleared)

        struct ItemAdded: Codable, Hashable, Sendable { var sku: String }
        struct Cleared: Codable, Hashable, Sendable {}
    }

    struct State: Codable, Hashable, Sendable { var items: [String] = [] }

    struct Full: Error {}

    let persistenceID: PersistenceID
    let emptyState = State()

    static var registry: EventRegistry<Event> {
        get throws {
            try EventRegistry(
                EventType("ItemAdded", embed: Event.itemAdded) { if case .itemAdded(let it) = $0 { it } else { nil } },
                EventType("Cleared", embed: Event.cleared) { if case .cleared(let it) = $0 { it } else { nil } })
        }
    }

    func decide(
        _ context: CommandContext<Command>, _ command: Command, _ cart: State
    ) throws -> Effect<Event, State> {
        switch command {
        case .add(let sku, let replyTo):
            if cart.items.count == 3 { throw Full() }
            return .persist(.itemAdded(Event.ItemAdded(sku: sku))).thenReply(to: replyTo) { $0.items }
        case .clear: return cart.items.isEmpty ? .none : .persist(.cleared(Event.Cleared()))
        case .checkOut: return .unhandled
        }
    }

    func fold(_ cart: inout State, _ event: Event) throws {
        switch event {
        case .itemAdded(let event): cart.items.append(event.sku)
        case .cleared: cart.items = []
        }
    }
}

extension Cart.Event {
    static func added(_ sku: String) -> Self { .itemAdded(ItemAdded(sku: sku)) }
}

@Suite("A cart, tested with the test kit")
struct CartExampleTests {
    private let test: EventSourcedTest<Cart.Command, Cart.Event, Cart.State>

    init() throws { test = try EventSourcedTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

    @Test("given an apple, when a pear is added, then there are both")
    func add() throws {
        try test.given(.added("apple"))
        try test.when { .add("pear", replyTo: $0) }
            .thenEvents(.added("pear"))
            .thenReply(["apple", "pear"])
            .thenState(Cart.State(items: ["apple", "pear"]))
    }

    @Test("an empty cart is not cleared a second time")
    func clear() throws {
        try test.given(.added("apple"))
        try test.when(.clear).thenEvents(.cleared(Cart.Event.Cleared())).thenState("nothing in it") { $0.items.isEmpty }
        try test.when(.clear).thenNoEvents().thenDecided(.none)
    }

    @Test("a full cart takes nothing more, and the asker is told so at once")
    func full() throws {
        try test.given(.added("apple"), .added("pear"), .added("plum"))
        let outcome = try test.when { .add("fig", replyTo: $0) }.thenNoEvents().thenStopped()
        try outcome.thenRejected(with: Cart.Full.self)
    }

    @Test("what the cart does not handle changes nothing")
    func unhandled() throws {
        try test.when(.checkOut).thenNoEvents().thenDecided(.unhandled)
    }

    @Test("when the disk is full nothing is added, and the next command finds the cart as it was")
    func diskFull() throws {
        test.store.failAppend(with: .refused(.full))
        let refused = try test.when { .add("apple", replyTo: $0) }.thenNoEvents()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .full)
        try test.when { .add("pear", replyTo: $0) }.thenReply(["pear"])
    }

    @Test("when the connection is lost after the commit, the asker can't know, and the apple is there")
    func lostAnswer() throws {
        test.store.failAppend(with: .lostAfterCommit)
        try test.when { .add("apple", replyTo: $0) }.thenOutcomeUnknown().thenEvents(.added("apple"))
        try test.when { .add("pear", replyTo: $0) }.thenReply(["apple", "pear"])
    }

    @Test("a restart changes nothing")
    func restart() throws {
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"])
        try test.restart()
        try test.when { .add("pear", replyTo: $0) }.thenReply(["apple", "pear"])
    }
}
