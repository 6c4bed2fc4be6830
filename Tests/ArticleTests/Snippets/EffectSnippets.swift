import EventSourcing
import EventSourcingTestKit
import Testing

// snippet
func add(_ sku: String, to cart: ActorRef<CartCommand>) async -> String {
    do {
        let items = try await cart.ask(timeout: .seconds(5)) { .add(sku, replyTo: $0) }
        return "there are \(items.count) items"
    } catch {
        switch error {
        case .rejected(let reason): return "nothing was written: \(reason)"
        case .outcomeUnknown: return "all of it was written or nothing: ask again with the same command id"
        case .timedOut: return "no answer yet: the command may still be handled"
        case .stopped: return "the cart stopped before it came to the command"
        }
    }
}
// end

@Suite("Snippets about effects")
struct EffectSnippets {
    private let store = UnreliableStore()
    private let system = ActorSystem(name: "shop")

    private func spawn() throws -> ActorRef<CartCommand> {
        system.spawn(try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior(on: store).behavior)
    }

    @Test("an effect is a value, and chaining makes a new one")
    func chain() async throws {
        let replyTo = ActorRef<[String]>.capturing(in: system) { _ in }
        // snippet
        let effect: Effect<CartEvent, Cart.State> = .persist(.itemAdded(.init(sku: "tea")))
            .thenRun { cart in print("the cart holds \(cart.items)") }
            .thenReply(to: replyTo) { cart in cart.items }
        // end
        #expect(effect.kind == .persist && effect.events.count == 1 && effect.hookCount == 2)
        #expect(effect.thenStop().hookCount == 3 && effect.hookCount == 2)
        await system.shutdown()
    }

    @Test("who asks is told what became of the command")
    func asking() async throws {
        #expect(await add("tea", to: try spawn()) == "there are 1 items")
        store.failAppend(with: .refused(.full))
        #expect(await add("cup", to: try spawn()).hasPrefix("nothing was written: Cart|cart-1 has no room"))
        store.failAppend(with: .lostAfterCommit)
        #expect(await add("cup", to: try spawn()).hasPrefix("all of it was written or nothing"))
        #expect(await add("pot", to: try spawn()) == "there are 3 items")
        let stopped = try spawn()
        await system.shutdown()
        #expect(await add("pot", to: stopped) == "the cart stopped before it came to the command")
    }

    @Test("a command with an id has its effect once")
    func commandID() async throws {
        let cart = try spawn()
        // snippet
        let metadata = Metadata(commandID: system.identifiers.next(at: system.now))
        let first = try await cart.ask(timeout: .seconds(5), as: metadata) { .add("tea", replyTo: $0) }
        let again = try await cart.ask(timeout: .seconds(5), as: metadata) { .add("tea", replyTo: $0) }
        // end
        #expect(first == ["tea"] && again == ["tea"])
        #expect(store.appendCount == 1)
        await system.shutdown()
    }
}
