import Actors
import EventSourcing

/// A live cart on a store, which tells of the moments of its commits.
struct CartOnFile {
    struct ItemAdded: Codable, Hashable, Sendable { var item: String }

    struct Cart: Codable, Hashable, Sendable { var items: [String] = [] }

    /// Adds items, and answers what is in the cart then.
    struct Add: Sendable {
        var items: [String]
        var replyTo: ActorRef<[String]>
    }

    private let system = ActorSystem(name: "cart")
    private let cart: ActorRef<Add>

    init(
        _ store: some EventStore & SnapshotStore, snapshotEvery interval: Int64 = 2,
        at moment: @escaping @Sendable (CommitMoment) -> Void = { _ in }
    ) throws {
        let behavior = try EventSourcedBehavior<Add, ItemAdded, Cart>(
            id: .named("Cart|cart-1"), emptyState: Cart(),
            events: EventRegistry(EventType("ItemAdded", of: ItemAdded.self)),
            commandHandler: { _, command, _ in
                moment(.handler)
                return .persist(command.items.map { ItemAdded(item: $0) }).thenRun { _ in moment(.hook) }
                    .thenReply(to: command.replyTo) { $0.items }
            },
            eventHandler: { cart, event in
                moment(.fold)
                cart.items.append(event.item)
            })
        cart = system.spawn(
            try behavior.withEventStore(store).withSnapshotStore(store).withSnapshots(.every(interval)).behavior,
            name: "cart")
    }

    /// Adds items in one batch, and answers what is in the cart when it is durable.
    @discardableResult
    func add(_ items: String...) async throws -> [String] {
        try await cart.ask(timeout: .seconds(60)) { Add(items: items, replyTo: $0) }
    }

    /// What is in the cart.
    func items() async throws -> [String] { try await add() }

    /// Stops the cart; what it acknowledged stays.
    func shutDown() async { await system.shutdown() }
}

/// Where a commit stands, in the order of the design; an append and a snapshot have a moment on both sides.
enum CommitMoment: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
    case handler
    case fold
    case beforeAppend
    case afterAppend
    case beforeSnapshot
    case afterSnapshot
    case hook

    var description: String { rawValue }

    /// Whether the batch is durable at this moment.
    var isAppended: Bool {
        switch self {
        case .handler, .fold, .beforeAppend: false
        case .afterAppend, .beforeSnapshot, .afterSnapshot, .hook: true
        }
    }

    /// Whether the snapshot behind the batch is durable at this moment.
    var isSnapshotSaved: Bool { self == .afterSnapshot || self == .hook }
}
