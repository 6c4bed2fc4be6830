import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Operators change many streams at once")
struct StreamOperatingTests {
    @Test("a dry run of closing, opening and beginning anew writes nothing", arguments: StoreKind.allCases)
    func dryRuns(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (id, counter) = (try Account.id("t"), try Counter.id("c"))
        try await stage.application {
            Account.self
            Counter.self
        } do: { app async throws in
            for _ in 1...3 { try await app.do(Account.Add(), on: id) }
            try await app.do(Counter.Increment(), on: counter)
            let before = try await stage.store.recorded()
            var told = app.lifecycle().makeAsyncIterator()
            #expect(try await app.close(id, dryRun: true) == 4)
            let planned = try await app.restart(id, dryRun: true)
            #expect(planned == StreamTruncation(stream: id, snapshot: 3, events: 3))
            let codec = try await #require(throws: OperatingError.self) { try await app.restart(counter, dryRun: true) }
            #expect("\(codec)".contains("says no way to write snapshots"))
            #expect(try await stage.store.recorded() == before)
            #expect(try await stage.store.list(of: id).isEmpty)
            #expect(try await app.restart(id) == planned)
            #expect(try await app.close(id) == 4)
            guard case .closed(id)? = await told.next() else {
                Issue.record("what was closed was not told, or before it was")
                return
            }
            let closed = try await #require(throws: OperatingError.self) { try await app.close(id, dryRun: true) }
            #expect("\(closed)" == "Account|t is closed already")
            #expect(try await app.reopen(id, dryRun: true) == 5)
            #expect(try await stage.store.head(of: id)?.sequenceNumber == 4)
            #expect(try await app.reopen(id) == 5)
        }
    }

    @Test("all streams that fit are closed and opened, page by page, and noted as one", arguments: StoreKind.allCases)
    func closes(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let ids = try (0..<1_020).map { try Account.id("a-\(10_000 + $0)") }
        let other = try Account.id("b")
        try await stage.application {
            Account.self
            Counter.self
        } do: { app async throws in
            for id in ids + [other] { try await app.do(Account.Add(), on: id) }
            try await app.do(Counter.Increment(), on: Counter.id("a-1"))
            let filter = StreamFilter.matching(.contains("unt|a-"))
            var expected = StreamOperation()
            (expected.count, expected.streams) = (1_020, Array(ids.prefix(100)))
            #expect(try await app.close(filter, by: "ann", dryRun: true) == expected)
            #expect(try await stage.store.head(of: ids[0])?.sequenceNumber == 1)
            #expect(try await OperatingTests.notes(stage).isEmpty)
            try await app.close(ids[7])
            (expected.count, expected.streams) = (1_019, Array((ids[..<7] + ids[8...]).prefix(100)))
            #expect(try await app.close(filter, by: "ann") == expected)
            #expect(try await app.close(filter) == StreamOperation(), "there is nothing to do")
            for id in ids { #expect(try await stage.store.head(of: id)?.sequenceNumber == 2) }
            #expect(try await stage.store.head(of: other)?.sequenceNumber == 1)
            // Those that somebody named say why nothing is done.
            let names = [try Account.id("none"), other, ids[1], ids[0], ids[1]]
            let named = try await app.reopen(.these(names), by: "bob")
            #expect(named.count == 2 && named.streams == [ids[0], ids[1]] && named.refused == 2)
            #expect(named.refusals.map(\.stream) == [other, try Account.id("none")])
            #expect(named.refusals.map(\.reason) == ["Account|b is not closed", "Account|none has no event"])
            #expect(try await app.reopen(filter, dryRun: true).count == 1_018)
            #expect(
                try await OperatingTests.notes(stage) == [
                    #"StreamsClosed {"count":1019,"filter":"streams: contains unt|a-","operator":"ann"}"#,
                    #"StreamsReopened {"count":2,"filter":"Account|a-10000, Account|a-10001, Account|b, Account|none","operator":"bob"}"#,
                ])
        }
    }

    @Test(
        "of those that are to begin anew, or to be truncated, some can't be, which is said, and the others are",
        arguments: StoreKind.allCases)
    func shortens(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (first, second, counter) = (try Account.id("x-1"), try Account.id("x-2"), try Counter.id("x-3"))
        let filter = StreamFilter.matching(.contains("x-"))
        try await stage.application {
            Account.self
            Counter.self
        } do: { app async throws in
            try await app.do(Counter.Increment(), on: counter)
            for id in [first, first, first, second, second] { try await app.do(Account.Add(), on: id) }
            try await stage.store.advance(Checkpoint("mail", position: 4, expecting: 0), at: stage.clock.now)
            let planned = try await app.restart(filter, dryRun: true)
            #expect(planned.count == 1 && planned.streams == [first] && planned.events == 3)
            #expect(planned.refused == 2)
            #expect(
                planned.refusals == [
                    StreamOperation.Refusal(
                        second,
                        "Account|x-2 can't be truncated through #2, which is at position 6: the reader 'mail' is at position 4"
                    ),
                    StreamOperation.Refusal(
                        counter,
                        "Counter|x-3 can't begin anew from its state: its aggregate says no way to write snapshots"),
                ])
            #expect(try await stage.store.head(of: first)?.eventCount == 3)
            #expect(try await app.restart(filter) == planned)
            #expect(try await stage.store.head(of: first)?.eventCount == 0)
            #expect(try await app.restart(filter).count == 0, "it has begun anew")

            for _ in 1...2 { try await app.do(Account.Add(), on: first) }
            let snapshot = StoredSnapshot(
                persistenceID: first, sequenceNumber: 5, stateType: "Account", schemaVersion: 1,
                writer: try await stage.writer(of: first), epoch: 1, timestamp: stage.clock.now,
                state: Array(#"{"sum":5}"#.utf8))
            try await stage.store.save(snapshot)
            try await stage.store.advance(Checkpoint("mail", position: 99, expecting: 4), at: stage.clock.now)
            let shorter = try await app.truncate(filter, before: 9, by: "ann", dryRun: true)
            #expect(shorter.count == 1 && shorter.streams == [first] && shorter.events == 2)
            #expect(shorter.refusals.map(\.stream) == [second, counter])
            #expect(try await stage.store.head(of: first)?.eventCount == 2)
            #expect(try await app.truncate(filter, before: 9, by: "ann") == shorter)
            #expect(try await stage.store.head(of: first)?.eventCount == 0)
            #expect(try await app.truncate(filter, before: 9).count == 0)
            #expect(
                try await OperatingTests.notes(stage) == [
                    #"StreamsRestarted {"count":1,"filter":"streams: contains x-","events":3}"#,
                    #"StreamsTruncated {"count":1,"filter":"streams: contains x-","before":9,"events":2,"operator":"ann"}"#,
                ])
            #expect(try await app.load(Account.self, first).state == Account(sum: 5))
        }
    }

    @Test("what was done before the store failed is noted all the same", arguments: StoreKind.allCases)
    func failing(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let store = CountedStore(try #require(stage.store as? any SteppedStore))
        let appends = Failures(0)
        try await stage.application(on: store) {
            Account.self
        } do: { app async throws in
            for id in ["a", "b", "c"] { try await app.do(Account.Add(), on: Account.id(id)) }
            store.fail { call in
                guard case .append = call else { return nil }
                try? appends.next()
                return appends.calls == 2 ? NotToday() : nil
            }
            await #expect(throws: NotToday.self) { try await app.close(.matching(.prefix("Account|"))) }
            #expect(try await stage.store.head(of: Account.id("a"))?.sequenceNumber == 2)
            #expect(try await stage.store.head(of: Account.id("b"))?.sequenceNumber == 1)
            #expect(
                try await OperatingTests.notes(stage) == [
                    #"StreamsClosed {"count":1,"filter":"streams: prefix Account|"}"#
                ])
        }
    }
}
