import Actors
import EventSourcingTestKit
import TestSupport
import Testing

@testable import EventSourcing

@Suite("Recovery that leaves events out")
struct RecoveryPolicyTests {
    @Test("a policy is strict unless it says otherwise, and each change is a copy")
    func copies() {
        let strict = RecoveryPolicy.strict
        let policy = strict.skipping(.gap, .fold).quarantining(.undecodable)
        #expect(RecoveryPolicy.Fault.allCases.allSatisfy { strict.answer(to: $0) == .fail })
        #expect(policy.answer(to: .gap) == .skip)
        #expect(policy.answer(to: .fold) == .skip)
        #expect(policy.answer(to: .undecodable) == .quarantine)
        #expect(policy.answer(to: .damaged) == .fail)
    }

    @Test("engine 158: an event that can't be decoded is skipped where the policy says so, and named in a warning")
    func skipsUndecodable() throws {
        let stage = try CartStage()
        try stage.given(items: "apple")
        try stage.given(type: "ItemLost", payload: "{}", at: 2)
        try stage.given(itemAt: 3, "cherry")
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.undecodable)))
        #expect(try stage.items(cart) == ["apple", "cherry"])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: recovery left out #2 (decode): the event type ItemLost is unknown"
            ])
        stage.tell(cart, .add("date"))
        #expect(try stage.numbers() == [1, 2, 3, 4])
    }

    @Test("an event that does not fold is skipped with all that its fold had done")
    func skipsFold() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "poison", "cherry")
        let behavior = try CartBehavior(
            id: stage.id, emptyState: Cart(), events: CartEvent.registry(),
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in
                if case .added(let event) = event { cart.items.append(event.item) }
                if cart.items.last == "poison" { throw Failure("too late") }
            }
        ).withEventStore(stage.store).withRecovery(.strict.skipping(.fold))
        #expect(try stage.items(stage.spawn(behavior)) == ["apple", "cherry"])
        #expect(stage.log.warnings == ["Cart|cart-1: recovery left out #2 (fold): Failure was thrown"])
    }

    @Test("a damaged event, a number that stands twice and a gap are skipped")
    func skipsStructure() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "banana", "A", 1), (5, "egg", "A", 1), (6, "fig", "A", 1))
        stage.store.spoilEvent(2, as: .damaged)
        stage.store.spoilEvent(5, as: .twice)
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.gap, .duplicate, .damaged)))
        #expect(try stage.items(cart) == ["apple", "egg", "fig"])
        #expect(
            stage.log.warnings.map { $0.replacingPrefix("Cart|cart-1: recovery left out ") } == [
                "#2 (events): the stored event does not fit its checksum",
                "#3 (events): the event is missing, the next one is #5",
                "#5 (events): the number stands twice",
            ])
        stage.tell(cart, .add("grape"))
        #expect(try stage.numbers().last == 7)
    }

    @Test("a head that says too much is skipped, and the next number is one more than it")
    func skipsHeadMismatch() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        for number in Int64(2)...3 { stage.store.spoilEvent(number, as: .missing) }
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.headMismatch)))
        #expect(try stage.add(cart, "date")?.get() == ["apple", "date"])
        #expect(try stage.numbers().last == 4)
        #expect(
            stage.log.warnings.first
                == "Cart|cart-1: recovery left out #2 (head): the head says #3, and the events end at #1")
    }

    @Test("a gap longer than a page is crossed at once")
    func longGap() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (9_000_000_000_000, "far", "A", 1))
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.gap)))
        #expect(try stage.items(cart) == ["apple", "far"])
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #2 (events): the event is missing, "
                + "the next one is #9000000000000")
    }

    @Test("what a page leaves out is said and set apart, also where a later event of the page ends the recovery")
    func saidBeforeFailing() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "poison", "A", 1), (3, "cherry", "A", 1), (5, "egg", "A", 1))
        let error = try #require(stage.recoveryError(try stage.cart().withRecovery(.strict.quarantining(.fold))))
        #expect(error.sequenceNumber == 4)
        #expect(stage.log.warnings == ["Cart|cart-1: recovery left out #2 (fold): Failure was thrown"])
        let store = stage.store
        #expect(
            try stage.scheduler.run { try await store.quarantined(after: nil, limit: 10).map(\.sequenceNumber) } == [2])
        #expect(stage.recoveryError(try stage.cart().withRecovery(.strict.quarantining(.fold)))?.sequenceNumber == 4)
        #expect(stage.log.warnings.count == 2, "the event that is set apart is named once in each recovery")
    }

    @Test("a reason that is longer than a store takes is cut, and the event is set apart all the same")
    func longReason() throws {
        let stage = try CartStage()
        try stage.given(items: "apple")
        // Two bytes each, behind an odd number of others: the cut comes in the middle of one.
        try stage.given(type: String(repeating: "é", count: StoredText.longest), payload: "{}", at: 2)
        #expect(
            try stage.items(stage.spawn(try stage.cart().withRecovery(.strict.quarantining(.undecodable)))) == ["apple"]
        )
        let store = stage.store
        let reasons = try stage.scheduler.run { try await store.quarantined(after: nil, limit: 10).map(\.reason) }
        #expect(reasons.count == 1)
        let reason = try #require(reasons.first)
        #expect((StoredText.longest - 1...StoredText.longest).contains(reason.utf8.count))
        #expect(reason.hasPrefix("the event type éé") && reason.hasSuffix("éé…"))
    }

    @Test("engine 158: a quarantined event is listed with its reason, and stays out of every later recovery")
    func quarantines() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "poison", "cherry")
        let first = stage.spawn(try stage.cart().withRecovery(.strict.quarantining(.fold)))
        #expect(try stage.items(first) == ["apple", "cherry"])
        let (store, id) = (stage.store, stage.id)
        let listed = try stage.scheduler.run { try await store.quarantined(after: nil, limit: 10) }
        #expect(
            listed == [
                QuarantinedEvent(
                    persistenceID: id, sequenceNumber: 2, reason: "Failure was thrown",
                    timestamp: stage.scheduler.now, writer: stage.system.writerID)
            ])
        // A strict recovery leaves it out as well: somebody has decided about it.
        #expect(try stage.items(stage.spawn()) == ["apple", "cherry"])
        #expect(
            stage.log.warnings.dropFirst() == [
                "Cart|cart-1: recovery left out #2, set apart in quarantine; no strategy takes a snapshot of this state"
            ])

        let time = stage.scheduler.now
        let wasApart = try stage.scheduler.run { try await store.release(id, sequenceNumber: 2, at: time) }
        #expect(wasApart)
        #expect(stage.recoveryError(try stage.cart())?.sequenceNumber == 2)
    }

    @Test("an event that a person set apart is left out of a writer conflict too")
    func quarantinedConflict() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "banana", "B", 2), (3, "late", "A", 1))
        #expect(stage.recoveryError(try stage.cart())?.phase == .filter)
        let (store, id, time) = (stage.store, stage.id, stage.scheduler.now)
        try stage.scheduler.run {
            _ = try await store.quarantine(
                QuarantinedEvent(
                    persistenceID: id, sequenceNumber: 3, reason: "by hand", timestamp: time, writer: .named("C")))
        }
        #expect(try stage.items(stage.spawn()) == ["apple", "banana"])
    }

    @Test("quarantining on a store that can't is refused with a sentence")
    func withoutQuarantine() throws {
        let stage = try CartStage()
        let behavior = try stage.bareCart().withEventStore(PlainStore(base: stage.store.base))
            .withRecovery(.strict.quarantining(.fold))
        let error = rejection(stage.add(stage.spawn(behavior), "apple"))
        #expect(
            error.map { "\($0)" }
                == "Cart|cart-1 is to quarantine events, and its event store is no QuarantineStore; "
                + "use skipping(_:), or another store")
    }

    @Test("of a number that stands twice the first event counts, now and later")
    func quarantinedDuplicate() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana")
        stage.store.spoilEvent(2, as: .twice)
        for _ in 1...2 {
            let cart = stage.spawn(try stage.cart().withRecovery(.strict.quarantining(.duplicate)))
            #expect(try stage.items(cart) == ["apple", "banana"])
        }
    }

    @Test("a damaged row is the next number, whatever it claims to be", arguments: [0, 3, 1 << 62, .max, .min])
    func damagedNumber(claimed: Int64) throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        stage.store.spoilEvent(2, as: .damagedNumber(claimed))
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.damaged)))
        #expect(try stage.add(cart, "date")?.get() == ["apple", "cherry", "date"])
        #expect(try stage.numbers() == [1, 2, 3, 4])
        #expect(stage.recoveryError(try stage.cart())?.sequenceNumber == 2)
    }

    @Test("a row that the store can't read is a damaged event, and those around it are read")
    func unreadableRow() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        stage.store.spoilEvent(2, as: .unreadable)
        let cart = stage.spawn(try stage.cart().withRecovery(.strict.skipping(.damaged)))
        #expect(try stage.items(cart) == ["apple", "cherry"])
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(error.sequenceNumber == 2)
        #expect(error.phase == .events)
    }

    @Test("an event that is set apart is the same to the replay filter in every recovery")
    func filterIsTheSame() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "poison", "B", 2), (3, "cherry", "A", 1))
        for _ in 1...2 {
            let cart = stage.spawn(
                try stage.cart().withReplayFilter(ReplayFilter(mode: .repairByDiscardOld))
                    .withRecovery(.strict.quarantining(.fold)))
            #expect(try stage.items(cart) == ["apple", "cherry"])
        }
    }

    @Test("a snapshot that may hold an event which was set apart later is passed over")
    func snapshotBeforeQuarantine() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "banana", "cherry")
        try stage.given(snapshotAt: 3, ["apple", "banana", "cherry"])
        stage.scheduler.advance(by: .seconds(1))
        let (store, id, time) = (stage.store, stage.id, stage.scheduler.now)
        try stage.scheduler.run {
            _ = try await store.quarantine(
                QuarantinedEvent(
                    persistenceID: id, sequenceNumber: 2, reason: "by hand", timestamp: time, writer: .named("C")))
        }
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["apple", "cherry"])
        #expect(
            stage.log.warnings.first
                == "Cart|cart-1: the snapshot at #3 can't be used: #2 was set apart after it was taken")
    }

    @Test("an event that is set apart while the entity runs keeps it from taking snapshots of the state that holds it")
    func setApartMeanwhile() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.every(3)))
        stage.tell(cart, .add("apple"), .add("banana"))
        let (store, id, time) = (stage.store, stage.id, stage.scheduler.now)
        try stage.scheduler.run {
            _ = try await store.quarantine(
                QuarantinedEvent(
                    persistenceID: id, sequenceNumber: 2, reason: "by hand", timestamp: time, writer: .named("C")))
        }
        stage.tell(cart, .add("cherry"))
        #expect(try stage.snapshots() == [])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: the snapshot at #3 is not taken: #2 was set apart while the entity ran, and is in its state"
            ])
        #expect(try stage.items(stage.spawn()) == ["apple", "cherry"])
    }

    @Test("an accepted repair outlives a restart, although time went on between the snapshot and what it sets apart")
    func acceptanceOutlives() async throws {
        let system = ActorSystem(name: "running")
        let store = InMemoryStore()
        let id = try PersistenceID("Cart", "cart-1")
        let registry = try CartEvent.registry()
        let history = try zip(Int64(1)..., ["apple", "poison", "cherry", "poison"]).map { number, item in
            let encoded = try registry.encode(.added(item))
            return ImportedEvent(
                persistenceID: id, sequenceNumber: number,
                event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: system.now),
                writer: .named("A"), epoch: 1)
        }
        try await store.importHistory(history)
        let strict = CartBehavior(
            id: id, emptyState: Cart(), events: registry,
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in try cart.apply(event) }
        ).withEventStore(store).withSnapshotStore(store).withSnapshots(.never)
        func items(_ behavior: CartBehavior, _ effect: @escaping @Sendable (CartEffect) -> CartEffect) async throws
            -> [String]
        {
            try await system.spawn(behavior.behavior).ask(timeout: .seconds(600)) { replyTo in
                CartCommand("items") { _, _ in effect(.none).thenReply(to: replyTo) { $0.items } }
            }
        }
        let lenient = strict.withRecovery(.strict.skipping(.fold))
        #expect(try await items(lenient) { $0.thenSnapshot(acceptingRepair: true) } == ["apple", "cherry"])
        #expect(try await items(strict) { $0 } == ["apple", "cherry"])
        await system.shutdown()
    }

    @Test("no strategy takes a snapshot of a state with events left out; a person who accepts it does")
    func acceptance() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "poison")
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(1) || .onStop).withRecovery(.strict.skipping(.fold)))
        stage.tell(cart, .add("cherry"), .doing(.none.thenSnapshot()))
        #expect(try stage.snapshots() == [])
        #expect(
            stage.log.warnings.last
                == "Cart|cart-1: the snapshot at #3 is not taken: events were left out of the state; "
                + "thenSnapshot(acceptingRepair:) accepts that")
        stage.tell(cart, .doing(.none.thenSnapshot(acceptingRepair: true)), .add("date"))
        #expect(try stage.snapshots() == [3, 4])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["apple", "cherry", "date"])
    }
}

/// A store that can't set events apart.
private struct PlainStore: ForwardingStore {
    let base: InMemoryStore

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
