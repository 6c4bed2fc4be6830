import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Snapshots that are asked for, and those on stop")
struct AskedSnapshotTests {
    private func persisting(_ item: String) -> CartCommand { .doing(.persist(.added(item)).thenSnapshot()) }

    @Test("an effect asks for a snapshot whatever the strategy says, behind its events and before its hooks")
    func withEvents() throws {
        let stage = try CartStage()
        let store = stage.store
        let seen = Recorder<Int>()
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        stage.tell(
            cart,
            .doing(.persist(.added("apple")).thenSnapshot().thenRun { _ in seen.add(store.snapshotCount) }))
        #expect(try stage.snapshots() == [1])
        #expect(seen.values == [1])
    }

    @Test("an effect without events takes one of the present state, and none where the newest holds it all")
    func withoutEvents() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        stage.tell(cart, .doing(.none.thenSnapshot()))
        #expect(try stage.snapshots() == [])
        stage.tell(cart, .add("apple"), .doing(.none.thenSnapshot()), .doing(.none.thenSnapshot()))
        #expect(try stage.snapshots() == [1])
        #expect(stage.store.snapshotCount == 1)
        let again = stage.spawn(try stage.cart().withSnapshots(.never))
        stage.tell(again, .doing(.none.thenSnapshot()))
        #expect(stage.store.snapshotCount == 1)
    }

    @Test("asking returns a new effect and leaves the original as it was")
    func copies() {
        let effect = CartEffect.persist(.added("apple"))
        #expect(effect.thenSnapshot().snapshotRequest == .snapshot)
        #expect(effect.thenSnapshot(acceptingRepair: true).snapshotRequest == .acceptingRepair)
        #expect(effect.snapshotRequest == .none)
        #expect(effect.thenSnapshot().hookCount == 0)
    }

    @Test("onStop takes one when the entity stops by its own effect, and not while it runs")
    func onStop() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.onStop))
        stage.tell(cart, .add("apple"), .add("banana"))
        #expect(try stage.snapshots() == [])
        stage.tell(cart, .doing(.stop))
        #expect(try stage.snapshots() == [2])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["apple", "banana"])
    }

    @Test("onStop takes one when the system shuts down, also where signals have a handler of their own")
    func onShutdown() throws {
        let stage = try CartStage()
        let signals = Recorder<String>()
        let cart = stage.system.spawn(
            try stage.cart().withSnapshots(.every(2) || .onStop).behavior.onSignal { _, signal in
                if signal is PostStop { signals.add("stopped") }
                return .same
            })
        stage.tell(cart, .add("apple"), .add("banana"), .add("cherry"))
        #expect(try stage.snapshots() == [2])
        stage.system.stop(cart)
        stage.scheduler.drain()
        #expect(try stage.snapshots() == [2, 3])
        #expect(signals.values == ["stopped"])
    }

    @Test("onStop takes none of an entity without events, nor where the newest snapshot holds it all")
    func nothingNew() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.onStop))
        stage.tell(cart, .doing(.stop))
        let again = stage.spawn(try stage.cart().withSnapshots(.every(1) || .onStop))
        stage.tell(again, .add("apple"), .doing(.stop))
        #expect(stage.store.snapshotCount == 1)
    }

    @Test("onStop takes none of an entity that its store or another writer did not let write")
    func refused() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withSnapshots(.onStop))
        stage.tell(cart, .add("apple"))
        stage.store.failAppend(with: .refused(.busy))
        stage.tell(cart, .add("banana"))
        #expect(cart.isStopped)
        #expect(stage.store.snapshotCount == 0)
    }

    @Test("strategies that are combined take one at each point of both")
    func combined() throws {
        let stage = try CartStage()
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(3) || .when { cart, _, _ in cart.items.last == "now" }))
        stage.tell(cart, .add("a"), .add("now"), .add("c"), .add("d"))
        #expect(try stage.snapshots() == [2, 3])
        #expect(SnapshotStrategy<CartEvent, Cart>.onStop.includesStop)
        #expect(try (SnapshotStrategy<CartEvent, Cart>.every(3) || .onStop).includesStop)
        #expect(try SnapshotStrategy<CartEvent, Cart>.every(3).includesStop == false)
    }
}
