import EventSourcing
import EventSourcingTestKit
import SQLiteStorage
import TestSupport
import Testing

// snippet
@Suite("A cart")
struct CartTests {
    private let test: EventSourcedTest<CartCommand, CartEvent, Cart.State>

    init() throws { test = try EventSourcedTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

    @Test("takes what is added")
    func add() throws {
        try test.given(.itemAdded(.init(sku: "tea")))
        try test.when { .add("cup", replyTo: $0) }
            .thenEvents(.itemAdded(.init(sku: "cup")))
            .thenReply(["tea", "cup"])
            .thenState(Cart.State(items: ["tea", "cup"]))
    }

    @Test("takes nothing more once it is checked out")
    func closed() throws {
        try test.given(.checkedOut(.init()))
        try test.when { .add("cup", replyTo: $0) }.thenNoEvents().thenRejected(with: Cart.Closed.self)
    }
}
// end

// snippet
@Suite("A wallet")
struct WalletTests {
    private let test: DurableStateTest<Wallet.Command, Wallet.State>

    init() throws { test = DurableStateTest(Wallet(persistenceID: try PersistenceID("Wallet", "wallet-1"))) }

    @Test("pays what it has, and no more")
    func pay() throws {
        try test.given(Wallet.State(balance: 10), revision: 3)
        try test.when { .pay(4, replyTo: $0) }.thenReply(6).thenRevision(4)
        let outcome = try test.when { .pay(40, replyTo: $0) }.thenNothingWritten()
        #expect(try outcome.thenRejected(with: Wallet.Overdrawn.self).by == 34)
    }
}
// end

@Suite("Snippets about testing")
struct TestingSnippets {
    private let test: EventSourcedTest<CartCommand, CartEvent, Cart.State>

    init() throws { test = try EventSourcedTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

    @Test("a lost answer, and the same command again")
    func lostAnswer() throws {
        // snippet
        test.store.failAppend(with: .lostAfterCommit)
        let metadata = Metadata(commandID: test.nextID())
        try test.when(as: metadata) { .add("tea", replyTo: $0) }.thenOutcomeUnknown()
        try test.when(as: metadata) { .add("tea", replyTo: $0) }.thenNoEvents().thenReply(["tea"])
        // end
    }

    @Test("a restart, a slow store and time")
    func restart() throws {
        // snippet
        try test.when { .add("tea", replyTo: $0) }
        try test.restart()
        test.store.slowDown(by: .seconds(2), in: test.system)
        try test.when(timeout: .seconds(10)) { .add("cup", replyTo: $0) }.thenReply(["tea", "cup"])
        // end
    }

    @Test("what a failed expectation says")
    func sentence() throws {
        let error = try #require(throws: ExpectationError.self) {
            try test.when { .add("tea", replyTo: $0) }.thenReply(["cup"])
        }
        #expect(error.description.hasPrefix("ArticleTests/TestingSnippets.swift:"))
        #expect(error.description.hasSuffix(#": Cart|cart-1: expected the reply ["cup"], and found ["tea"]"#))
    }

    @Test("a snapshot as history")
    func snapshot() throws {
        // snippet
        let cart = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior().withSnapshots(.every(100))
        let test = EventSourcedTest(cart)
        try test.given(snapshot: Cart.State(items: ["tea"]), at: 100)
        try test.when { .add("cup", replyTo: $0) }.thenReply(["tea", "cup"])
        // end
        #expect(test.sequenceNumber == 101)
    }

    @Test("a file that loses an answer")
    func file() async throws {
        let folder = try TemporaryFolder()
        let (path, system) = (folder.file(), ActorSystem(name: "shop"))
        // snippet
        let store = UnreliableStore(over: try SQLiteStore.create(path))
        store.failAppend(with: .lostAfterCommit)
        // end
        let behavior = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior(on: store).behavior
        await #expect(throws: AskError.self) {
            try await system.spawn(behavior).ask(timeout: .seconds(5)) { CartCommand.add("tea", replyTo: $0) }
        }
        #expect(try await system.spawn(behavior).ask(timeout: .seconds(5)) { .items(replyTo: $0) } == ["tea"])
        await system.shutdown()
        store.base.close()
    }
}
