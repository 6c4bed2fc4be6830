import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("What fails, in both styles")
struct BothStylesFailureTests {
    private let stage: CartStage
    private let log = Recorder<String>()

    init() throws { stage = try CartStage() }

    @Test("engine 148: a refused append leaves state and store, and tells the asker", arguments: CartStyle.allCases)
    func refused(style: CartStyle) throws {
        stage.store.failAppend(with: .refused(.full))
        #expect((rejection(stage.add(try stage.spawn(style), "apple")) as? StoreError)?.reason == .full)
        #expect(try stage.add(stage.spawn(style), "banana")?.get() == ["banana"])
    }

    @Test("an append without an answer is an unknown outcome, and recovery finds out", arguments: CartStyle.allCases)
    func unknown(style: CartStyle) throws {
        stage.store.failAppend(with: .lostAfterCommit)
        let cart = try stage.spawn(style)
        guard case .failure(.outcomeUnknown) = stage.add(cart, "apple") else {
            Issue.record("the outcome is not unknown")
            return
        }
        #expect(cart.isStopped)
        #expect(try stage.items(stage.spawn(style)) == ["apple"])
    }

    @Test(
        "engine 149: an event that does not fold is not appended, and is not met again", arguments: CartStyle.allCases)
    func dryFold(style: CartStyle) throws {
        let cart = stage.spawn(try stage.cart(style).supervised(by: .resume))
        #expect(rejection(stage.add(cart, "apple", "poison")) as? Failure == Failure("poison does not fold"))
        #expect(stage.store.appendCount == 0)
        #expect(try stage.add(cart, "banana")?.get() == ["banana"])
        #expect(try stage.items(stage.spawn(style)) == ["banana"])
    }

    @Test("engine 150: a snapshot that is not saved is a warning and no more", arguments: CartStyle.allCases)
    func snapshotFails(style: CartStyle) throws {
        stage.store.failSnapshot()
        let cart = stage.spawn(try stage.cart(style).withSnapshots(.every(1)))
        #expect(try stage.add(cart, "apple")?.get() == ["apple"])
        #expect(stage.log.warnings.count == 1)
        #expect(try stage.add(cart, "banana")?.get() == ["apple", "banana"])
        #expect(try stage.snapshots() == [2])
    }

    @Test(
        "engine 152, 153: behind a hook that throws the others run, and the next number is right",
        arguments: CartStyle.allCases)
    func hookThrows(style: CartStyle) throws {
        let log = log
        let cart = stage.spawn(try stage.cart(style).supervised(by: .resume))
        stage.tell(
            cart,
            .doing(
                .persist(.added("apple")).thenRun { _ in throw Failure("boom") }.thenRun { _ in log.add("later") }))
        #expect(log.values == ["later"])
        #expect(try stage.add(cart, "banana")?.get() == ["apple", "banana"])
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2"])
    }

    @Test("engine 155: a gap in the events is an error that names the missing number", arguments: CartStyle.allCases)
    func gap(style: CartStyle) throws {
        try stage.given((1, "apple", "A", 1), (2, "banana", "A", 1), (4, "date", "A", 1))
        #expect(stage.recoveryError(try stage.cart(style))?.sequenceNumber == 3)
    }

    @Test("engine 157: a damaged snapshot is passed over for the events", arguments: CartStyle.allCases)
    func damagedSnapshot(style: CartStyle) throws {
        try stage.given(items: "apple", "banana")
        try stage.given(snapshotAt: 2, ["from the snapshot"])
        stage.store.spoilSnapshot(2)
        #expect(
            try stage.items(stage.spawn(try stage.cart(style).withSnapshots(.never))) == ["apple", "banana"])
        #expect(stage.log.warnings.count == 1)
    }

    @Test(
        "engine 162: a command with an id has its effect once, in any life of the entity", arguments: CartStyle.allCases
    )
    func repeated(style: CartStyle) throws {
        let (scheduler, metadata) = (stage.scheduler, Metadata(commandID: ULID(high: 1, low: 7)))
        for item in ["apple", "banana"] {
            let cart = try stage.spawn(style)
            let reply = try scheduler.run { () async throws -> [String] in
                try await cart.ask(timeout: .seconds(5), as: metadata) { replyTo in
                    CartCommand("add") { _, _ in .persist(.added(item)).thenReply(to: replyTo) { $0.items } }
                }
            }
            #expect(reply == ["apple"])
            stage.tell(cart, .doing(.stop))
        }
        #expect(try stage.stored().count == 1)
    }

    @Test("a conflict is decided again on the fresh state, where retries are left", arguments: CartStyle.allCases)
    func retries(style: CartStyle) throws {
        let (id, writer) = (stage.id, stage.system.writerID)
        stage.store.beforeAppend { store in
            let event = try CartEvent.registry().encode(.added("theirs"))
            _ = try await store.append(
                [NewEvent(type: event.type, payload: event.payload, timestamp: .epoch)], to: id, expecting: .any,
                by: writer, epoch: nil, with: .none)
        }
        let cart = stage.spawn(try stage.cart(style).withRetries(1))
        #expect(try stage.add(cart, "mine")?.get() == ["theirs", "mine"])
    }

    @Test("engine 112: every modifier leaves the original as it was", arguments: CartStyle.allCases)
    func modifiers(style: CartStyle) throws {
        let original: CartBehavior =
            switch style {
            case .functional: try stage.bareCart()
            case .byType: try CartActor(persistenceID: stage.id).behavior()
            }
        let changed = try original.withEventStore(stage.store).withSnapshotStore(stage.store)
            .withWriter(.named("A")).withSnapshots(.every(1)).withReplayFilter(ReplayFilter(mode: .off)).withRetries(3)
            .withStashCapacity(1).supervised(by: .resume)
        #expect(original.events == nil && original.snapshots == nil && original.writer == nil)
        #expect(original.definition.snapshotCodec == nil && original.definition.replayFilter == .standard)
        #expect(original.retries == 0 && original.stashCapacity == nil && original.supervision == nil)
        #expect(changed.events != nil && changed.definition.snapshotCodec != nil && changed.retries == 3)
    }
}
