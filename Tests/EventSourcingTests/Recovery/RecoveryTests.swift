import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Recovery")
struct RecoveryTests {
    @Test("engine 85: an empty stream gives the empty state")
    func empty() throws {
        let stage = try CartStage()
        #expect(try stage.items(stage.spawn()) == [])
    }

    @Test("RecoveryCompleted is told once, before any command, also for an empty stream", arguments: [0, 2])
    func recoveryCompleted(events: Int) throws {
        let stage = try CartStage()
        if events == 2 { try stage.given(items: "apple", "banana") }
        let seen = Recorder<String>()
        let behavior = try stage.cart().behavior.onSignal { _, signal in
            if let completed = signal as? RecoveryCompleted {
                seen.add("completed \(completed.persistenceID) \(completed.sequenceNumber)")
            }
            return .same
        }
        let cart = stage.system.spawn(behavior)
        stage.tell(cart, .doing(.none.thenRun { seen.add("command \($0.items.count)") }))
        #expect(seen.values == ["completed Cart|cart-1 \(events)", "command \(events)"])
    }

    /// A cart that tells of each recovery, and fails the first time it starts where it is to.
    private func telling(
        _ cart: CartBehavior, _ seen: Recorder<Int64>, failingAtStart: Bool = false
    ) -> Behavior<CartCommand> {
        let starts = Recorder<Bool>()
        return cart.behavior.onSignal { _, signal in
            switch signal {
            case is PreStart where failingAtStart, is PostRestart where failingAtStart:
                starts.add(true)
                if starts.values.count < 2 { throw Failure("no start") }
            case let completed as RecoveryCompleted: seen.add(completed.sequenceNumber)
            default: break
            }
            return .same
        }
    }

    private var afterASecond: SupervisionStrategy {
        .restart(
            atMost: 5, within: .seconds(60), backOff: .init(initial: .seconds(1), maximum: .seconds(1)))
    }

    @Test("a life that fails at its start does not leave its RecoveryCompleted to the next one")
    func failsAtStart() throws {
        let (stage, seen) = (try CartStage(), Recorder<Int64>())
        try stage.given(items: "apple")
        stage.system.spawn(telling(try stage.cart().supervised(by: afterASecond), seen, failingAtStart: true))
        stage.scheduler.drain()
        try stage.given(itemAt: 2, "banana")
        stage.scheduler.advance(by: .seconds(1))
        #expect(seen.values == [2])
    }

    @Test("an entity that is restarted with a sibling while it recovers is told of each recovery in its turn")
    func siblingFails() throws {
        let (stage, seen) = (try CartStage(), Recorder<Int64>())
        let store = PausingStore(in: stage.system)
        func give(_ number: Int64) throws {
            let (event, id) = (try CartEvent.registry().encode(.added("apple")), stage.id)
            try stage.scheduler.run {
                try await store.base.importHistory([
                    ImportedEvent(
                        persistenceID: id, sequenceNumber: number,
                        event: NewEvent(type: event.type, payload: event.payload, timestamp: .epoch),
                        writer: .named("A"))
                ])
            }
        }
        try give(1)
        store.pause(head: .milliseconds(500))
        stage.system.spawn(telling(try stage.bareCart().withEventStore(store), seen))
        let sibling = stage.system.spawn(
            Behavior<Int>.receive { _, _ in throw Failure("sibling") }.supervised(by: afterASecond.allForOne()))
        stage.scheduler.drain()
        sibling.tell(1)
        stage.scheduler.advance(by: .milliseconds(500))
        #expect(seen.values == [1])
        try give(2)
        stage.scheduler.advance(by: .seconds(2))
        #expect(seen.values == [1, 2])
    }

    @Test("commands that come during recovery wait, and are handled in their order")
    func order() throws {
        let stage = try CartStage()
        try stage.given(items: "apple")
        let cart = try stage.spawn()
        for item in ["banana", "cherry", "date"] { cart.tell(.add(item)) }
        stage.scheduler.drain()
        #expect(try stage.items(cart) == ["apple", "banana", "cherry", "date"])
    }

    @Test("recovery writes nothing")
    func writesNothing() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1))
        _ = try stage.items(stage.spawn())
        let (store, id) = (stage.store, stage.id)
        let head = try stage.scheduler.run { try await store.head(of: id) }
        #expect(head?.lastWriter == .named("A"))
        #expect(head?.epoch == 1)
        #expect(store.appendCount == 0)
    }

    @Test("engine 155: a gap in the events is an error that names the missing number")
    func gap() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "banana", "A", 1), (4, "date", "A", 1))
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(error.persistenceID == stage.id)
        #expect(error.sequenceNumber == 3)
        #expect(error.phase == .events)
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #3 (events): the event is missing, the next one is #4")
    }

    @Test("a number that stands twice is an error")
    func duplicate() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana")
        stage.store.spoilEvent(2, as: .twice)
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(error.description == "Cart|cart-1 could not be recovered at #2 (events): the number stands twice")
    }

    @Test("engine 156: a head that says more than the events do is an error, and never an empty entity")
    func headMismatch() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        for number in Int64(1)...3 { stage.store.spoilEvent(number, as: .missing) }
        let none = try #require(stage.recoveryError(try stage.cart()))
        #expect(none.phase == .head)
        #expect(
            none.description
                == "Cart|cart-1 could not be recovered at #1 (head): the head says #3, and the events end at #0")
        for number in Int64(1)...2 { stage.store.spoilEvent(number, as: nil) }
        let last = try #require(stage.recoveryError(try stage.cart()))
        #expect(last.sequenceNumber == 3)
        #expect(last.phase == .head)
    }

    @Test("engine 156: events that were deleted and that no snapshot holds are an error")
    func pruned() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        try stage.given(deletedTo: 2)
        let error = try #require(stage.recoveryError(try stage.cart().withSnapshots(.never)))
        #expect(error.phase == .snapshot)
        #expect(error.sequenceNumber == 1)
        try stage.given(snapshotAt: 1, ["apple"])
        #expect(stage.recoveryError(try stage.cart().withSnapshots(.never))?.sequenceNumber == 2)
        try stage.given(snapshotAt: 2, ["apple", "banana"])
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        #expect(try stage.items(cart) == ["apple", "banana", "cherry"])
    }

    @Test("a row that does not fit its checksum is an error before it is decoded")
    func damaged() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana")
        stage.store.spoilEvent(2, as: .damaged)
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #2 (events): the stored event does not fit its checksum")
    }

    @Test(
        "engine 158: an event that can't be decoded is an error with stream, number, type and byte, without the payload"
    )
    func undecodable() throws {
        let stage = try CartStage()
        try stage.given(items: "apple")
        try stage.given(type: "ItemAdded", payload: #"{"item":4711}"#, at: 2)
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(error.sequenceNumber == 2)
        #expect(error.phase == .decode)
        #expect(error.description.contains("ItemAdded version 1 could not be decoded: 'item' is a number"))
        #expect(error.description.contains("byte"))
        #expect(!error.description.contains("4711"))
    }

    @Test("engine 158: an event of an unknown type is an error")
    func unknownType() throws {
        let stage = try CartStage()
        try stage.given(type: "ItemLost", payload: "{}", at: 1)
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #1 (decode): the event type ItemLost is unknown")
    }

    @Test("a stored event that does not fold is an error")
    func doesNotFold() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "poison")
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(
            error.description == "Cart|cart-1 could not be recovered at #2 (fold): poison does not fold")
    }

    @Test("every ask that waits while recovery fails is told why, and the commands are dead letters")
    func waitingAsks() throws {
        let stage = try CartStage()
        try stage.given((2, "banana", "A", 1))
        let cart = try stage.spawn()
        let replies = (1...3).map { _ in
            cart.askLater(timeout: .seconds(1)) { (replyTo: ActorRef<Int>) in
                CartCommand("count") { _, cart in .reply(to: replyTo, cart.items.count) }
            }
        }
        stage.scheduler.drain()
        #expect(cart.isStopped)
        for reply in replies { #expect(rejection(reply.result) is RecoveryError) }
        #expect(stage.system.deadLetters.count == 3)
    }

    @Test("a store that is away for a while kills nobody: the entity comes back, and the commands waited")
    func backOff() throws {
        let stage = try CartStage()
        try stage.given(items: "apple")
        stage.store.failRecovery(2)
        let cart = try stage.spawn()
        let reply = cart.askLater(timeout: .seconds(5)) { (replyTo: ActorRef<[String]>) in
            CartCommand("add") { _, _ in .persist(.added("banana")).thenReply(to: replyTo) { $0.items } }
        }
        stage.scheduler.drain()
        #expect(reply.result == nil)
        // The second wait is twice as long as the first, and some more.
        stage.scheduler.advance(by: .milliseconds(350))
        #expect(try reply.result?.get() == ["apple", "banana"])
    }

    @Test("a store that stays away stops the entity at last, and the asker is told by the store's own error")
    func staysAway() throws {
        let stage = try CartStage()
        stage.store.failRecovery(11)
        let cart = try stage.spawn()
        let reply = cart.askLater(timeout: .seconds(600)) { (replyTo: ActorRef<Int>) in
            CartCommand("count") { _, cart in .reply(to: replyTo, cart.items.count) }
        }
        stage.scheduler.advance(by: .seconds(60))
        #expect((rejection(reply.result) as? StoreError)?.reason == .busy)
        #expect(cart.isStopped)
    }

    @Test(
        "a store that can't be read at all stops the entity at once", arguments: [StoreError.Reason.corrupt, .missing])
    func unreadable(reason: StoreError.Reason) throws {
        let stage = try CartStage()
        stage.store.failRecovery(with: reason)
        let cart = try stage.spawn()
        #expect((rejection(stage.add(cart, "apple")) as? StoreError)?.reason == reason)
        #expect(cart.isStopped)
    }

    @Test("engine 161: a long history is read in bounded pages")
    func pages() throws {
        let stage = try CartStage()
        let registry = try CartEvent.registry()
        let clear = try registry.encode(.cleared(CartCleared()))
        let add = try registry.encode(.added("apple"))
        let time = stage.scheduler.now
        let id = stage.id
        // The state stays small, so that only the reading could grow.
        try stage.given(
            (Int64(1)...100_000).map { number in
                let encoded = number % 10 == 0 ? clear : add
                return ImportedEvent(
                    persistenceID: id, sequenceNumber: number,
                    event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: time),
                    writer: .named("A"), epoch: 1)
            })
        let cart = try stage.spawn()
        #expect(try stage.items(cart) == [])
        let pages = stage.store.pageSizes
        #expect(pages.reduce(0, +) == 100_000)
        #expect(pages.allSatisfy { $0 <= 10_000 })
        _ = stage.add(cart, "banana")
        #expect(try stage.stored().last == #"100001 ItemAdded {"item":"banana"}"#)
    }
}
