import Actors
import TestSupport
import Testing

@testable import EventSourcing
@testable import Inspection

@Suite("Recovery, looked at")
struct RecoveryTests {
    struct Ticked: Codable, Sendable {
        var n: Int64
    }

    struct Refused: Error, CustomStringConvertible {
        var description: String { "a tick of 13 does not fold" }
    }

    @Sendable private static func behavior(_ id: PersistenceID) throws -> EventSourcedBehavior<Int, Ticked, [Int64]> {
        try EventSourcedBehavior(
            id: id, emptyState: [], events: EventRegistry(EventType("Ticked", of: Ticked.self)),
            commandHandler: { _, _, _ in .none },
            eventHandler: { ticks, event in
                if event.n == 13 { throw Refused() }
                ticks.append(event.n)
            }
        ).withSnapshots(.never, codec: .json("Ticks"))
    }

    private struct History: CustomStringConvertible {
        var writers: [Character] = []
        var epochs: [Int64] = []
        var payloads: [String] = []
        var snapshots: [(number: Int64, writer: Character, epoch: Int64, text: String)] = []
        var unreadableSnapshots: Set<Int64> = []
        var apart: Set<Int64> = []
        var deletedTo: Int64 = 0
        var policy = RecoveryPolicy.strict
        var description: String {
            "\(apart.sorted()) \(policy) \(String(writers)) \(epochs) \(payloads) \(snapshots), deleted to \(deletedTo), "
                + "unreadable \(unreadableSnapshots.sorted())"
        }

        init(_ random: inout TestSupport.SeededRandom) {
            for fault in [RecoveryPolicy.Fault.undecodable, .fold] where Int.random(in: 0..<3, using: &random) == 0 {
                policy = Bool.random(using: &random) ? policy.skipping(fault) : policy.quarantining(fault)
            }
            let hasEpochs = Bool.random(using: &random)
            for number in 1...Int64.random(in: 1...12, using: &random) {
                writers.append("ABC".randomElement(using: &random) ?? "A")
                epochs.append(hasEpochs ? Int64.random(in: 1...4, using: &random) : 0)
                switch Int.random(in: 0..<40, using: &random) {
                case 0: payloads.append(#"{"n":13}"#)
                case 1: payloads.append(#"{"m":1}"#)
                default: payloads.append("{\"n\":\(number + 100)}")
                }
                if Int.random(in: 0..<12, using: &random) == 0 { apart.insert(number) }
                guard Int.random(in: 0..<5, using: &random) == 0 else { continue }
                let text = Bool.random(using: &random) ? "[\(number)]" : "no"
                let isOther = Int.random(in: 0..<6, using: &random) == 0
                snapshots.append((number, isOther ? "D" : writers[Int(number) - 1], epochs[Int(number) - 1], text))
                if Int.random(in: 0..<4, using: &random) == 0 { unreadableSnapshots.insert(number) }
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                deletedTo = Int64.random(in: 0..<Int64(writers.count), using: &random)
            }
        }
    }

    @Test("ends as the engine's own recovery does, for every filter, over random histories")
    func asTheEngine() async throws {
        var random = TestSupport.SeededRandom.announced()
        for _ in 0..<150 {
            let history = History(&random)
            let id = try PersistenceID("Clock", "c")
            let memory = InMemoryStore()
            try await memory.importHistory(
                history.payloads.indices.map { index in
                    ImportedEvent(
                        persistenceID: id, sequenceNumber: Int64(index + 1),
                        event: NewEvent(
                            type: "Ticked", payload: Array(history.payloads[index].utf8), timestamp: .epoch),
                        writer: .letter(history.writers[index]), epoch: history.epochs[index])
                })
            for snapshot in history.snapshots {
                try await memory.save(
                    StoredSnapshot(
                        persistenceID: id, sequenceNumber: snapshot.number, stateType: "Ticks",
                        writer: .letter(snapshot.writer), epoch: snapshot.epoch, timestamp: .epoch,
                        state: Array(snapshot.text.utf8)))
            }
            for number in history.apart {
                try await memory.quarantine(
                    QuarantinedEvent(
                        persistenceID: id, sequenceNumber: number, reason: "a test",
                        timestamp: Timestamp(microseconds: Int64.random(in: 0...1, using: &random)),
                        writer: .letter("Z")))
            }
            try await memory.deleteEvents(of: id, upTo: history.deletedTo)
            for mode in ReplayFilter.Mode.allCases {
                for comparison in ReplayFilter.Comparison.allCases {
                    try await compare(ReplayFilter(mode: mode, comparison: comparison), memory, id, history)
                }
            }
        }
    }

    private func compare(
        _ filter: ReplayFilter, _ memory: InMemoryStore, _ id: PersistenceID, _ written: History
    ) async throws {
        let (policy, history) = (written.policy, "\(written) \(filter)")
        let domain = try Domain(
            "Clock", behavior: { try Self.behavior($0).withReplayFilter(filter).withRecovery(policy) },
            commands: [DomainCommand<Int, Int>]()
        )
        let reader = AlteredReader(memory.reader())
        reader.unreadableSnapshots = written.unreadableSnapshots
        let job = Inspector(reader, domains: [domain]).recovery(of: id)
        var found: RecoveryOutcome?
        while found == nil { found = try job.step(budget: 3) }
        let outcome = try #require(found)
        #expect(outcome.filter == filter)
        let warnings = Locked<[String]>([])
        let ground = EntityGround(
            events: memory, snapshots: LostPages(memory, lost: written.unreadableSnapshots), writer: .letter("Z"),
            now: { .epoch },
            warn: { message, _ in warnings.withLock { $0.append(message) } })
        do {
            let entity = try await Entity.recover(
                try Self.behavior(id).withReplayFilter(filter).withRecovery(policy).definition, on: ground)
            #expect(outcome.failure == nil, "\(history)")
            #expect(outcome.tree == .array(entity.state.map { .number(JSONNumber($0)) }), "\(history)")
            #expect(outcome.isRepaired == entity.replay.isRepaired, "\(history)")
            let unusable = outcome.snapshots.count { $0.problem != nil }
            #expect(
                Int(outcome.conflictCount + outcome.omissionCount) + unusable + (outcome.apart.isEmpty ? 0 : 1)
                    == warnings.withLock { $0.count },
                "\(history)")
        } catch let error as RecoveryError {
            #expect(outcome.failure?.sequenceNumber == error.sequenceNumber, "\(history)")
            #expect(outcome.failure?.phase == error.phase, "\(history)")
        }
    }

    /// Snapshots of which some can't be read.
    private struct LostPages: SnapshotStore {
        let base: InMemoryStore
        let lost: Set<Int64>

        init(_ base: InMemoryStore, lost: Set<Int64>) {
            self.base = base
            self.lost = lost
        }

        func latest(of id: PersistenceID, atOrBelow number: Int64) async throws -> StoredSnapshot? {
            let snapshot = try await base.latest(of: id, atOrBelow: number)
            if let found = snapshot?.description.sequenceNumber, lost.contains(found) {
                throw StoreError(.corrupt, stream: id, detail: "a page is lost")
            }
            return snapshot
        }

        func save(_ snapshot: StoredSnapshot) async throws { try await base.save(snapshot) }

        func list(of id: PersistenceID) async throws -> [SnapshotDescription] { try await base.list(of: id) }

        func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
            try await base.delete(of: id, upTo: upTo)
        }
    }

    @Test("a gap, damage, a head that says more, and pruned events stop it where the engine stops")
    func badHistories() async throws {
        let gap = try Store()
        try await gap.fill([.added("a"), .added("b"), .added("c")], numbers: [1, 3, 4])
        #expect(
            try gap.inspector().recovery(of: gap.id).finish().failure
                == .init(sequenceNumber: 2, phase: .events, reason: "the event is missing, the next one is #3"))

        let store = try Store()
        try await store.fill([.added("a"), .added("b"), .added("c")])
        func failure(_ change: (AlteredReader) -> Void) throws -> RecoveryOutcome.Failure? {
            try store.inspector(change).recovery(of: store.id).finish().failure
        }
        #expect(try failure { $0.damaged = [2] }?.reason == "the stored event does not fit its checksum")
        #expect(try failure { $0.twice = [2] }?.reason == "the number stands twice")
        #expect(try failure { $0.unreadable = [3] }?.sequenceNumber == 3)
        let head = try failure { reader in
            reader.head = { head in
                var head = head
                head.sequenceNumber = 5
                return head
            }
        }
        #expect(head == .init(sequenceNumber: 4, phase: .head, reason: "the head says #5, and the events end at #3"))

        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        #expect(try store.inspector().recovery(of: store.id).finish().failure?.phase == .snapshot)
        try await store.snapshot(2, ["name": nil, "items": [], "notes": []])
        let recovered = try store.inspector().recovery(of: store.id).finish()
        #expect(recovered.failure == nil)
        #expect(recovered.start?.sequenceNumber == 2)
        #expect(recovered.foldedCount == 1)
    }

    @Test("a stream that is not there is recovered to the empty state")
    func noStream() throws {
        let store = try Store()
        let outcome = try store.inspector().recovery(of: store.id).finish()
        #expect(outcome.head == nil)
        #expect(outcome.failure == nil)
        #expect(outcome.tree["items"] == [])
    }
}
