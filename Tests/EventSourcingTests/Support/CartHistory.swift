import Actors
import EventSourcing
import EventSourcingTestKit

extension CartStage {
    /// Puts a history into the store as it is: an event for each row, with its own number, writer and epoch.
    func given(_ rows: (number: Int64, item: String, writer: Character, epoch: Int64)...) throws {
        let registry = try CartEvent.registry()
        let history = try rows.map { row in
            let encoded = try registry.encode(.added(row.item))
            return ImportedEvent(
                persistenceID: id, sequenceNumber: row.number,
                event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: scheduler.now),
                writer: .named(row.writer), epoch: row.epoch)
        }
        try given(history)
    }

    /// Puts a history of one writer into the store, with an event for each name from number 1 on.
    func given(items: String...) throws {
        let registry = try CartEvent.registry()
        try given(
            zip(Int64(1)..., items).map { number, item in
                let encoded = try registry.encode(.added(item))
                return ImportedEvent(
                    persistenceID: id, sequenceNumber: number,
                    event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: scheduler.now),
                    writer: .named("A"), epoch: 1)
            })
    }

    /// Puts one more event of the same writer into the store.
    func given(itemAt number: Int64, _ item: String) throws { try given((number, item, "A", 1)) }

    func given(_ history: [ImportedEvent]) throws {
        let store = store
        try scheduler.run { try await store.importHistory(history) }
    }

    /// Puts one event into the store whose type or payload nobody knows.
    func given(type: String, payload: String, at number: Int64) throws {
        let event = NewEvent(type: type, payload: Array(payload.utf8), timestamp: scheduler.now)
        try given([
            ImportedEvent(persistenceID: id, sequenceNumber: number, event: event, writer: .named("A"), epoch: 1)
        ])
    }

    /// Saves a snapshot of these items.
    func given(
        snapshotAt number: Int64, _ items: [String], writer: Character = "A", epoch: Int64 = 1,
        stateType: String = "Cart"
    ) throws {
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: stateType, writer: .named(writer), epoch: epoch,
            timestamp: scheduler.now, state: try SnapshotCodec<Cart>.json("Cart").encode(Cart(items: items)))
        let store = store
        try scheduler.run { try await store.save(snapshot) }
    }

    /// Deletes events up to a number.
    func given(deletedTo number: Int64) throws {
        let (store, id) = (store, id)
        _ = try scheduler.run { try await store.deleteEvents(of: id, upTo: number) }
    }

    /// The error that keeps the cart from being recovered.
    func recoveryError(_ cart: CartBehavior) -> RecoveryError? {
        let result: Result<[String], AskError>? = ask(spawn(cart)) { replyTo in
            CartCommand("items") { _, cart in .reply(to: replyTo, cart.items) }
        }
        return rejection(result) as? RecoveryError
    }
}
