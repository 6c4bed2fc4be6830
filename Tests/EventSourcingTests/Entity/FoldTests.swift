import Actors
import EventSourcingTestKit
import TestSupport
import Testing

@testable import EventSourcing

/// What is always true of recovery, tried on random histories.
@Suite("Recovery is the fold")
struct FoldTests {
    /// Random batches of events; a clear now and then keeps the carts short.
    private static func batches(_ random: inout SeededRandom) -> [[CartEvent]] {
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Int.random(in: 0..<12, using: &random) == 0
                    ? .cleared(CartCleared()) : .added("item-\(Int.random(in: 0..<1_000, using: &random))")
            }
        }
    }

    @Test(
        "recover(log) == fold(log), with and without snapshots, whoever wrote them", arguments: UInt64(1)...25)
    func recoverIsFold(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = UnreliableStore()
        var stage = try CartStage(on: store)
        let strategy = try SnapshotStrategy<CartEvent, Cart>.every(.random(in: 1...9, using: &random))
        var cart = stage.spawn(try stage.cart().withSnapshots(strategy))
        var expected = Cart()
        var count: Int64 = 0
        for batch in Self.batches(&random) {
            for event in batch { try expected.apply(event) }
            count += Int64(batch.count)
            stage.tell(cart, .doing(.persist(batch)))
            if Int.random(in: 0..<8, using: &random) == 0 {
                // Another system takes the stream over.
                stage = try CartStage(on: store)
                cart = stage.spawn(try stage.cart().withSnapshots(strategy))
            }
        }
        #expect(try stage.items(cart) == expected.items, "seed \(seed): the running entity")
        #expect(try Int64(stage.stored().count) == count, "seed \(seed): the log")
        let fromSnapshot = try CartStage(on: store)
        let tail = fromSnapshot.spawn(try fromSnapshot.cart().withSnapshots(.never))
        #expect(try fromSnapshot.items(tail) == expected.items, "seed \(seed): snapshot + tail")
        let fromEvents = try CartStage(on: store)
        let whole = fromEvents.spawn(try fromEvents.bareCart().withEventStore(store))
        #expect(try fromEvents.items(whole) == expected.items, "seed \(seed): all events")
        if let last = try fromEvents.snapshots().last { #expect(last <= count, "seed \(seed): ahead of the log") }
    }

    @Test(
        "whatever fails, what was acknowledged is in the log and the state is the log's fold", arguments: UInt64(1)...40
    )
    func faults(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = UnreliableStore()
        for number in 1...60 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: store.failAppend(number, with: .refused(.busy))
            case 1: store.failAppend(number, with: .lostAfterCommit)
            case 2: store.failSnapshot(number)
            default: break
            }
        }
        // Two systems write one stream, each as long as it is let.
        let first = try CartStage(on: store)
        let second = try CartStage(on: store, sharing: first.scheduler)
        var running: [Int: ActorRef<CartCommand>] = [:]
        var acknowledged: [String] = []
        for step in 0..<60 {
            let index = Int.random(in: 0..<2, using: &random)
            let stage = index == 0 ? first : second
            var cart = running[index]
            if cart?.isStopped ?? true {
                cart = stage.spawn(try stage.cart().withSnapshots(.every(3)).withRetries(1))
                running[index] = cart
            }
            guard let cart else { continue }
            if case .success = stage.add(cart, "item-\(step)") { acknowledged.append("item-\(step)") }
        }
        let log = try first.stored()
        #expect(log.map { $0.split(separator: " ")[0] } == (1...log.count).map { "\($0)" }, "seed \(seed): a gap")
        let witness = try CartStage(on: store)
        let state = try witness.items(witness.spawn(try witness.bareCart().withEventStore(store)))
        #expect(state.count == log.count, "seed \(seed)")
        #expect(acknowledged.allSatisfy { state.contains($0) }, "seed \(seed): an acknowledged event is lost")
        #expect(Set(state).count == state.count, "seed \(seed): an event was written twice")
    }
}
