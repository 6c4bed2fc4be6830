import Actors
import EventSourcing
import TestSupport
import Testing

/// A store in memory in which another system takes a snapshot, and deletes the events in it, just before events are read.
private final class ShorteningStore: ForwardingStore {
    let base = InMemoryStore()
    private let shortening = Locked<(@Sendable (InMemoryStore) async throws -> Void)?>(nil)

    func beforeNextLoad(_ shorten: @escaping @Sendable (InMemoryStore) async throws -> Void) {
        shortening.withLock { $0 = shorten }
    }

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await shortening.withLock { $0.take() }?(base)
        return try await base.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
    }
}

@Suite("A history that another system shortens while it is read")
struct ShortenedMeanwhileTests {
    private let stage: CartStage
    private let store = ShorteningStore()

    init() throws {
        stage = try CartStage()
        let (store, id) = (store, stage.id)
        try stage.scheduler.run {
            for (number, item) in zip(Int64(0)..., ["a", "b", "c", "d"]) {
                let (type, version, payload) = try CartEvent.registry().encode(.added(item))
                _ = try await store.append(
                    [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)], to: id,
                    expecting: .number(number), by: .named("A"), epoch: nil, with: .none)
            }
        }
    }

    /// Takes a snapshot at a number, as another system does, and deletes the events up to there.
    private func shorten(to number: Int64) -> @Sendable (InMemoryStore) async throws -> Void {
        let id = stage.id
        return { base in
            let items = Array(["a", "b", "c", "d"].prefix(Int(number)))
            try await base.save(
                StoredSnapshot(
                    persistenceID: id, sequenceNumber: number, stateType: "Cart", writer: .named("A"), epoch: 1,
                    timestamp: .epoch, state: try SnapshotCodec<Cart>.json("Cart").encode(Cart(items: items))))
            try await base.deleteEvents(of: id, upTo: number)
        }
    }

    private func cart(_ change: (CartBehavior) -> CartBehavior = { $0 }) throws -> ActorRef<CartCommand> {
        stage.spawn(
            change(
                try stage.bareCart().withEventStore(store).withSnapshotStore(store)
                    .withSnapshots(.never, codec: .json("Cart"))))
    }

    @Test("a recovery begins again with the other's snapshot", arguments: [1, 3, 4])
    func recovery(number: Int64) throws {
        store.beforeNextLoad(shorten(to: number))
        let cart = try cart()
        #expect(try stage.items(cart) == ["a", "b", "c", "d"])
        #expect(try stage.add(cart, "e")?.get() == ["a", "b", "c", "d", "e"])
    }

    @Test("a policy that leaves out what is missing leaves out nothing that is in the other's snapshot")
    func lenient() throws {
        store.beforeNextLoad(shorten(to: 3))
        let cart = try cart { $0.withRecovery(.strict.skipping(.gap, .headMismatch)) }
        #expect(try stage.items(cart) == ["a", "b", "c", "d"])
    }

    @Test("so does the reading of what others wrote, under a lock, whatever the policy", arguments: [false, true])
    func reload(isLenient: Bool) throws {
        let cart = try cart {
            $0.withLocking(.pessimistic(RecordingLocks()))
                .withRecovery(isLenient ? .strict.skipping(.gap, .headMismatch) : .strict)
        }
        #expect(try stage.items(cart).count == 4)
        let (store, id, shorten) = (store, stage.id, shorten(to: 4))
        try stage.scheduler.run {
            let (type, version, payload) = try CartEvent.registry().encode(.added("e"))
            _ = try await store.append(
                [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)], to: id,
                expecting: .number(4), by: .named("B"), epoch: nil, with: .none)
        }
        store.beforeNextLoad { base in
            try await shorten(base)
            try await base.save(
                StoredSnapshot(
                    persistenceID: id, sequenceNumber: 5, stateType: "Cart", writer: .named("B"), epoch: 2,
                    timestamp: .epoch,
                    state: try SnapshotCodec<Cart>.json("Cart").encode(Cart(items: ["a", "b", "c", "d", "e"]))))
            try await base.deleteEvents(of: id, upTo: 5)
        }
        #expect(try stage.items(cart) == ["a", "b", "c", "d", "e"])
    }

    @Test("an event that is missing where nothing was deleted is still an error")
    func gap() throws {
        let history = try CartStage()
        try history.given((1, "a", "A", 1), (3, "c", "A", 1))
        #expect(history.recoveryError(try history.cart())?.sequenceNumber == 2)
    }
}
