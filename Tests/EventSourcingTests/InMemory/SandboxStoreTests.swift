import Actors
import EventSourcing
import Testing

@Suite("A sandbox over a store")
struct SandboxStoreTests {
    private let base = InMemoryStore()

    private func snapshot(_ id: PersistenceID, _ number: Int64) -> StoredSnapshot {
        StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: "State", writer: .first,
            timestamp: Timestamp(microseconds: 0), state: [1])
    }

    @Test("nothing that is done in it changes the store beneath")
    func baseIsNeverWritten() async throws {
        let id = try order("1")
        try await base.append("a", "b", "c", to: id)
        try await base.save(snapshot(id, 2))
        let before = (try base.reader().changeToken(), try base.reader().log(), try base.reader().totals())
        let sandbox = SandboxStore(over: base.reader())
        try await sandbox.append("d", to: id, by: .second)
        try await sandbox.append("x", to: try order("new"))
        try await sandbox.deleteEvents(of: id, upTo: 2)
        try await sandbox.takeOver(id, by: .first)
        try await sandbox.save(snapshot(id, 3))
        try await sandbox.delete(of: id, upTo: 2)
        try await sandbox.register(WriterRecord(id: .second, host: "h"))
        try await sandbox.importHistory([
            ImportedEvent(persistenceID: id, sequenceNumber: 9, event: .fixture("i"), writer: .first)
        ])
        #expect(
            try sandbox.reader().log() == ["3 Order|1 #3 c", "4 Order|1 #4 d", "5 Order|new #1 x", "6 Order|1 #9 i"])
        #expect(try sandbox.reader().snapshots(of: id).map(\.sequenceNumber) == [3])
        #expect(try sandbox.reader().totals() == StoreTotals(streams: 2, events: 4, lastPosition: 6))
        #expect(try base.reader().changeToken() == before.0)
        #expect(try base.reader().log() == before.1)
        #expect(try base.reader().totals() == before.2)
    }

    @Test("a stream that was written to stays where it was; the others follow the store beneath")
    func following() async throws {
        let (touched, other) = (try order("touched"), try order("other"))
        try await base.append("a", to: touched)
        try await base.append("x", to: other)
        let sandbox = SandboxStore(over: base.reader())
        let reader = sandbox.reader()
        try await base.append("b", to: touched)
        #expect(try reader.texts(of: touched) == ["a", "b"], "before the first write everything follows")
        try await sandbox.append("own", to: touched)
        let token = try reader.changeToken()
        try await base.append("c", to: touched)
        try await base.append("y", to: other)
        #expect(try reader.changeToken() != token)
        #expect(try reader.texts(of: touched) == ["a", "b", "own"])
        #expect(try reader.texts(of: other) == ["x", "y"])
        #expect(
            try reader.log() == [
                "1 Order|touched #1 a", "2 Order|other #1 x", "3 Order|touched #2 b", "4 Order|touched #3 own",
            ],
            "the log ends beneath where the sandbox began")
    }

    @Test("what is refused leaves a stream following the store beneath")
    func refusals() async throws {
        let id = try order("1")
        try await base.append("a", to: id, by: .first)
        try await base.append("b", to: id, by: .second)
        let sandbox = SandboxStore(over: base.reader())
        await #expect(throws: ConcurrentModificationError(persistenceID: id, expected: .number(1), actual: 2)) {
            try await sandbox.append(
                [.fixture("x")], to: id, expecting: .number(1), by: .second, epoch: nil, with: .none)
        }
        await #expect(throws: WriterFencedError(persistenceID: id, writer: .second, epoch: 1, currentEpoch: 2)) {
            try await sandbox.append(
                [.fixture("x")], to: id, expecting: .number(2), by: .first, epoch: 1, with: .none)
        }
        try await base.append("c", to: id)
        #expect(try sandbox.reader().texts(of: id) == ["a", "b", "c"])
    }

    @Test("what is written under a lock beneath is written; under a claim that was made beneath it is refused")
    func fences() async throws {
        let target = try order("1")
        try await base.subscribe([NewSubscription(target, workMark: 9)], of: "bank")
        let claims = try await base.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .epoch)
        let claim = try #require(claims.first)
        let lock = Lease(
            name: "Order|1", fencingNumber: 1, acquisition: ULID(high: 1, low: 1), holder: .first, acquired: .epoch,
            expires: .epoch)
        let sandbox = SandboxStore(over: base.reader())
        for events in [[], [NewEvent.fixture("a")]] {
            await #expect(throws: ClaimLostError(application: "bank", target: target, fencingNumber: 1)) {
                try await sandbox.append(
                    events, to: target, expecting: .any, by: .first, epoch: nil,
                    with: Companions(under: lock, claim: claim))
            }
        }
        #expect(try await sandbox.head(of: target) == nil)
        _ = try await sandbox.append(
            [.fixture("a")], to: target, expecting: .any, by: .first, epoch: nil, with: Companions(under: lock))
        #expect(try await sandbox.head(of: target)?.sequenceNumber == 1)
    }

    @Test("subscriptions go on from where they stand beneath, where nothing changes by that")
    func subscriptions() async throws {
        let (one, other) = (try order("1"), try order("2"))
        try await base.correlated(
            [NewSubscription(one, workMark: 9), NewSubscription(other, workMark: 7)], through: 9, of: "bank", at: .epoch
        )
        func claim(of store: some SubscriptionStore) async throws -> [SubscriptionClaim] {
            try await store.claim(
                ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .epoch)
        }
        // Somebody has it in hand there, and nobody here.
        let beneath = try await claim(of: base)
        #expect(beneath.map(\.target) == [one])
        let sandbox = SandboxStore(over: base.reader())
        #expect(try await sandbox.checkpoint(of: "bank") == 9)
        let claims = try await claim(of: sandbox)
        #expect(claims.map(\.target) == [one])
        try await sandbox.ack(claims.map { Acknowledgement($0, watermark: 9) }, at: .epoch)
        try await sandbox.append("a", to: one)
        #expect(try await sandbox.list(.these(one), of: "bank", after: nil, limit: 1).first?.watermark == 9)
        let shown = try #require(sandbox.reader() as? any SubscriptionReader)
        #expect(try shown.subscriptions(.these(one), of: "bank", after: nil, limit: 1).first?.watermark == 9)
        #expect(try await base.list(.these(one), of: "bank", after: nil, limit: 1).first?.watermark == 0)
        // From then on it goes its own way.
        try await base.reset(.all, of: "bank")
        #expect(try await sandbox.list(.these(one), of: "bank", after: nil, limit: 1).first?.watermark == 9)
    }

    @Test(
        "an application that never ran beneath begins at the end of the log, and what has happened is not to happen again"
    )
    func newApplication() async throws {
        try await base.append("a", to: try order("1"))
        try await base.append("b", to: try order("1"))
        let sandbox = SandboxStore(over: base.reader())
        #expect(try await sandbox.checkpoint(of: "bank") == 2)
        #expect(try await base.checkpoint(of: "bank") == 0)
    }

    @Test("a sandbox tells of what is written in it")
    func tells() async throws {
        let sandbox = SandboxStore(over: base.reader())
        let count = Locked(0)
        let watch = sandbox.watchChanges { count.withLock { $0 += 1 } }
        try await sandbox.append("a", to: try order("1"))
        #expect(count.withLock { $0 } == 1)
        _ = try await sandbox.checkpoint(of: "bank")
        #expect(count.withLock { $0 } == 1)
        _ = consume watch
    }

    @Test("large payloads beneath are read whole, in pages of bounded size, from both ends")
    func largePayloads() async throws {
        let id = try order("1")
        for number in 0..<7 {
            let event = NewEvent(
                type: "T", payload: Array(repeating: UInt8(number), count: 700_000),
                timestamp: Timestamp(microseconds: 0))
            _ = try await base.append([event], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
        }
        let sandbox = SandboxStore(over: base.reader())
        try await sandbox.append("own", to: id)
        for reversed in [false, true] {
            var sizes: [Int] = []
            try sandbox.reader().read(id, from: 1, through: .max, reversed: reversed, fields: .all) { event in
                sizes.append(event.payloadSize)
                return .next
            }
            let expected = Array(repeating: 700_000, count: 7) + [3]
            #expect(sizes == (reversed ? expected.reversed() : expected))
        }
    }

    @Test("lists mix the streams beneath with its own, by name and by time, in pages")
    func lists() async throws {
        for (number, name) in ["b", "d", "f", "h", "j"].enumerated() {
            _ = try await base.append(
                [.fixture("x", at: Int64(number))], to: try order(name), expecting: .any, by: .first, epoch: nil,
                with: .none)
        }
        let sandbox = SandboxStore(over: base.reader())
        for (name, second) in [("a", 2), ("d", 9), ("e", 3), ("z", -1)] as [(String, Int64)] {
            _ = try await sandbox.append(
                [.fixture("y", at: second)], to: try order(name), expecting: .any, by: .first, epoch: nil, with: .none)
        }
        let reader = sandbox.reader()
        for (order, expected) in [(.name, "abdefhjz"), (.newest, "djehafbz")] as [(StreamQuery.Order, String)] {
            for limit in 1...9 {
                var (names, query) = ("", StreamQuery(order: order, limit: limit))
                while let last = try reader.streams(query).last {
                    names += try reader.streams(query).map(\.persistenceID.entityID).joined()
                    query.after = last
                }
                #expect(names == expected, "pages of \(limit)")
            }
        }
        #expect(try reader.totals().streams == 8)
    }

    @Test("each change is told, unlocked")
    func changes() async throws {
        let sandbox = SandboxStore(over: base.reader())
        let id = try order("1")
        let counts = Locked<[Int]>([])
        sandbox.onChange {
            let count = (try? sandbox.reader().texts(of: id).count) ?? -1
            counts.withLock { $0.append(count) }
        }
        try await sandbox.append("a", to: id)
        try await sandbox.append("b", "c", to: id)
        #expect(counts.withLock(\.self) == [1, 3])
    }
}
