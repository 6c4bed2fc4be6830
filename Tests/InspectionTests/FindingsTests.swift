import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Findings")
struct FindingsTests {
    private let sound: [Step] = [.named("Ann"), .named("Bea"), .named("Cid"), .named("Dan")]

    private func findings(_ inspector: Inspector, in id: PersistenceID, budget: Int = 1) throws -> [String] {
        let job = inspector.findings(in: id, near: 2)
        while true {
            if let answer = try job.step(budget: budget) {
                return answer.map { "\($0.sequenceNumber ?? 0) \($0.kind.rawValue): \($0.message)" }
            }
        }
    }

    @Test("a sound stream has none, in slices of any size", arguments: [1, 2, 3, 100])
    func none(budget: Int) async throws {
        let store = try Store()
        try await store.fill(sound, writers: "AABB", epochs: [1, 1, 2, 2])
        try await store.snapshot(2, try plainTrees(sound)[2])
        #expect(try findings(store.inspector(), in: store.id, budget: budget).isEmpty)
        #expect(try store.inspector().findings(in: PersistenceID("Cart", "nobody")).finish().isEmpty)
    }

    @Test("a gap")
    func gap() async throws {
        let store = try Store()
        try await store.fill(sound, numbers: [1, 3, 4, 8])
        #expect(
            try findings(store.inspector(), in: store.id) == [
                "2 gap: the event is missing", "5 gap: the events up to 7 are missing",
            ])
    }

    @Test("a number that stands twice, in slices of any size", arguments: [1, 2, 100])
    func duplicate(budget: Int) async throws {
        let store = try Store()
        try await store.fill(sound)
        let inspector = store.inspector {
            $0.twice = [2]
            $0.head = { head in
                var head = head
                head.eventCount += 1
                return head
            }
        }
        #expect(
            try findings(inspector, in: store.id, budget: budget) == ["2 duplicate: the number stands twice"])
    }

    @Test(
        "an interleaving is an event of a lower epoch, or without epochs of a superseded writer",
        arguments: [
            ("AABB", [0, 0, 0, 0], [] as [Int64]), ("ABAB", [0, 0, 0, 0], [3]), ("ABAA", [0, 0, 0, 0], [3, 4]),
            ("ABAB", [1, 2, 3, 4], []), ("ABAB", [1, 2, 1, 2], [3]), ("AABA", [1, 1, 2, 1], [4]),
        ])
    func interleaving(writers: String, epochs: [Int64], expected: [Int64]) async throws {
        let store = try Store()
        try await store.memory.register(WriterRecord(id: .letter("A"), program: "web-1"))
        try await store.memory.register(WriterRecord(id: .letter("B"), program: "batch-1"))
        try await store.fill(sound, writers: writers, epochs: epochs)
        let found = try store.inspector().findings(in: store.id).finish().filter { $0.kind == .interleaving }
        #expect(found.map(\.sequenceNumber) == expected)
        #expect(found.allSatisfy { $0.message == "web-1 wrote it after batch-1 had taken the stream over" })
    }

    @Test("a snapshot that is not what its events fold to")
    func snapshotDiffers() async throws {
        let store = try Store()
        try await store.fill(sound)
        let trees = try plainTrees(sound)
        try await store.snapshot(1, trees[1])
        try await store.snapshot(2, trees[3])
        try await store.snapshot(4, trees[4])
        #expect(
            try findings(store.inspector(), in: store.id) == [
                "2 snapshot-differs: the snapshot differs from the fold of its events in 1 value: name"
            ])
    }

    @Test("a snapshot that can't be decoded, is damaged, or lies above the last event")
    func snapshotUnusable() async throws {
        let store = try Store()
        try await store.fill(sound)
        let trees = try plainTrees(sound)
        try await store.snapshot(1, text: "{}")
        try await store.snapshot(2, trees[2])
        try await store.snapshot(9, trees[4])
        let found = try findings(store.inspector { $0.damagedSnapshots = [2] }, in: store.id)
        #expect(found.count == 3)
        #expect(found.first?.hasPrefix("1 snapshot-unusable: the snapshot can't be used: ") == true)
        #expect(
            found.dropFirst() == [
                "2 snapshot-unusable: the snapshot does not fit its checksum",
                "9 snapshot-unusable: the snapshot is above the stream's last event, 4",
            ])
    }

    @Test("a payload that can't be decoded, and an event that the state refuses")
    func folds() async throws {
        let store = try Store()
        try await store.fill([
            .named("Ann"), Step(type: "Added", payload: "no"), .removed("tea"), Step(type: "Lost", payload: "{}"),
        ])
        let found = try findings(store.inspector(), in: store.id)
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("2 undecodable: Added could not be decoded: ") == true)
        #expect(found.last == "4 undecodable: the event type Lost is unknown")
        let refused = try Store()
        try await refused.fill([.named("Ann"), .removed("tea")])
        #expect(
            try findings(refused.inspector(), in: refused.id) == [
                "2 fold-failed: Removed: the cart has no such article"
            ])
    }

    @Test("behind what does not fold a snapshot makes the state known again")
    func resumesAtSnapshot() async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann"), Step(type: "Lost", payload: "{}"), .added("tea"), .removed("rye")]
        try await store.fill(steps)
        try await store.snapshot(3, try plainTrees([.named("Ann"), .added("tea")])[2])
        #expect(
            try findings(store.inspector(), in: store.id) == [
                "2 undecodable: the event type Lost is unknown",
                "4 fold-failed: Removed: the cart has no such article",
            ])
    }

    @Test("rows that don't fit their checksum, and rows that can't be read", arguments: [1, 2, 100])
    func damaged(budget: Int) async throws {
        let store = try Store()
        try await store.fill(sound)
        let inspector = store.inspector {
            $0.damaged = [2]
            $0.unreadable = [3]
        }
        #expect(
            try findings(inspector, in: store.id, budget: budget) == [
                "2 damaged: Named does not fit its checksum", "3 damaged: it can't be read: the row is cut",
            ])
    }

    @Test(
        "a stretch of rows that can't be read is one finding, and what follows it is checked",
        arguments: [1, 7, 100, 4_096])
    func stretch(budget: Int) async throws {
        let store = try Store()
        let steps: [Step] = [.named("Ann")] + (0..<399).map { _ in .added("tea") }
        try await store.fill(steps)
        try await store.snapshot(350, try plainTrees(steps)[349])
        let inspector = store.inspector {
            $0.unreadable = Set(101...300)
            $0.damaged = [310]
        }
        let found = try findings(inspector, in: store.id, budget: budget)
        #expect(
            found == [
                "101 damaged: it and what follows through 300 can't be read: the row is cut",
                "310 damaged: Added does not fit its checksum",
            ])
        let atTheEnd = store.inspector { $0.unreadable = Set(301...400) }
        #expect(
            try findings(atTheEnd, in: store.id, budget: budget).first
                == "301 damaged: it and what follows through 400 can't be read: the row is cut")
    }

    @Test("how many events there were in a stretch that can't be read is not known, and nothing is said of it")
    func uncountedStretch() async throws {
        let store = try Store()
        try await store.fill((0..<9).map { .named("Ann \($0)") }, numbers: [1, 2, 3, 4, 6, 7, 8, 9, 10])
        #expect(
            try findings(store.inspector { $0.unreadable = [4, 6] }, in: store.id) == [
                "4 damaged: it and what follows through 6 can't be read: the row is cut"
            ])
    }

    @Test("near the playhead a stretch that can't be read is one finding too")
    func nearStretch() async throws {
        let store = try Store()
        try await store.fill((0..<5_000).map { .named("Ann \($0)") })
        let job = store.inspector { $0.unreadable = Set(2_400...2_600) }.findings(in: store.id, near: 2_500)
        #expect(try job.step(budget: 1) == nil)
        let said = "it and what follows through 2600 can't be read: the row is cut"
        #expect(job.findings.map { "\($0.sequenceNumber ?? 0) \($0.message)" } == ["2400 \(said)"])
    }

    @Test("an event that is set apart in a stretch that can't be read is told, and the stretch too")
    func stretchWithOneApart() async throws {
        let store = try Store()
        try await store.fill((0..<9).map { .named("Ann \($0)") })
        for number in [Int64(4), 7] {
            _ = try await store.memory.quarantine(
                QuarantinedEvent(
                    persistenceID: store.id, sequenceNumber: number, reason: "it is odd", timestamp: .epoch,
                    writer: .letter("A")))
        }
        let found = try findings(store.inspector { $0.unreadable = [3, 4, 5, 7] }, in: store.id)
        #expect(found.map { $0.split(separator: ":")[0] } == ["3 damaged", "4 quarantined", "7 quarantined"])
    }

    @Test("a head that says something else than the events")
    func headMismatch() async throws {
        let store = try Store()
        try await store.fill(sound, epochs: [1, 1, 2, 2])
        func found(_ change: @escaping (inout StreamHead) -> Void) throws -> [String] {
            try findings(
                store.inspector {
                    $0.head = { head in
                        var head = head
                        change(&head)
                        return head
                    }
                }, in: store.id)
        }
        #expect(
            try found { $0.sequenceNumber = 6 } == [
                "6 head-mismatch: the head says 6, and the events end at 4"
            ])
        #expect(
            try found { $0.sequenceNumber = 3 } == [
                "4 head-mismatch: the head says 3, and there is an event 4"
            ])
        #expect(
            try found { $0.eventCount = 9 } == ["4 head-mismatch: the head counts 9 events, and there are 4"])
        #expect(
            try found { $0.epoch = 1 } == [
                "4 head-mismatch: the head has epoch 1, and the last event has 2"
            ])
        #expect(
            try found {
                $0.deletedTo = 1
            }.contains("1 head-mismatch: the head says that the events up to 1 were deleted, and it is there"))
    }

    @Test("deleted events without a snapshot that holds them")
    func pruned() async throws {
        let store = try Store()
        try await store.fill(sound)
        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        #expect(
            try findings(store.inspector(), in: store.id) == [
                "2 snapshot-unusable: the events up to 2 were deleted, and no usable snapshot holds what they made"
            ])
        try await store.snapshot(2, try plainTrees(sound)[2])
        #expect(try findings(store.inspector(), in: store.id).isEmpty)
    }

    @Test("near the playhead they are known before the stream is read from its beginning")
    func nearFirst() async throws {
        var random = SeededRandom(seed: 5)
        let store = try Store()
        var steps = randomSteps(20_000, &random)
        steps[15_000] = Step(type: "Lost", payload: "{}")
        try await store.fill(steps)
        let job = store.inspector().findings(in: store.id, near: 15_500)
        #expect(try job.step(budget: 100) == nil)
        #expect(job.findings.map(\.sequenceNumber) == [15_001])
        #expect(job.checkedThrough == 0)
        #expect(try job.finish().map(\.sequenceNumber) == [15_001])
        #expect(job.progress == 1)
    }

    @Test("the whole store is checked stream by stream, with its progress")
    func store() async throws {
        let store = try Store()
        for number in 0..<250 {
            let steps: [Step] = number == 200 ? [Step(type: "Lost", payload: "{}")] : sound
            try await store.fill(steps, of: try PersistenceID("Cart", "c\(1_000 + number)"))
        }
        try await store.fill([Step(type: "Other", payload: "no")], of: try PersistenceID("Zoo", "z"))
        let job = store.inspector().findings()
        var last = 0.0
        var answer: [Finding]?
        while answer == nil {
            answer = try job.step(budget: 50)
            #expect(job.progress >= last)
            last = job.progress
        }
        #expect(
            answer?.map(\.persistenceID?.description) == ["Cart|c1200", "Zoo|z"])
        #expect(answer?.map(\.kind) == [.undecodable, .undecodable])
        #expect(job.checkedStreams == 251)
        #expect(job.checkedEvents == 249 * 4 + 2)
    }
}
