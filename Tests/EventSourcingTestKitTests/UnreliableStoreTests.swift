import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("A store that fails where a test says so")
struct UnreliableStoreTests {
    private typealias CartTest = EventSourcedTest<Cart.Command, Cart.Event, Cart.State>

    private func cart() throws -> CartTest { try CartTest(Cart(persistenceID: PersistenceID("Cart", "cart-1"))) }

    private func cartWithSnapshots() throws -> CartTest {
        CartTest(try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior().withSnapshots(.never))
    }

    @Test("a slow store keeps the command waiting in virtual time, and nobody waits in truth")
    func slow() throws {
        let test = try cart()
        let start = test.scheduler.now
        test.store.slowDown(by: .seconds(2), in: test.system)
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"])
        // The head at the recovery, what is quarantined, and the append.
        #expect(test.scheduler.now == start.adding(.seconds(6)))
    }

    @Test("a store that is slow by a clock which nobody moves ends the test with a sentence")
    func stalled() throws {
        let test = try cart()
        let other = ActorSystem(name: "other", scheduler: StepScheduler())
        test.store.slowDown(by: .seconds(2), in: other)
        #expect(
            try sentence { try test.when(.clear) }
                == "Cart|cart-1: the store still waits after 10000 delays; slow it down in this test's system")
    }

    @Test("a store that is slower than the asker waits: the asker is told, and the event is there all the same")
    func tooSlow() throws {
        let test = try cart()
        try test.when(.clear)
        test.store.slowDown(by: .seconds(2), in: test.system)
        let outcome = try test.when(timeout: .seconds(1)) { .add("apple", replyTo: $0) }.thenEvents(.added("apple"))
        guard case .failure(.timedOut) = outcome.reply else {
            Issue.record("the ask has not timed out")
            return
        }
    }

    @Test("a disconnected store refuses every call until it is connected again")
    func disconnected() throws {
        let test = try cart()
        try test.when { .add("apple", replyTo: $0) }
        test.store.disconnect()
        let refused = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .closed)
        test.store.reconnect()
        try test.when { .add("plum", replyTo: $0) }.thenReply(["apple", "plum"])
    }

    @Test("a conflict leaves nothing, and another writer's event before an append makes a true one")
    func conflict() throws {
        let test = try cart()
        test.store.failAppend(2, with: .conflict)
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"])
        let conflict = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
            .thenRejected(with: ConcurrentModificationError.self)
        #expect(conflict.actual == 1)
        let writer = test.system.writerID
        test.store.beforeAppend { store in
            let (type, version, payload) = try Cart.registry.encode(.added("theirs"))
            _ = try await store.append(
                [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)],
                to: PersistenceID("Cart", "cart-1"), expecting: .any, by: writer, epoch: nil, with: .none)
        }
        let overtaken = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
            .thenState(Cart.State(items: ["apple", "theirs"]))
        #expect(try overtaken.thenRejected(with: ConcurrentModificationError.self).actual == 2)
    }

    @Test("a fenced entity stops, and its asker is told by whom")
    func fenced() throws {
        let test = try cart()
        let other = WriterID(ULID(high: 7, low: 7))
        test.store.failAppend(with: .fenced(by: other))
        let outcome = try test.when { .add("apple", replyTo: $0) }.thenNoEvents().thenStopped()
        #expect(try outcome.thenRejected(with: WriterFencedError.self).writer == other)
    }

    @Test("an append whose answer is lost before the commit leaves nothing, and nobody knows")
    func lostBeforeCommit() throws {
        let test = try cart()
        test.store.failAppend(with: .lostBeforeCommit)
        try test.when { .add("apple", replyTo: $0) }.thenOutcomeUnknown().thenNoEvents().thenStopped()
        #expect(test.store.appendCount == 1)
    }

    @Test("a command with an id that is asked again after an unknown outcome happens once")
    func commandID() throws {
        let test = try cart()
        let metadata = Metadata(commandID: test.nextID())
        test.store.failAppend(with: .lostAfterCommit)
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenOutcomeUnknown().thenEvents(.added("apple"))
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenNoEvents().thenReply(["apple"])
    }

    @Test("a command whose first handling is not found is known by the append, and happens once")
    func hiddenCommand() throws {
        let test = try cart()
        let metadata = Metadata(commandID: test.nextID())
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenReply(["apple"])
        test.store.hideCommands()
        try test.when(as: metadata) { .add("apple", replyTo: $0) }.thenNoEvents().thenReply(["apple"])
        #expect(test.store.appendCount == 2)
    }

    @Test("a snapshot that is not saved keeps no command from succeeding")
    func snapshotFails() throws {
        let behavior = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior()
            .withSnapshots(.every(1))
        let test = CartTest(behavior)
        test.store.failSnapshot()
        for expected in [["apple"], ["apple", "pear"]] {
            try test.when { .add(expected[expected.count - 1], replyTo: $0) }.thenReply(expected)
        }
        let (store, id) = (test.store, behavior.id)
        #expect(try test.scheduler.run { try await store.list(of: id).map(\.sequenceNumber) } == [2])
    }

    @Test("a snapshot that does not fit its checksum is passed over for the events, while they are there")
    func damagedSnapshot() throws {
        let kept = try cartWithSnapshots().given(.added("tea")).given(snapshot: Cart.State(items: ["tea"]))
        kept.store.spoilSnapshot(1)
        try kept.when { .add("pear", replyTo: $0) }.thenReply(["tea", "pear"])
        let pruned = try cartWithSnapshots().given(snapshot: Cart.State(items: ["tea"]), at: 3)
        pruned.store.spoilSnapshot(3)
        let error = try pruned.when { .add("pear", replyTo: $0) }.thenNoEvents().thenRejected(with: RecoveryError.self)
        #expect(error.phase == .snapshot)
    }

    @Test("a deletion that fails keeps the events, and no command from succeeding; one that does not is no loss")
    func deletion() throws {
        let behavior = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior()
            .withSnapshots(.every(1)).withRetention(.snapshots(keep: 1, deleteEvents: true))
        let test = CartTest(behavior)
        test.store.failDeletion()
        try test.when { .add("apple", replyTo: $0) }.thenReply(["apple"]).thenEvents(.added("apple"))
        #expect(try events(test) == [1])
        try test.when { .add("pear", replyTo: $0) }.thenReply(["apple", "pear"]).thenEvents(.added("pear"))
        #expect(try events(test) == [])
        #expect(test.store.snapshotCount == 2)
    }

    /// The numbers of the events that are there.
    private func events(_ test: CartTest) throws -> [Int64] {
        let (store, id) = (test.store.base, test.persistenceID)
        return try test.scheduler.run {
            try await store.load(id, from: 1, through: .max, fields: [], into: [Int64]()) { numbers, event in
                numbers.append(event.sequenceNumber)
                return .next
            }
        }
    }

    @Test("events that are missing, damaged or there twice reject the asker with the number and the cause")
    func spoiledEvents() throws {
        for (fault, cause) in [
            (EventFault.missing, "the event is missing, the next one is #3"), (.twice, "the number stands twice"),
            (.damaged, "the stored event does not fit its checksum"),
        ] {
            let test = try cart().given(.added("a"), .added("b"), .cleared(Cart.Event.Cleared()))
            test.store.spoilEvent(2, as: fault)
            let error = try test.when { .add("pear", replyTo: $0) }.thenNoEvents()
                .thenRejected(with: RecoveryError.self)
            #expect(error.description == "Cart|cart-1 could not be recovered at #2 (events): \(cause)")
        }
    }

    @Test("what another writer does in the middle of a recovery makes the first append a conflict, and loses nothing")
    func interruptedRecovery() throws {
        let test = try cart().given(.added("tea"))
        let writer = WriterID(ULID(high: 9, low: 9))
        test.store.duringRecovery { store in
            let (type, version, payload) = try Cart.registry.encode(.added("theirs"))
            _ = try await store.append(
                [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)],
                to: PersistenceID("Cart", "cart-1"), expecting: .any, by: writer, epoch: nil, with: .none)
        }
        try test.when { .add("pear", replyTo: $0) }.thenNoEvents().thenRejected(with: WriterFencedError.self)
        try test.when { .add("plum", replyTo: $0) }.thenReply(["tea", "theirs", "plum"])
    }

    @Test("a lease whose renewals are refused is lost when its term is over, and nothing is written")
    func renewals() throws {
        let store = UnreliableStore()
        let locks = try LeaseLockProvider(store, term: .seconds(3), waitingAtMost: .zero)
        let behavior = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior()
            .withLocking(.pessimistic(locks))
        let test = CartTest(behavior)
        store.failRenewals(with: .busy)
        // The head under the lock takes longer than the lease lasts.
        test.store.slowDown(by: .seconds(4), in: test.system)
        let refused = try test.when { .add("apple", replyTo: $0) }.thenNoEvents()
        try refused.thenRejected(with: LockError.self)
        #expect(store.renewalCount > 0)
        store.failRenewals(with: nil)
        try test.when { .add("pear", replyTo: $0) }.thenReply(["pear"])
    }
}
