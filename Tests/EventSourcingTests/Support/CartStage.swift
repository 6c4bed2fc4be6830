import Actors
import EventSourcing
import EventSourcingTestKit

/// What was seen, in order, readable from outside.
final class Recorder<Element: Sendable>: Sendable {
    private let stored = Locked<[Element]>([])

    var values: [Element] { stored.withLock { $0 } }

    func add(_ element: Element) { stored.withLock { $0.append(element) } }
}

/// Keeps what is logged.
struct RecordingLog: LogSink {
    let entries = Recorder<LogEntry>()

    func record(_ entry: LogEntry) { entries.add(entry) }

    var warnings: [String] { entries.values.filter { $0.level == .warning }.map(\.message) }
}

/// Which way an entity's commits take: through a store that suspends, or through one that does not.
enum StoreForm: CaseIterable, Sendable {
    case suspending
    case immediate
}

/// A stepped system with a store, on which carts live.
struct CartStage {
    let scheduler: StepScheduler
    let system: ActorSystem
    let log = RecordingLog()
    let store: UnreliableStore<InMemoryStore>
    let form: StoreForm
    let id: PersistenceID

    /// A new system, on the store of another one where given.
    init(
        _ form: StoreForm = .suspending, on store: UnreliableStore<InMemoryStore> = UnreliableStore(),
        sharing scheduler: StepScheduler? = nil
    ) throws {
        self.form = form
        self.scheduler = scheduler ?? StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
        self.store = store
        system = ActorSystem(name: "test", scheduler: self.scheduler, log: log)
        id = try PersistenceID("Cart", "cart-1")
    }

    /// The cart without a store.
    func bareCart() throws -> CartBehavior {
        try CartBehavior(
            id: id, emptyState: Cart(), events: CartEvent.registry(),
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in try cart.apply(event) })
    }

    /// The store that carts get; nothing fails in the immediate one, which is the other one's base.
    var cartStore: any EventStore & SnapshotStore {
        switch form {
        case .suspending: store
        case .immediate: store.base
        }
    }

    /// The cart with the store for events and snapshots.
    func cart() throws -> CartBehavior { try bareCart().withEventStore(cartStore).withSnapshotStore(cartStore) }

    func spawn(_ cart: CartBehavior) -> ActorRef<CartCommand> { system.spawn(cart.behavior, name: "cart") }

    func spawn() throws -> ActorRef<CartCommand> { spawn(try cart()) }

    /// Sends commands and handles all that follows.
    func tell(_ cart: ActorRef<CartCommand>, _ commands: CartCommand...) {
        for command in commands { cart.tell(command) }
        scheduler.drain()
    }

    /// Asks, and handles all that follows; nil when nothing has answered then.
    func ask<Reply: Sendable>(
        _ cart: ActorRef<CartCommand>, _ make: (ActorRef<Reply>) -> CartCommand
    ) -> Result<Reply, AskError>? {
        let reply = cart.askLater(timeout: .seconds(5), make)
        scheduler.drain()
        return reply.result
    }

    /// Adds items and answers the cart's items behind them, or why not.
    func add(_ cart: ActorRef<CartCommand>, _ items: String...) -> Result<[String], AskError>? {
        ask(cart) { replyTo in
            CartCommand("add") { _, _ in
                .persist(items.map { .added($0) }).thenReply(to: replyTo) { $0.items }
            }
        }
    }

    /// The items of a running cart.
    func items(_ cart: ActorRef<CartCommand>) throws -> [String] {
        let result: Result<[String], AskError>? = ask(cart) { replyTo in
            CartCommand("items") { _, cart in .reply(to: replyTo, cart.items) }
        }
        guard let result else { throw Failure("the cart did not answer") }
        return try result.get()
    }

    /// The stored events, as `number type payload`.
    func stored() throws -> [String] {
        let (store, id) = (store.base, id)
        return try scheduler.run {
            try await store.load(id, from: 1, through: .max, fields: .all, into: []) { rows, event in
                let payload = event.withPayload { String(decoding: $0, as: UTF8.self) }
                rows.append("\(event.sequenceNumber) \(event.type) \(payload)")
                return .next
            }
        }
    }

    /// The numbers of the stored snapshots.
    func snapshots() throws -> [Int64] {
        let (store, id) = (store.base, id)
        return try scheduler.run { try await store.list(of: id).map(\.sequenceNumber) }
    }

    /// What was given up, as `command: reason`.
    var deadLetters: [String] { system.deadLetters.recent.map { "\($0.message): \($0.reason)" } }
}

extension WriterID {
    /// The writer with a letter: `.named("A")`.
    static func named(_ letter: Character) -> WriterID { WriterID(ULID(high: 0, low: UInt64(letter.asciiValue ?? 0))) }
}

/// What is known of an ask whose outcome is not; nil for any other end.
func unknownOutcome<Reply>(_ result: Result<Reply, AskError>?) -> OutcomeUnknownError? {
    if case .failure(let error) = result { unknownOutcome(error) } else { nil }
}

func unknownOutcome(_ error: AskError?) -> OutcomeUnknownError? {
    if case .outcomeUnknown(let cause) = error { cause as? OutcomeUnknownError } else { nil }
}

/// What an ask was rejected with; nil for any other end.
func rejection<Reply>(_ result: Result<Reply, AskError>?) -> (any Error)? {
    if case .failure(.rejected(let error)) = result { error } else { nil }
}
