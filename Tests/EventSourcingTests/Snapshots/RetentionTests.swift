import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

/// One row of the retention table.
struct RetentionRow: Sendable, CustomTestStringConvertible {
    let every: Int64
    let keep: Int
    let deletesEvents: Bool

    var testDescription: String { "every \(every), keep \(keep), \(deletesEvents ? "deleting" : "keeping") events" }

    static let all = [
        RetentionRow(every: 2, keep: 1, deletesEvents: true),
        RetentionRow(every: 2, keep: 2, deletesEvents: true),
        RetentionRow(every: 2, keep: 3, deletesEvents: true),
        RetentionRow(every: 3, keep: 2, deletesEvents: true),
        RetentionRow(every: 2, keep: 2, deletesEvents: false),
    ]

    /// The numbers of the snapshots and events that are left after n events, counted step by step.
    func left(after n: Int64) -> (snapshots: [Int64], events: [Int64]) {
        var (snapshots, first) = ([Int64](), Int64(1))
        for number in stride(from: Int64(1), through: n, by: 1) where number % every == 0 {
            snapshots.append(number)
            snapshots = snapshots.suffix(keep)
            if deletesEvents, let oldest = snapshots.first { first = oldest + 1 }
        }
        return (snapshots, first > n ? [] : Array(first...n))
    }
}

@Suite("Retention")
struct RetentionTests {
    @Test("engine 73: a policy says how many snapshots it keeps and whether it deletes events")
    func fields() throws {
        #expect(RetentionPolicy.keepAll.keptSnapshots == nil)
        #expect(RetentionPolicy.keepAll.deletesEvents == false)
        #expect(try RetentionPolicy.snapshots(keep: 3, deleteEvents: true).keptSnapshots == 3)
        #expect(try RetentionPolicy.snapshots(keep: 3, deleteEvents: true).deletesEvents)
        #expect(try RetentionPolicy.snapshots(keep: 5).deletesEvents == false)
    }

    @Test("engine 74: a policy that keeps no snapshot is refused", arguments: [0, -1, .min])
    func refused(keep: Int) throws {
        let error = #expect(throws: RetentionPolicyError.self) { try RetentionPolicy.snapshots(keep: keep) }
        #expect(error?.description == "Retention keeps 1 or more snapshots, and not \(keep)")
    }

    @Test("the rows of the design's table are what is counted here")
    func table() {
        func row(_ index: Int, _ n: Int64) -> [[Int64]] {
            let left = RetentionRow.all[index].left(after: n)
            return [left.events, left.snapshots]
        }
        #expect(row(0, 5) == [[5], [4]])
        #expect(row(1, 7) == [[5, 6, 7], [4, 6]])
        #expect(row(2, 7) == [[3, 4, 5, 6, 7], [2, 4, 6]])
        #expect(row(3, 10) == [[7, 8, 9, 10], [6, 9]])
        #expect(row(4, 6) == [[1, 2, 3, 4, 5, 6], [4, 6]])
    }

    @Test(
        "engine 75, 76, 77, 78, 79, 80, 81, 82, 83: after every number of events what the table says is left",
        arguments: RetentionRow.all)
    func rows(row: RetentionRow) throws {
        let stage = try CartStage()
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(row.every))
                .withRetention(.snapshots(keep: row.keep, deleteEvents: row.deletesEvents)))
        for n in 1...10 as ClosedRange<Int64> {
            stage.tell(cart, .add("item \(n)"))
            let expected = row.left(after: n)
            #expect(try stage.numbers() == expected.events, "after \(n)")
            #expect(try stage.snapshots() == expected.snapshots, "after \(n)")
        }
        // What is left is the whole state, and the head was never lost.
        let all = (1...10).map { "item \($0)" }
        let again = stage.spawn(try stage.cart().withSnapshots(.never))
        #expect(try stage.items(again) == all)
        stage.tell(again, .add("one more"))
        #expect(try stage.numbers().last == 11)
        #expect(stage.log.warnings.isEmpty)
    }

    @Test("engine 99: every(2), one snapshot kept and events deleted: after two events the snapshot alone is left")
    func twoEvents() throws {
        let stage = try CartStage()
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true)))
        stage.tell(cart, .add("apple"), .add("banana"))
        #expect(try stage.numbers() == [])
        #expect(try stage.snapshots() == [2])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["apple", "banana"])
    }

    @Test("engine 151: a deletion that fails is a warning, the command succeeds, and the next snapshot tries again")
    func deletionFails() throws {
        let stage = try CartStage()
        stage.store.failDeletion()
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true)))
        #expect(try stage.add(cart, "a", "b")?.get() == ["a", "b"])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: the snapshot at #2 stands, and nothing was deleted behind it: \(StoreError(.busy, stream: stage.id))"
            ])
        #expect(try stage.numbers() == [1, 2])
        stage.tell(cart, .add("c", "d"))
        #expect(try stage.numbers() == [])
        #expect(try stage.snapshots() == [4])
        #expect(stage.log.warnings.count == 1)
    }

    @Test("no event is deleted for a snapshot that can't be read back")
    func unreadableSnapshot() throws {
        let stage = try CartStage()
        stage.store.spoilSnapshot(2)
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true)))
        stage.tell(cart, .add("a"), .add("b"))
        #expect(try stage.numbers() == [1, 2])
        #expect(
            stage.log.warnings == [
                "Cart|cart-1: the snapshot at #2 stands, and nothing was deleted behind it: "
                    + "the stored snapshot does not fit its checksum"
            ])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["a", "b"])
    }

    @Test("a snapshot above the head stands for nothing: it is not counted among those that are kept")
    func snapshotAboveTheHead() throws {
        let stage = try CartStage()
        try stage.given(snapshotAt: 100, ["of another history"])
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true)))
        stage.tell(cart, .add("a"), .add("b"), .add("c"))
        #expect(try stage.numbers() == [3])
        #expect(try stage.items(stage.spawn(try stage.cart().withSnapshots(.never))) == ["a", "b", "c"])
    }
}

@Suite("Retention of histories that are not whole")
struct HeldRetentionTests {
    private func shortening(_ stage: CartStage) throws -> CartBehavior {
        try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true))
    }

    @Test("what a repair left out is kept, also after it was accepted and by later lives of the entity")
    func leftOut() throws {
        let stage = try CartStage()
        try stage.given(items: "apple", "poison")
        let cart = stage.spawn(try shortening(stage).withRecovery(.strict.skipping(.fold)))
        stage.tell(cart, .add("cherry"), .doing(.none.thenSnapshot(acceptingRepair: true)), .add("date"))
        #expect(try stage.numbers() == [1, 2, 3, 4])
        #expect(
            stage.log.warnings.last
                == "Cart|cart-1: the snapshot at #4 stands, and nothing was deleted behind it: "
                + "#2 was left out of the state, and is kept with all that follows")
        let again = stage.spawn(try shortening(stage))
        stage.tell(again, .add("egg"), .add("fig"))
        #expect(try stage.numbers() == [1, 2, 3, 4, 5, 6])
        #expect(try stage.items(again) == ["apple", "cherry", "date", "egg", "fig"])
    }

    @Test("a snapshot of a history that was set back is neither used nor built on, also once the new one is longer")
    func otherHistory() throws {
        let stage = try CartStage()
        try stage.given(items: "a", "b")
        try stage.given(snapshotAt: 3, ["of another history"], writer: "Z", epoch: 7)
        let cart = stage.spawn(try stage.cart().withSnapshots(.never))
        stage.tell(cart, .add("c"), .add("d"))
        let again = stage.spawn(
            try stage.cart().withSnapshots(.every(5)).withRetention(.snapshots(keep: 2, deleteEvents: true)))
        #expect(try stage.items(again) == ["a", "b", "c", "d"])
        #expect(
            stage.log.warnings.last
                == "Cart|cart-1: the snapshot at #3 can't be used: event #3 is not the one that it was taken behind")
        stage.tell(again, .add("e"))
        #expect(try stage.numbers() == [1, 2, 3, 4, 5])
        #expect(
            stage.log.warnings.last
                == "Cart|cart-1: the snapshot at #5 stands, and nothing was deleted behind it: "
                + "the snapshot at #3 was taken behind another event than is there now")
    }

    @Test("a snapshot is the last event's writer's, whoever takes it")
    func origin() throws {
        let stage = try CartStage()
        try stage.given(items: "a", "b")
        let cart = stage.spawn(try stage.cart().withSnapshots(.onStop))
        stage.tell(cart, .doing(.none.thenSnapshot()))
        let (store, id) = (stage.store, stage.id)
        let snapshot = try stage.scheduler.run { try await store.latest(of: id, atOrBelow: .max) }
        #expect(snapshot?.description.writer == .named("A"))
        #expect(snapshot?.description.epoch == 1)
    }

    @Test("deleting events is refused where the replay filter keeps the last writer's alone")
    func refused() throws {
        let stage = try CartStage()
        let behavior = try shortening(stage)
            .withReplayFilter(ReplayFilter(mode: .repairByDiscardOld, comparison: .anySecondWriter))
        #expect(rejection(stage.add(stage.spawn(behavior), "a")) is EventSourcedBehaviorError)
    }
}

extension CartStage {
    /// The numbers of the events that are there.
    func numbers() throws -> [Int64] { try stored().compactMap { Int64($0.prefix { $0 != " " }) } }
}
