import Actors
import Testing

@testable import EventSourcing

@Suite("Recovery of a history of two writers")
struct WriterConflictTests {
    /// A1 B2 A1: the third event is by a writer that had been superseded.
    private func conflicting() throws -> CartStage {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "banana", "B", 2), (3, "cherry", "A", 1))
        return stage
    }

    @Test("engine 58: by default recovery fails, and the asker is told by which writers")
    func fails() throws {
        let stage = try conflicting()
        let error = try #require(stage.recoveryError(try stage.cart()))
        #expect(error.phase == .filter)
        #expect(error.sequenceNumber == 3)
        guard case .error(let cause as WriterConflictError) = error.cause else {
            Issue.record("the cause is \(error.cause)")
            return
        }
        #expect(cause.expectedWriter == .named("B") && cause.actualWriter == .named("A"))
        #expect(error.description.hasSuffix("\(cause)"))
    }

    @Test("engine 65: a warning reaches the log with the four fields, and every event counts")
    func warns() throws {
        let stage = try conflicting()
        let cart = stage.spawn(try stage.cart().withReplayFilter(ReplayFilter(mode: .warn)))
        #expect(try stage.items(cart) == ["apple", "banana", "cherry"])
        let entry = try #require(stage.log.entries.values.first { $0.level == .warning })
        #expect(entry.message.hasPrefix("Writer conflict for 'Cart|cart-1' at sequence 3"))
        #expect(
            entry.fields.map { "\($0.key) \($0.value)" } == [
                "persistenceID Cart|cart-1", "sequenceNumber 3", "expectedWriter \(WriterID.named("B"))",
                "actualWriter \(WriterID.named("A"))",
            ])
    }

    @Test(
        "engine 61: a repair leaves events out of the state and not out of the store, and the next number is head + 1")
    func repairs() throws {
        let stage = try conflicting()
        let cart = stage.spawn(
            try stage.cart().withReplayFilter(ReplayFilter(mode: .repairByDiscardOld)).withSnapshots(.every(1)))
        #expect(try stage.items(cart) == ["apple", "banana"])
        #expect(stage.log.warnings.count == 1)
        #expect(try stage.add(cart, "date")?.get() == ["apple", "banana", "date"])
        #expect(
            try stage.stored() == [
                #"1 ItemAdded {"item":"apple"}"#, #"2 ItemAdded {"item":"banana"}"#,
                #"3 ItemAdded {"item":"cherry"}"#, #"4 ItemAdded {"item":"date"}"#,
            ])
        // A snapshot of a repaired state would make the repair final, and nobody has accepted it.
        #expect(try stage.snapshots() == [])
    }

    @Test("engine 60: keeping only the last writer's events passes over snapshots that hold others")
    func lastWriter() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 0), (2, "banana", "A", 0), (3, "cherry", "B", 0), (4, "date", "B", 0))
        try stage.given(snapshotAt: 2, ["apple", "banana"], epoch: 0)
        let filter = ReplayFilter(mode: .repairByDiscardOld, comparison: .anySecondWriter)
        let behavior = try stage.cart().withReplayFilter(filter).withSnapshots(.every(1)).withWriter(.named("C"))
        let cart = stage.spawn(behavior)
        #expect(try stage.items(cart) == ["cherry", "date"])
        #expect(stage.log.warnings.first?.contains("it holds events of another writer") == true)
        #expect(try stage.add(cart, "elder")?.get() == ["cherry", "date", "elder"])
        #expect(try stage.snapshots() == [2])
    }

    @Test("engine 67: the snapshot's writer counts: an older epoch behind it is a conflict, a newer one is not")
    func snapshot() throws {
        let stage = try CartStage()
        try stage.given((1, "apple", "A", 1), (2, "banana", "B", 2), (3, "cherry", "A", 1))
        try stage.given(snapshotAt: 2, ["apple", "banana"], writer: "B", epoch: 2)
        #expect(stage.recoveryError(try stage.cart().withSnapshots(.never))?.sequenceNumber == 3)
        let other = try CartStage()
        try other.given((1, "apple", "A", 1), (2, "banana", "A", 1), (3, "cherry", "B", 2))
        try other.given(snapshotAt: 2, ["apple", "banana"], writer: "A", epoch: 1)
        let cart = other.spawn(try other.cart().withSnapshots(.never))
        #expect(try other.items(cart) == ["apple", "banana", "cherry"])
        #expect(other.log.warnings.isEmpty)
    }
}
