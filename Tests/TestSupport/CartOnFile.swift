internal import Actors
package import EventSourcing

/// A live cart on a store, which tells of the moments of its commits; one that has stopped is recovered when it is needed.
package final class CartOnFile: Sendable {
    package struct ItemAdded: Codable, Hashable, Sendable { package var item: String }

    package struct Cart: Codable, Hashable, Sendable { package var items: [String] = [] }

    /// Adds items, and answers what is in the cart then.
    package struct Add: Sendable {
        var items: [String]
        var replyTo: ActorRef<[String]>
    }

    private let system = ActorSystem(name: "cart")
    private let behavior: EventSourcedBehavior<Add, ItemAdded, Cart>
    private let cart: Locked<ActorRef<Add>>

    package init(
        _ store: some EventStore & SnapshotStore, named name: String = "cart-1", snapshotEvery interval: Int64 = 2,
        locking: LockingStrategy = .optimistic, retention: RetentionPolicy = .keepAll,
        at moment: @escaping @Sendable (CommitMoment) -> Void = { _ in }
    ) throws {
        behavior = try EventSourcedBehavior<Add, ItemAdded, Cart>(
            id: PersistenceID("Cart", name), emptyState: Cart(),
            events: EventRegistry(EventType("ItemAdded", of: ItemAdded.self)),
            commandHandler: { _, command, _ in
                moment(.handler)
                return .persist(command.items.map { ItemAdded(item: $0) }).thenRun { _ in moment(.hook) }
                    .thenReply(to: command.replyTo) { $0.items }
            },
            eventHandler: { cart, event in
                moment(.fold)
                cart.items.append(event.item)
            }
        ).withEventStore(store).withSnapshotStore(store).withSnapshots(.every(interval)).withLocking(locking)
            .withRetention(retention)
        cart = Locked(system.spawn(behavior.behavior, name: "cart"))
    }

    /// Adds items in one batch, and answers what is in the cart when it is durable.
    @discardableResult
    package func add(_ items: String...) async throws -> [String] { try await add(items) }

    /// Adds items in one batch, and answers what is in the cart when it is durable.
    package func add(_ items: [String]) async throws -> [String] {
        while true {
            let present = cart.withLock { $0 }
            switch await Self.answer(of: present, to: items) {
            case .success(let items): return items
            case .failure(.stopped):
                // It stopped before it came to this command.
                cart.withLock { [system, behavior] cart in
                    if cart == present { cart = system.spawn(behavior.behavior, name: "cart") }
                }
            case .failure(let error): throw error
            }
        }
    }

    private static func answer(of cart: ActorRef<Add>, to items: [String]) async -> Result<[String], AskError> {
        do throws(AskError) {
            return .success(try await cart.ask(timeout: .seconds(600)) { Add(items: items, replyTo: $0) })
        } catch {
            return .failure(error)
        }
    }

    /// What is in the cart.
    package func items() async throws -> [String] { try await add() }

    /// Stops the cart; what it acknowledged stays.
    package func shutDown() async { await system.shutdown() }
}
