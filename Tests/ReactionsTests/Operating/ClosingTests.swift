import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import TestSupport
import Testing

@Suite("Operators close, reopen and shorten streams")
struct ClosingTests {
    @Test(
        "nothing is done to a stream that is closed, whoever remembers its state, until it is reopened",
        arguments: StoreKind.allCases)
    func closes(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t-1")
        try await stage.application {
            Account.self
        } do: { one async throws in
            try await stage.application {
                Account.self
            } do: { other async throws in
                try await one.do(Account.Add(amount: 5), on: id)
                _ = try await other.load(Account.self, id)
                let events = one.lifecycle()
                var told = events.makeAsyncIterator()
                #expect(try await one.close(id, by: "ann") == 2)
                guard case .closed(let stream)? = await told.next() else {
                    Issue.record("it was not told")
                    return
                }
                #expect(stream == id)
                for app in [one, other] {
                    let error = try await #require(throws: StreamClosedError.self) {
                        try await app.do(Account.Add(), on: id)
                    }
                    #expect(
                        "\(error)" == "Account|t-1 was closed with #2, and nothing is done to it; reopen it first")
                    #expect(try await app.load(Account.self, id).state == Account(sum: 5))
                }
                let closed = try await #require(throws: OperatingError.self) { try await other.close(id) }
                #expect("\(closed)" == "Account|t-1 is closed already")
                #expect(try await other.reopen(id) == 3)
                let open = try await #require(throws: OperatingError.self) { try await one.reopen(id) }
                #expect("\(open)" == "Account|t-1 is not closed")
                #expect(try await one.do(Account.Add(amount: 2), on: id).state == Account(sum: 7))
                #expect(try await other.do(Account.Add(amount: 2), on: id).state == Account(sum: 9))
            }
        }
        let types = try await stage.store.load(id, from: 1, through: .max, fields: .all, into: [String]()) {
            types, event in
            types.append(
                event.type + (event.payload.count > 2 ? " " + String(decoding: event.payload, as: UTF8.self) : ""))
            return .next
        }
        #expect(types[1...2] == [#"Reactions.StreamClosed {"operator":"ann"}"#, "Reactions.StreamReopened"])
    }

    @Test("only streams of aggregates that are there are closed and reopened")
    func wrongStreams() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.application {
            Account.self
        } do: { app async throws in
            let other = try await #require(throws: OperatingError.self) { try await app.close(Counter.id("c")) }
            #expect(
                "\(other)"
                    == "Counter|c belongs to no aggregate of the application, and only those are closed and reopened")
            let none = try await #require(throws: OperatingError.self) { try await app.reopen(Account.id("none")) }
            #expect("\(none)" == "Account|none has no event")
        }
    }

    @Test("a stream that others write to while it is closed is closed behind what they wrote")
    func overtaken() async throws {
        let stage = try ReactionStage(.memory)
        let store = UnreliableStore(over: try stage.memory)
        let id = try Account.id("t")
        try await stage.application(on: store) {
            Account.self
        } do: { app async throws in
            try await app.do(Account.Add(), on: id)
            for append in 1...3 { store.failAppend(append, with: .conflict) }
            #expect(try await app.close(id) == 2)
            try await app.reopen(id)
            for append in 1...4 { store.failAppend(append, with: .conflict) }
            await #expect(throws: ConcurrencyError.self) { try await app.close(id) }
        }
    }

    @Test(
        "a stream begins anew from its state: a snapshot stands for what is deleted, and its numbers go on",
        arguments: StoreKind.allCases)
    func restarts(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t-1")
        try await stage.application {
            Account.self
            Counter.self
        } do: { app async throws in
            for amount in 1...7 { try await app.do(Account.Add(amount: amount), on: id) }
            let done = try await app.restart(id, by: "ann")
            #expect(done == StreamTruncation(stream: id, snapshot: 7, events: 7))
            #expect(try await stage.store.head(of: id)?.eventCount == 0)
            #expect(try await app.do(Account.Add(amount: 2), on: id).sequenceNumber == 8)
            #expect(try await app.load(Account.self, id).state == Account(sum: 30))
            #expect(
                try await OperatingTests.notes(stage) == [
                    #"StreamTruncated {"count":7,"stream":"Account|t-1","snapshot":7,"operator":"ann"}"#
                ])
            try await app.close(id)
            let closed = try await #require(throws: OperatingError.self) { try await app.restart(id) }
            #expect("\(closed)" == "Account|t-1 is closed already")
            try await app.do(Counter.Increment(), on: Counter.id("c"))
            let error = try await #require(throws: OperatingError.self) { try await app.restart(Counter.id("c")) }
            #expect(
                "\(error)"
                    == "Counter|c can't begin anew from its state: its aggregate says no way to write snapshots")
        }
        try await stage.application {
            Account.self
        } do: { app async throws in
            #expect(try await app.load(Account.self, id).state == Account(sum: 30))
        }
    }

    @Test("events go only as far as a snapshot stands for them", arguments: StoreKind.allCases)
    func behindSnapshots(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t")
        try await stage.application {
            Account.self
        } do: { app async throws in
            for _ in 1...3 { try await app.do(Account.Add(), on: id) }
            let error = try await #require(throws: OperatingError.self) { try await app.truncate(id, before: 4) }
            #expect(
                "\(error)"
                    == "Account|t can't be truncated before #4: no snapshot below that stands for what would go; take one first"
            )
            let snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: 2, stateType: "Account", schemaVersion: 1,
                writer: try await stage.writer(of: id), epoch: 1, timestamp: stage.clock.now,
                state: Array(#"{"sum":2}"#.utf8))
            try await stage.store.save(snapshot)
            await #expect(throws: OperatingError.self) { try await app.truncate(id, before: 2) }
            let planned = try await app.truncate(id, before: 4, dryRun: true)
            #expect(planned == StreamTruncation(stream: id, snapshot: 2, events: 2))
            #expect(try await stage.store.head(of: id)?.eventCount == 3)
            #expect(try await app.truncate(id, before: 4) == planned)
            #expect(try await stage.store.head(of: id)?.eventCount == 1)
        }
        try await stage.application {
            Account.self
        } do: { app async throws in
            #expect(try await app.load(Account.self, id).state == Account(sum: 3))
        }
    }

    @Test("no event goes that somebody has not read, and the error names who that is", arguments: StoreKind.allCases)
    func needed(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t")
        let (store, now) = (stage.store, stage.clock.now)
        try await stage.application {
            Account.self
        } do: { app async throws in
            for _ in 1...3 { try await app.do(Account.Add(), on: id) }
            func expectNeeded(by consumer: String) async throws {
                let error = try await #require(throws: OperatingError.self) { try await app.restart(id) }
                #expect(
                    "\(error)"
                        == "Account|t can't be truncated through #3, which is at position 3: \(consumer)")
                #expect(try await store.head(of: id)?.eventCount == 3)
            }
            try await store.advance(Checkpoint("mail", position: 2, expecting: 0), at: now)
            try await expectNeeded(by: "the reader 'mail' is at position 2")
            try await store.apply([], to: Projection("sums"), position: 1, expecting: 0, at: now)
            try await expectNeeded(by: "the projection sums v1 is at position 1")
            let target = NewSubscription(try Journal.id("j"), source: .prefix("Account|"), workMark: 3)
            try await store.correlated([target], through: 3, of: "bank", at: now)
            try await expectNeeded(by: "the subscription Journal|j of 'bank' is at position 0")
            try await store.subscribe([NewSubscription(try Journal.id("k"))], of: "archive")
            try await expectNeeded(by: "the correlation of 'archive' is at position 0")
            // They come to it one after the other.
            try await store.correlated([], through: 9, of: "archive", at: now)
            let claims = try await store.claim(
                ClaimPlaces(lagging: 9, leading: 0), in: nil, of: "bank", for: .seconds(1),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
            try await expectNeeded(by: "the subscription Journal|j of 'bank' is at position 0")
            try await store.ack(claims.map { Acknowledgement($0, watermark: 3) }, at: now)
            try await expectNeeded(by: "the projection sums v1 is at position 1")
            try await store.apply([], to: Projection("sums"), position: 3, expecting: 1, at: now)
            try await expectNeeded(by: "the reader 'mail' is at position 2")
            try await store.advance(Checkpoint("mail", position: 3, expecting: 2), at: now)
            // Of other streams, and of versions that nobody reads any more, nothing is needed.
            let other = NewSubscription(try Journal.id("o"), source: .prefix("Counter|"), workMark: 3)
            try await store.correlated([other], through: 9, of: "bank", at: now)
            try await store.apply([], to: Projection("sums", version: 2), position: 3, expecting: 0, at: now)
            try await store.swap(to: Projection("sums", version: 2), at: now)
            #expect(try await app.restart(id).events == 3)
        }
    }

    @Test(
        "the application's own correlation counts where its reactions are for the events", arguments: StoreKind.allCases
    )
    func ownCorrelation(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t")
        try await stage.store.subscribe([NewSubscription(try Journal.id("j"))], of: "counting")
        for (isHeard, name) in [(true, "counting"), (false, "counting")] {
            try await stage.application(name) {
                Account.self
                if isHeard { On(Account.Added.self, "look").do { _, _, _ in } }
            } do: { app async throws in
                try await app.do(Account.Add(), on: id)
                if isHeard {
                    let error = try await #require(throws: OperatingError.self) { try await app.restart(id) }
                    #expect("\(error)".hasSuffix(": the correlation of 'counting' is at position 0"))
                } else {
                    #expect(try await app.restart(id).events == 2)
                }
            }
        }
    }

    @Test("who comes while it is found out who needs events keeps them too", arguments: StoreKind.allCases)
    func meanwhile(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Account.id("t")
        let new = NewSubscription(try Journal.id("j"), source: .prefix("Account|"), workMark: 3)
        let base = try #require(stage.store as? any SteppedStore & ConsumerStore)
        let store = InterruptedStore(base: base) {
            try await base.correlated([new], through: 3, of: "bank", at: .epoch)
        }
        try await stage.application(on: store) {
            Account.self
        } do: { app async throws in
            for _ in 1...3 { try await app.do(Account.Add(), on: id) }
            let snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: 3, stateType: "Account", schemaVersion: 1,
                writer: try await stage.writer(of: id), epoch: 1, timestamp: stage.clock.now,
                state: Array(#"{"sum":3}"#.utf8))
            try await base.save(snapshot)
            let error = try await #require(throws: OperatingError.self) { try await app.truncate(id, before: 4) }
            #expect(
                "\(error)" == """
                    Account|t can't be truncated through #3, which is at position 3: the subscription Journal|j of 'bank' \
                    is at position 0
                    """)
            #expect(try await base.head(of: id)?.eventCount == 3)
        }
    }

    @Test("a store that does not know who reads its log shortens nothing")
    func unknownConsumers() async throws {
        let stage = try ReactionStage(.memory)
        let id = try Account.id("t")
        try await stage.application(on: PlainStore(base: try stage.memory)) {
            Account.self
        } do: { app async throws in
            try await app.do(Account.Add(), on: id)
            let error = try await #require(throws: OperatingError.self) { try await app.restart(id) }
            #expect("\(error)" == "a PlainStore can't do that: it is no ConsumerStore")
        }
    }
}

/// A store in which somebody comes whenever it was asked who needs events.
private struct InterruptedStore: ForwardingReactionStore, ConsumerStore {
    let whole: any SteppedStore & ConsumerStore
    let comes: @Sendable () async throws -> Void

    init(base: any SteppedStore & ConsumerStore, comes: @escaping @Sendable () async throws -> Void) {
        (whole, self.comes) = (base, comes)
    }

    var base: any SteppedStore { whole }

    func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        let found = try await whole.consumers(of: stream, below: position, limit: limit)
        try await comes()
        return found
    }

    func deleteEvents(
        of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]
    ) async throws -> LogConsumer? {
        try await whole.deleteEvents(of: stream, upTo: number, besides: known)
    }
}
