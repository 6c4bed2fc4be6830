import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("Snippets about recovery")
struct RecoverySnippets {
    private let store = UnreliableStore()
    private let scheduler = StepScheduler()
    private let id: PersistenceID

    init() throws { id = try PersistenceID("Cart", "cart-1") }

    @Test("the end of a recovery is a signal")
    func completed() throws {
        let system = ActorSystem(name: "shop", scheduler: scheduler)
        let seen = Locked<[String]>([])
        let cart = try Cart(persistenceID: id).behavior(on: store)
        let show: @Sendable (String) -> Void = { line in seen.withLock { $0.append(line) } }
        // snippet
        let behavior = cart.behavior.onSignal { _, signal in
            if let completed = signal as? RecoveryCompleted {
                show("\(completed.persistenceID) is at #\(completed.sequenceNumber)")
            }
            return .same
        }
        // end
        _ = system.spawn(behavior)
        scheduler.drain()
        #expect(seen.withLock { $0 } == ["Cart|cart-1 is at #0"])
    }

    @Test("a store that is away is asked again, with longer and longer waits")
    func backOff() throws {
        let system = ActorSystem(name: "shop", scheduler: scheduler)
        store.failRecovery(2)
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store).supervised(
            by: .restart(
                atMost: 3, within: .seconds(10), backOff: .init(initial: .milliseconds(50), maximum: .seconds(1))))
        // end
        let reply = system.spawn(cart.behavior).askLater(timeout: .seconds(5)) { CartCommand.add("tea", replyTo: $0) }
        scheduler.drain()
        #expect(reply.result == nil)
        scheduler.advance(by: .milliseconds(300))
        #expect(try reply.result?.get() == ["tea"])
    }

    /// What a cart holds that begins with three items; its second event is damaged.
    private func items(_ cart: EventSourcedBehavior<CartCommand, CartEvent, Cart.State>) throws -> [String]? {
        let system = ActorSystem(name: "shop", scheduler: scheduler)
        let history = try ["tea", "cup", "pot"].enumerated().map { index, sku in
            let (type, version, payload) = try Cart.registry.encode(.itemAdded(.init(sku: sku)))
            return ImportedEvent(
                persistenceID: id, sequenceNumber: Int64(index) + 1,
                event: NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch),
                writer: system.writerID, epoch: 1)
        }
        let store = store
        try scheduler.run { try await store.importHistory(history) }
        store.spoilEvent(2, as: .damaged)
        let reply = system.spawn(cart.behavior).askLater(timeout: .seconds(5)) { CartCommand.items(replyTo: $0) }
        scheduler.drain()
        return try reply.result?.get()
    }

    @Test("a policy leaves out what can't be taken")
    func policy() throws {
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store)
            .withRecovery(.strict.skipping(.gap).quarantining(.damaged, .undecodable))
        // end
        #expect(try items(cart) == ["tea", "pot"])
        let (store, id) = (store, id)
        #expect(
            try scheduler.run { try await store.quarantined(of: id, after: 0, limit: 10).map(\.sequenceNumber) } == [2])
    }

    @Test("an observer sees how far a recovery has come")
    func progress() throws {
        let seen = Locked<[String]>([])
        let show: @Sendable (String) -> Void = { line in seen.withLock { $0.append(line) } }
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store).withRecoveryObserver { progress in
            show("\(progress.eventsDone) of \(progress.eventsTotal)")
            return .next
        }
        // end
        _ = try? items(cart)
        #expect(seen.withLock { $0 } == ["0 of 3"])
    }

    @Test("a history that can't be folded is told with its four fields")
    func error() throws {
        let test = try EventSourcedTest(Cart(persistenceID: id))
        try test.given(.itemAdded(.init(sku: "tea")), .itemAdded(.init(sku: "cup")), .checkedOut(.init()))
        test.store.spoilEvent(2, as: .damaged)
        let error = try test.when { .add("pot", replyTo: $0) }.thenNoEvents().thenRejected(with: RecoveryError.self)
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #2 (events): the stored event does not fit its checksum")
        #expect(error.persistenceID == id && error.sequenceNumber == 2 && error.phase == .events)
    }
}
