import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Snapshots of an entity")
struct SnapshotTests {
    @Test("engine 91: recovery folds only what stands behind the snapshot")
    func tail() throws {
        let stage = try CartStage()
        try stage.given(items: "x", "y", "cherry")
        try stage.given(snapshotAt: 2, ["apple", "banana"])
        let folded = Recorder<CartEvent>()
        let behavior = try CartBehavior(
            id: stage.id, emptyState: Cart(), events: CartEvent.registry(),
            commandHandler: { context, command, cart in try command.decide(context, cart) },
            eventHandler: { cart, event in
                folded.add(event)
                try cart.apply(event)
            }
        ).withEventStore(stage.store).withSnapshotStore(stage.store).withSnapshots(.never)
        #expect(try stage.items(stage.spawn(behavior)) == ["apple", "banana", "cherry"])
        #expect(folded.values == [.added("cherry")])
    }

    @Test("engine 92: a snapshot at the head is the whole state")
    func atHead() throws {
        let stage = try CartStage()
        try stage.given(items: "x", "y")
        try stage.given(snapshotAt: 2, ["apple", "banana"])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["apple", "banana"])
    }

    @Test("engine 93, 100: every(2) takes one at 2 and at 4, with the state's type, and deletes no event")
    func every() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.every(2)))
        var seen: [[Int64]] = []
        for item in ["apple", "banana", "cherry", "date"] {
            stage.tell(cart, .add(item))
            seen.append(try stage.snapshots())
        }
        #expect(seen == [[], [2], [2], [2, 4]])
        let (store, id) = (stage.store, stage.id)
        let latest = try #require(try stage.scheduler.run { try await store.latest(of: id, atOrBelow: .max) })
        #expect(latest.description.stateType == "Cart")
        #expect(latest.description.writer == stage.system.writerID)
        #expect(latest.description.epoch == 1)
        #expect(String(decoding: latest.state, as: UTF8.self) == #"{"items":["apple","banana","cherry","date"]}"#)
        #expect(try stage.stored().count == 4)
    }

    @Test("engine 84: a batch that crosses a multiple leaves a snapshot at its end")
    func crossing() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.every(3)))
        stage.tell(cart, .add("a"), .add("b"), .add("c", "d"))
        #expect(try stage.snapshots() == [4])
    }

    @Test("engine 103: a strategy without a snapshot store fails nothing")
    func withoutStore() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.bareCart().withEventStore(stage.store).withSnapshots(.every(1)))
        #expect(try stage.add(cart, "apple")?.get() == ["apple"])
        #expect(try stage.stored().count == 1)
        #expect(stage.log.warnings.isEmpty)
    }

    @Test("engine 150: a snapshot that is not saved is a warning, the command succeeds, and the next point tries again")
    func saveFails() throws {
        let stage = try CartStage()
        stage.store.failSnapshot()
        let cart = stage.spawn(try stage.cart().withSnapshots(.every(2)))
        #expect(try stage.add(cart, "a", "b")?.get() == ["a", "b"])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: the snapshot at #2 was not saved: \(StoreError(.full, stream: stage.id))"
            ])
        #expect(try stage.snapshots() == [])
        stage.tell(cart, .add("c", "d"))
        #expect(try stage.snapshots() == [4])
        #expect(stage.log.warnings.count == 1)
    }

    @Test("engine 157: a damaged snapshot is passed over for the next older one, and at last for the events")
    func damaged() throws {
        let stage = try CartStage()
        try stage.given(items: "a", "b", "c", "d", "e")
        try stage.given(snapshotAt: 2, ["2"])
        try stage.given(snapshotAt: 4, ["4"])
        stage.store.spoilSnapshot(4)
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["2", "c", "d", "e"])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: the snapshot at #4 can't be used: the stored snapshot does not fit its checksum"
            ])
        stage.store.spoilSnapshot(2)
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        #expect(try stage.items(cart) == ["a", "b", "c", "d", "e"])
    }

    @Test("engine 157: a damaged snapshot of a history whose events are gone is an error")
    func damagedAndPruned() throws {
        let stage = try CartStage()
        try stage.given(items: "a", "b", "c")
        try stage.given(snapshotAt: 2, ["2"])
        try stage.given(deletedTo: 2)
        stage.store.spoilSnapshot(2)
        let error = try #require(stage.recoveryError(try stage.cart().withSnapshots(.never)))
        #expect(
            error.description
                == "Cart|cart-1 could not be recovered at #1 (snapshot): events up to #2 were deleted, "
                + "and no usable snapshot holds them")
    }

    @Test("engine 157: a snapshot of another type is passed over")
    func otherType() throws {
        let stage = try CartStage()
        try stage.given(items: "a")
        try stage.given(snapshotAt: 1, ["other"], stateType: "Basket")
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["a"])
        #expect(
            stage.log.warnings.first?.hasSuffix(
                "the snapshot holds Basket version 1, and Cart version 1 is expected") == true)
    }

    @Test(
        "engine 157: a snapshot above the head is passed over, also where there is no event at all", arguments: [0, 2])
    func aboveHead(events: Int) throws {
        let stage = try CartStage()
        if events == 2 { try stage.given(items: "a", "b") }
        try stage.given(snapshotAt: 3, ["above"])
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        #expect(try stage.items(cart) == Array(["a", "b"].prefix(events)))
        #expect(
            stage.log.warnings == ["Cart|cart-1: the snapshot at #3 can't be used: the head is at #\(events)"])
    }
}
