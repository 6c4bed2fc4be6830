import Actors
import EventSourcing

/// What the cases of a history that takes the place of another one need of a store.
typealias RestoredStore = EventStore & SnapshotStore & CommandStore & SubscriptionStore & TimerStore & OutboxStore
    & ProjectionStore & CheckpointStore & LeaseStore & QuarantineStore & RestorableStore

extension EventStoreConformance {
    /// The cases for a history that takes the place of another one.
    static let replacementCases: [ConformanceCase] = [
        .restoring("reactions 151, 152: what hangs on the old history goes with it, and nothing else") { store in
            let (old, new) = (try order("old"), try order("new"))
            try await fill(store, old)
            let lease = try await store.acquire(
                "sweep", for: .seconds(9), as: .number(1), by: .first, at: .second(1))
            let positions = try await store.restore(
                RestoredHistory(events: [.fixture(new, 1)]), at: .second(2))
            try expect(positions, is: 4..<5, "the positions go on")
            try expect(try await store.head(of: old), is: nil, "the old stream is gone")
            try expect(
                try await store.streams(after: nil, prefix: "", limit: 9).map(\.persistenceID), is: [new], "one is new")
            try expect(try await store.recorded(), is: ["4 Order|order-new #1"], "with its event")
            try expect(try await store.list(of: old), is: [], "no snapshot")
            try expect(try await store.command(.number(7)), is: nil, "no command")
            try expect(try await store.list(.all, of: "bank", after: nil, limit: 9), is: [], "no subscription")
            try expect(try await store.checkpoint(of: "bank"), is: 0, "nothing was correlated")
            try expect(try await store.checkpoint("mail"), is: 0, "no reader has read")
            try expect(try await store.versions(of: "sums"), is: [], "no projection")
            try expect(try await store.get("a", of: "sums", version: nil), is: nil, "and no row of it")
            try expect(try await store.timers(of: old), is: [], "no timer")
            try expect(try await store.entries(after: 0, limit: 9).map(\.destination), is: [], "nothing is to leave")
            try expect(
                try await store.quarantined(of: old, after: 0, limit: 9).map(\.sequenceNumber), is: [],
                "nothing is set apart")
            let held = try require(try await store.get("sweep", at: .second(2)), "a lease is nobody's history")
            try expect(lease, is: .acquired(held), "as it was taken")
        },
        .restoring("a stream of both histories is the new one, to whoever has read the old one too") { store in
            let (a, b) = (try order("a"), try order("b"))
            func texts(_ id: PersistenceID) async throws -> [String] {
                try await store.load(id, from: 1, through: 9, fields: .all, into: [String]()) {
                    $0.append(String(decoding: $1.payload, as: UTF8.self))
                    return .next
                }
            }
            for id in [a, b] {
                _ = try await store.append(
                    [.fixture("old", at: .second(1)), .fixture("old", at: .second(2))], to: id, expecting: .any,
                    by: .first, epoch: nil, with: .none)
                _ = try await store.head(of: id)
                try expect(try await texts(id), is: ["old", "old"], "what was in \(id)")
            }
            _ = try await store.recorded()
            try await store.restore(
                RestoredHistory(events: [.fixture(b, 1), .fixture(a, 1), .fixture(a, 2), .fixture(a, 3)]),
                at: .second(3))
            for (id, count) in [(a, 3), (b, 1)] as [(PersistenceID, Int64)] {
                // Its events first, which a reader may look for under what it remembers.
                try expect(try await texts(id), is: (1...count).map { "\($0)" }, "what is in \(id)")
                try expect(try await store.head(of: id)?.sequenceNumber, is: count, "\(id)")
            }
            let expected = ["5 Order|order-b #1", "6 Order|order-a #1", "7 Order|order-a #2", "8 Order|order-a #3"]
            try expect(try await store.recorded(), is: expected, "all in their order")
            let receipt = try await store.append(
                [.fixture("more", at: .second(4))], to: b, expecting: .number(1), by: .first, epoch: nil, with: .none)
            try expect(receipt.positions, is: 9..<10, "and it goes on")
            try expect(
                try await store.streams(after: nil, prefix: "", limit: 9).map(\.eventCount), is: [3, 2], "the heads")
        },
        .restoring("a stream whose first events were deleted begins behind them, with its snapshot") { store in
            let (id, empty) = (try order("pruned"), try order("empty"))
            func head(_ id: PersistenceID, _ number: Int64, deletedTo: Int64) -> StreamHead {
                StreamHead(
                    persistenceID: id, sequenceNumber: number, deletedTo: deletedTo, eventCount: number - deletedTo,
                    firstTime: .second(1), lastTime: .second(9), lastWriter: .second, epoch: 4)
            }
            try await store.restore(
                RestoredHistory(
                    heads: [head(id, 4, deletedTo: 3), head(empty, 5, deletedTo: 5)],
                    events: [.fixture(id, 4, by: .first, epoch: 4)],
                    snapshots: [.fixture(id, 3, "3"), .fixture(empty, 5, "5")]), at: .second(10))
            try expect(try await store.head(of: id)?.deletedTo, is: 3, "three were deleted")
            try expect(try await store.head(of: id)?.eventCount, is: 1, "one is there")
            try expect(try await store.latest(of: id, atOrBelow: .max), is: .fixture(id, 3, "3"), "and its snapshot")
            try expect(try await store.head(of: empty), is: head(empty, 5, deletedTo: 5), "one is all snapshot")
            let receipt = try await store.append(
                [.fixture("6", at: .second(11))], to: empty, expecting: .number(5), by: .second, epoch: 4, with: .none)
            try expect(receipt.sequenceNumbers, is: 6..<7, "and goes on behind it")
        },
        .restoring("the commands of a history are known behind it, so that none is done again") { store in
            let id = try order(1)
            var event = ImportedEvent.fixture(id, 1)
            event.event.metadata = Metadata(commandID: .number(7))
            var second = event
            second.sequenceNumber = 2
            try await store.restore(RestoredHistory(events: [event, second]), at: .second(3))
            try expect(try await store.command(.number(7)), is: CommandRecord(id: .number(7)), "it is known")
            _ = try await expectError(CommandAlreadyHandledError.self, "it was done") {
                _ = try await store.append(
                    [.fixture("again", at: .second(3))], to: id, expecting: .any, by: .first, epoch: nil,
                    with: Companions(command: CommandRecord(id: .number(7))))
            }
        },
        .restoring("a claim of before is none behind it, however often the same is claimed by the same") { store in
            let new = NewSubscription(try audit("a"), workMark: 3)
            func claim() async throws -> SubscriptionClaim {
                try await store.subscribe([new], of: "bank")
                let claims = try await store.claim(
                    ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first,
                    at: .second(1))
                return try require(claims.first, "it can be claimed")
            }
            var old = [try await claim()]
            for round in 1...3 {
                try await store.restore(RestoredHistory(events: [.fixture(try order(1), 1)]), at: .second(2))
                let current = try await claim()
                let numbers = (old + [current]).map(\.subscription.fencingNumber)
                try expect(numbers, is: numbers.sorted(), "they rise in round \(round)")
                for claim in old {
                    let end = Acknowledgement(claim, watermark: 3)
                    try expect(try await store.ack([end], at: .second(3)), is: [], "an acknowledgement")
                    try expect(try await store.block([end], at: .second(3)), is: [], "a block")
                    try expect(try await store.renew([claim], for: .seconds(9), at: .second(3)), is: [], "a renewal")
                    _ = try await expectError(ClaimLostError.self, "an append") {
                        _ = try await store.append(
                            [.fixture("late")], to: try order(1), expecting: .any, by: .first, epoch: nil,
                            with: Companions(claim: claim))
                    }
                }
                try expect(
                    try await store.list(.all, of: "bank", after: nil, limit: 9), is: [current.subscription],
                    "nothing has changed")
                old.append(current)
                // The last history has nobody who claims, and numbers go on all the same.
                if round == 2 {
                    try await store.restore(RestoredHistory(events: [.fixture(try order(1), 1)]), at: .second(2))
                }
            }
        },
        .restoring("reactions 156: a history that can't be is refused as a whole, and the old one stays") { store in
            let (old, id) = (try order("old"), try order(1))
            try await fill(store, old)
            let before = try await store.recorded()
            _ = try await expectError(ConcurrentModificationError.self, "numbers do not rise") {
                try await store.restore(
                    RestoredHistory(events: [.fixture(id, 1), .fixture(id, 1)]), at: .second(2))
            }
            var deep = ImportedEvent.fixture(id, 1)
            var value = JSONValue.string("deep")
            for _ in 0...Metadata.deepestNesting { value = .array([value]) }
            deep.event.metadata = Metadata(values: ["deep": value])
            for history in [
                RestoredHistory(events: []), RestoredHistory(events: [.fixture(id, 1), .fixture(id, 2, epoch: -1)]),
                RestoredHistory(events: [.fixture(id, 1), deep]),
            ] {
                _ = try await expectError((any Error).self, "it can't be") {
                    try await store.restore(history, at: .second(2))
                }
            }
            try expect(try await store.recorded(), is: before, "the log is the same")
            try expect(
                try await store.list(.all, of: "bank", after: nil, limit: 9).count, is: 1, "and what hangs on it")
            try expect(try await store.head(of: id), is: nil, "nothing is new")
        },
    ]

    /// Something of everything that hangs on a history: three events of one stream, and a row of each port.
    private static func fill(_ store: any RestoredStore, _ id: PersistenceID) async throws {
        let events: [NewEvent] = (1...3).map { .fixture("\($0)", at: .second($0)) }
        _ = try await store.append(
            events, to: id, expecting: .any, by: .first, epoch: nil,
            with: Companions(
                command: CommandRecord(id: .number(7)), timers: [.arm(NewTimer("pay", deadline: .second(5)))],
                outbox: [NewOutboxEntry(to: "mail", payload: [1])],
                projections: [ProjectionUpdate([.put("a", "1")], to: Projection("sums"), expecting: 0)],
                checkpoint: Checkpoint("mail", position: 3, expecting: 0)))
        try await store.save(.fixture(id, 2, "2"))
        try await store.correlated(
            [NewSubscription(try audit("a"), workMark: 3)], through: 3, of: "bank", at: .second(1))
        _ = try await store.quarantine(
            QuarantinedEvent(
                persistenceID: id, sequenceNumber: 2, reason: "it is odd", timestamp: .second(1), writer: .first))
    }
}

extension EventStore {
    /// Every event of the log: its position, its stream and its number.
    fileprivate func recorded() async throws -> [String] {
        try await readAll(after: 0, limit: .max, fields: .all, into: [String]()) { found, event in
            found.append("\(event.position) \(event.persistenceID) #\(event.sequenceNumber)")
            return .next
        }
    }
}
