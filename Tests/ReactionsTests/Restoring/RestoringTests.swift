import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import SQLiteStorage
import TestSupport
import Testing

@Suite("A history takes the place of another one")
struct RestoringTests {
    /// An event of a counter as a source has it.
    static func event(
        _ id: String, _ number: Int64, at position: Int64, by amount: Int = 1, on time: Timestamp = .epoch,
        _ metadata: Metadata = Metadata()
    ) throws -> RecordedEvent {
        let event = NewEvent(
            type: "Incremented", payload: Array(#"{"amount":\#(amount)}"#.utf8), metadata: metadata, timestamp: time)
        return RecordedEvent(
            event, of: try Counter.id(id), number: number, position: position, by: WriterID(ULID(high: 7, low: 7)),
            epoch: 3
        ).with(event)
    }

    /// A source that hands out events, and perhaps fails behind them.
    static func source(_ events: RecordedEvent..., failing error: (any Error)? = nil) -> HistorySource {
        .events(
            AsyncThrowingStream { stream in
                for event in events { stream.yield(event) }
                stream.finish(throwing: error)
            })
    }

    static func log(_ stage: ReactionStage) async throws -> [RecordedEvent] {
        try await stage.store.readAll(after: 0, limit: .max, fields: .all, into: [RecordedEvent]()) {
            $0.append(RecordedEvent($1))
            return .next
        }
    }

    /// The events of counters, without what was remembered of the restoring.
    static func counters(_ stage: ReactionStage) async throws -> [RecordedEvent] {
        try await log(stage).filter { $0.persistenceID.entityType == "Counter" }
    }

    @Test("reactions 148, 150: what is kept is the same, to the microsecond", arguments: StoreKind.allCases)
    func verbatim(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        // The first days of 2020, and 2021-07-15T12:34:56.789Z.
        let times = [1_577_836_800_000_000, 1_577_923_200_000_000, 1_626_352_496_789_000].map {
            Timestamp(microseconds: $0)
        }
        let events = try times.enumerated().map { place, time in
            try Self.event(
                "c", Int64(place + 1), at: Int64(place + 5), by: place, on: time,
                Metadata(correlationID: .init(high: 1, low: 1), values: ["source": "old", "n": 1]))
        }
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let report = try await app.restore(from: Self.source(events[0], events[1], events[2]), by: "ann")
            #expect(report.events == 3 && report.streams == 1 && report.positions == 1..<4)
            let kept = try await Self.counters(stage)
            #expect(kept.map(\.position) == [1, 2, 3])
            var expected = events
            for place in expected.indices { expected[place].position = Int64(place + 1) }
            #expect(kept == expected)
            #expect(try await app.load(Counter.self, Counter.id("c")).state.count == 3)
            #expect(
                try await OperatingTests.notes(stage) == [
                    #"StoreRestored {"count":3,"streams":1,"snapshots":0,"droppedSnapshots":0,"problems":0,"operator":"ann"}"#
                ])
        }
    }

    @Test("reactions 149: streams that lie between one another keep their numbers", arguments: StoreKind.allCases)
    func interleaved(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let report = try await app.restore(
                from: Self.source(
                    try Self.event("a", 1, at: 1), try Self.event("b", 1, at: 2), try Self.event("b", 2, at: 3),
                    try Self.event("a", 2, at: 4)))
            #expect(report.events == 4 && report.streams == 2)
            let kept = try await Self.counters(stage)
            #expect(kept.map(\.persistenceID.entityID) == ["a", "b", "b", "a"])
            #expect(kept.map(\.sequenceNumber) == [1, 1, 2, 2])
        }
    }

    @Test(
        "reactions 151, 152: the old streams and the subscriptions are gone, and reactions run again",
        arguments: StoreKind.allCases)
    func runnable(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("old", by: 1, 2)
        try await stage.application {
            Counter.self
            Journal.self
            OperatingTests.reaction(Switch(false))
            ProjectionTests.totals()
        } do: { app async throws in
            #expect(try await app.settle().handled == 2)
            try await app.advanceProjections()
            #expect(try await OperatingTests.rows(stage).map(\.target) == [try Journal.id("old")])
            #expect(try await app.load(Counter.self, Counter.id("old")).state.count == 3)
            try await app.restore(from: Self.source(try Self.event("new", 1, at: 9, by: 7)))
            #expect(try await OperatingTests.rows(stage).isEmpty)
            #expect(try await stage.store.head(of: Counter.id("old")) == nil)
            #expect(try await app.load(Counter.self, Counter.id("old")).state.count == 0)
            // It goes on, and so does what is new.
            #expect(try await app.settle().handled == 1)
            #expect(try await app.load(Journal.self, Journal.id("new")).state.notes == ["7"])
            #expect(try await app.load(Journal.self, Journal.id("old")).state.notes.isEmpty)
            try await app.do(Counter.Increment(amount: 2), on: Counter.id("new"), expecting: 1)
            try await app.settle()
            #expect(try await app.load(Journal.self, Journal.id("new")).state.notes == ["7", "2"])
            try await app.advanceProjections()
            let rows = try await app.projection("totals", of: Total.self).list()
            #expect(rows.map(\.key) == ["new"] && rows.map(\.row) == [Total(sum: 9, count: 2)])
        }
    }

    @Test("a state that is remembered is not taken for that of the new history, though its number is the same")
    func remembered() async throws {
        let stage = try ReactionStage(.memory)
        let id = try Counter.id("c")
        try await stage.application {
            Counter.self
        } do: { app async throws in
            try await app.do(Counter.Increment(amount: 1), on: id)
            try await app.restore(from: Self.source(try Self.event("c", 1, at: 1, by: 5)))
            #expect(try await app.load(Counter.self, id).state.count == 5)
            #expect(try await app.do(Counter.Increment(amount: 1), on: id).state.count == 6)
        }
    }

    @Test("what a reaction did in the history is known, and is not done twice", arguments: StoreKind.allCases)
    func doneBefore(_ kind: StoreKind) async throws {
        let (backup, stage) = (try ReactionStage(kind), try ReactionStage(kind))
        try await backup.increment("c", by: 1, 2)
        try await backup.application {
            Counter.self
            Journal.self
            OperatingTests.reaction(Switch(false))
        } do: { app async throws in
            try await app.settle()
        }
        try await stage.application {
            Counter.self
            Journal.self
            OperatingTests.reaction(Switch(false))
        } do: { app async throws in
            let report = try await app.restore(from: .store(backup.store))
            #expect(report.events == 4 && report.streams == 2)
            try await app.settle()
            #expect(try await app.load(Journal.self, Journal.id("c")).state.notes == ["1", "2"])
            #expect(try await OperatingTests.rows(stage).map { $0.watermark == $0.workMark } == [true])
        }
    }

    @Test("reactions 153, 157: snapshots are kept, or dropped where that is asked for", arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) async throws {
        let backup = try ReactionStage(kind)
        let (whole, pruned) = (try Account.id("whole"), try Account.id("pruned"))
        try await backup.application {
            Account.self
        } do: { app async throws in
            for id in [whole, pruned] { for _ in 1...2 { try await app.do(Account.Add(amount: 4), on: id) } }
            let snapshot = StoredSnapshot(
                persistenceID: whole, sequenceNumber: 2, stateType: "Account", schemaVersion: 1,
                writer: try await backup.writer(of: whole), epoch: 1, timestamp: backup.clock.now,
                state: Array(#"{"sum":8}"#.utf8))
            try await backup.store.save(snapshot)
        }
        let stage = try ReactionStage(kind)
        try await stage.application {
            Account.self
        } do: { app async throws in
            let dropped = try await app.restore(from: .store(backup.store), dropsSnapshots: true)
            #expect(dropped.events == 4 && dropped.snapshots == 0 && dropped.droppedSnapshots == 1)
            #expect(try await stage.store.list(of: whole).isEmpty)
            #expect(try await app.load(Account.self, whole).state == Account(sum: 8))
            let kept = try await app.restore(from: .store(backup.store))
            #expect(kept.snapshots == 1 && kept.droppedSnapshots == 0)
            #expect(try await stage.store.list(of: whole) == (try await backup.store.list(of: whole)))
        }
        try await backup.application {
            Account.self
        } do: { app async throws in
            try await app.restart(pruned)
        }
        try await stage.application {
            Account.self
        } do: { app async throws in
            // A stream that is all snapshot comes over, and can't do without it.
            let kept = try await app.restore(from: .store(backup.store))
            #expect(kept.snapshots == 2 && kept.streams == 3 && kept.problemCount == 0)
            #expect(try await app.do(Account.Add(), on: pruned).sequenceNumber == 3)
            #expect(try await app.load(Account.self, pruned).state == Account(sum: 9))
            let error = try await #require(throws: RestoreError.self) {
                try await app.restore(from: .store(backup.store), dropsSnapshots: true)
            }
            #expect(
                "\(error)" == "the history has 1 problem, and nothing was replaced: Account|pruned has no #1 to #2")
        }
    }

    @Test("reactions 154, 155: a cause is named as before, be it in the history or not", arguments: StoreKind.allCases)
    func causes(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        @Sendable func id(_ number: UInt64) -> ULID { ULID(high: 0, low: number) }
        let origins = [
            Metadata(commandID: id(5)), Metadata(causationID: id(5), commandID: id(7)),
            Metadata(causationID: id(7), commandID: id(9)), Metadata(causationID: id(999)),
        ]
        let events = try zip([5, 7, 9, 11] as [Int64], origins).enumerated().map { place, origin in
            try Self.event("c", Int64(place + 1), at: origin.0, origin.1)
        }
        try await stage.application {
            Counter.self
        } do: { app async throws in
            try await app.restore(from: Self.source(events[0], events[1], events[2], events[3]))
            let kept = try await Self.counters(stage)
            #expect(kept.map(\.causationID) == [nil, kept[0].commandID, kept[1].commandID, id(999)])
            #expect(kept.map(\.commandID) == [id(5), id(7), id(9), nil])
        }
    }

    @Test("reactions 156: a source that fails half way leaves the store as it was", arguments: StoreKind.allCases)
    func fails(_ kind: StoreKind) async throws {
        struct Boom: Error {}
        let stage = try ReactionStage(kind)
        try await stage.increment("old", by: 1, 2, 3)
        let before = try await Self.log(stage)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            await #expect(throws: Boom.self) {
                try await app.restore(from: Self.source(try Self.event("new", 1, at: 1), failing: Boom()))
            }
            #expect(try await Self.log(stage) == before)
        }
    }

    @Test("reactions 158: progress is told behind each event", arguments: StoreKind.allCases)
    func progress(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            var seen: [Int] = []
            try await app.restore(
                from: Self.source(try Self.event("a", 1, at: 1), try Self.event("a", 2, at: 2))
            ) { seen.append($0) }
            #expect(seen == [1, 2])
        }
    }

    @Test("reactions 159: events whose times do not rise are found by their times", arguments: StoreKind.allCases)
    func times(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (early, late) = (Timestamp(microseconds: 10), Timestamp(microseconds: 20))
        try await stage.application {
            Counter.self
        } do: { app async throws in
            try await app.restore(
                from: Self.source(
                    try Self.event("a", 1, at: 1, by: 20, on: late), try Self.event("a", 2, at: 2, by: 10, on: early)))
            for (filter, expected) in [
                (EventFilter(happenedBefore: late), early),
                (EventFilter(happenedAfter: early, happenedBefore: .init(microseconds: 99)), late),
            ] {
                let found = try await stage.store.readAll(
                    after: 0, limit: 9, where: filter, fields: [], into: [Timestamp]()
                ) {
                    $0.append($1.timestamp)
                    return .next
                }
                #expect(found == [expected])
            }
        }
    }

    @Test("a dry run writes nothing, and says what would be kept and what is wrong", arguments: StoreKind.allCases)
    func dryRun(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("old", by: 1)
        let before = try await Self.log(stage)
        var odd = try Self.event("a", 2, at: 2)
        odd.type = "Forgotten"
        var damaged = try Self.event("a", 5, at: 3)
        (damaged.isIntact, damaged.metadata) = (false, Array("[1]".utf8))
        let source = Self.source(try Self.event("a", 1, at: 1), odd, damaged)
        let id = try Counter.id("a")
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let report = try await app.restore(from: source, dryRun: true)
            #expect(report.events == 3 && report.streams == 1 && report.positions.isEmpty)
            #expect(
                report.problems == [
                    .unknownType("Forgotten", id, 2), .missing(id, 3..<5), .damaged(id, 5), .metadata(id, 5),
                ])
            #expect(
                report.problems.map(\.description) == [
                    "Counter|a #2 is a Forgotten, which its aggregate does not emit", "Counter|a has no #3 to #4",
                    "Counter|a #5 does not fit its checksum", "Counter|a #5 has metadata that can't be read",
                ])
            #expect(try await Self.log(stage) == before)
        }
    }

    @Test(
        "a history with problems is restored only where they are accepted, and one that can't be never is",
        arguments: StoreKind.allCases)
    func problems(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("old", by: 1)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let gap = [try Self.event("a", 1, at: 1), try Self.event("a", 3, at: 2)]
            let error = try await #require(throws: RestoreError.self) {
                try await app.restore(from: Self.source(gap[0], gap[1]))
            }
            #expect("\(error)" == "the history has 1 problem, and nothing was replaced: Counter|a has no #2")
            #expect(try await Self.counters(stage).map(\.persistenceID.entityID) == ["old"])
            let report = try await app.restore(from: Self.source(gap[0], gap[1]), despiteProblems: true)
            #expect(report.problemCount == 1 && report.positions.count == 2)
            let twice = try await #require(throws: RestoreError.self) {
                try await app.restore(from: Self.source(gap[0], gap[0]), despiteProblems: true)
            }
            #expect("\(twice)" == "the history has 1 problem, and nothing was replaced: Counter|a has #1 behind #1")
            let empty = try await #require(throws: RestoreError.self) { try await app.restore(from: Self.source()) }
            #expect("\(empty)" == "the source has no stream, and nothing was replaced")
            #expect(try await Self.counters(stage).map(\.sequenceNumber) == [1, 3])
        }
    }

    @Test("a report names the first hundred problems, and counts all")
    func manyProblems() async throws {
        let stage = try ReactionStage(.memory)
        let events = try (1...150).map { try Self.event("c", Int64($0 * 2), at: Int64($0)) }
        let source = HistorySource.events(
            AsyncStream { stream in
                for event in events { stream.yield(event) }
                stream.finish()
            })
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let report = try await app.restore(from: source, dryRun: true)
            #expect(report.problemCount == 150 && report.problems.count == 100)
        }
    }

    @Test("a file that is only looked at is a source too")
    func reader() async throws {
        let folder = try TemporaryFolder.inMemory()
        let file = try SQLiteStore.create(folder.file())
        let id = try Account.id("t")
        let stage = try ReactionStage(.memory)
        try await stage.application(on: file) {
            Account.self
        } do: { app async throws in
            for _ in 1...3 { try await app.do(Account.Add(), on: id) }
            try await app.restart(id)
            try await app.do(Account.Add(), on: id)
        }
        file.close()
        let path = folder.file()
        try await stage.application {
            Account.self
        } do: { app async throws in
            let report = try await app.restore(from: .reader { try SQLiteReader(path) })
            #expect(report.events == 2 && report.streams == 2 && report.snapshots == 1 && report.problemCount == 0)
            #expect(try await app.load(Account.self, id).state == Account(sum: 4))
        }
    }

    @Test("a file says how many streams and events it has, also when its history was replaced twice")
    func totals() async throws {
        let folder = try TemporaryFolder.inMemory()
        let file = try SQLiteStore.create(folder.file())
        let stage = try ReactionStage(.memory)
        for id in ["a", "b", "c"] { try await stage.increment(id, by: 1, 2) }
        try await stage.application(on: file) {
            Counter.self
        } do: { app async throws in
            for _ in 1...2 {
                try await app.restore(from: .store(stage.store))
                // With the stream in which it is remembered.
                let totals = try SQLiteReader(folder.file()).totals()
                #expect(totals.streams == 4 && totals.events == 7)
            }
            #expect(try SQLiteReader(folder.file()).totals().lastPosition == 14)
        }
        file.close()
    }

    @Test("a store that can't replace its history is named")
    func store() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.application(on: PlainStore(base: try stage.memory)) {
            Counter.self
        } do: { app async throws in
            let error = try await #require(throws: RestoreError.self) { try await app.restore(from: Self.source()) }
            #expect("\(error)" == "a PlainStore can't replace its history: it is no RestorableStore")
        }
    }
}

extension RecordedEvent {
    /// With the bytes of an event.
    fileprivate func with(_ event: NewEvent) -> RecordedEvent {
        var copy = self
        copy.payload = event.payload
        if !event.metadata.values.isEmpty {
            copy.metadata = Array(JSONValue.object(event.metadata.values).compactText.utf8)
        }
        return copy
    }
}
