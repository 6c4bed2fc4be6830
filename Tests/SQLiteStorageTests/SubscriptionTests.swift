import Actors
import EventSourcing
import EventStoreConformance
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store is a store of subscriptions")
struct SubscriptionTests {
    private static func audit(_ name: some CustomStringConvertible) throws -> PersistenceID {
        try PersistenceID("Audit", "\(name)")
    }

    @Test("reactions 62: of two stores on one file each subscription is claimed by one, round by round")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let options = SQLiteStoreOptions(durability: .normal)
        let stores = [
            (try SQLiteStore.create(folder.file(), options: options), WriterID.first),
            (try .open(folder.file(), options: options), .second),
        ]
        let new = try (0..<8).map { NewSubscription(try Self.audit($0), workMark: 1_000) }
        try await stores[0].0.subscribe(new, of: "bank")
        for round in 1...10 as ClosedRange<Int64> {
            let claims = try await withThrowingTaskGroup(of: [SubscriptionClaim].self) { group in
                for (store, writer) in stores {
                    group.addTask {
                        var claims: [SubscriptionClaim] = []
                        for _ in 0..<4 {
                            claims += try await store.claim(
                                ClaimPlaces(lagging: 2, leading: 1), in: nil, of: "bank", for: .seconds(1), by: writer,
                                at: .epoch)
                        }
                        try await store.ack(claims.map { Acknowledgement($0, watermark: round) }, at: .epoch)
                        return claims
                    }
                }
                var found: [SubscriptionClaim] = []
                for try await claims in group { found += claims }
                return found
            }
            // Who is done may claim again what the other has not got to yet, but never what it still holds.
            let numbers = Dictionary(grouping: claims, by: \.target).mapValues { $0.map(\.subscription.fencingNumber) }
            for (target, given) in numbers { #expect(Set(given).count == given.count, "\(target)") }
        }
        let rows = try await stores[1].0.list(.all, of: "bank", after: nil, limit: 9)
        #expect(rows.map(\.holding) == Array(repeating: nil, count: 8))
        #expect(rows.allSatisfy { $0.fencingNumber >= 10 })
    }

    @Test("what has changed is told of, and who found nothing to claim has changed nothing")
    func notices() async throws {
        let folder = try TemporaryFolder.inMemory()
        var options = SQLiteStoreOptions()
        options.watchesFile = false
        let store = try SQLiteStore.create(folder.file(), options: options)
        let notices = Locked(0)
        let watch = try store.watchChanges { notices.withLock { $0 += 1 } }
        func told(_ body: () async throws -> Void) async throws -> Bool {
            let before = notices.withLock { $0 }
            try await body()
            return notices.withLock { $0 } > before
        }
        @Sendable func claim() async throws {
            _ = try await store.claim(
                ClaimPlaces(lagging: 1, leading: 1), in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
        }
        let new = NewSubscription(try Self.audit(1), workMark: 5)
        func subscribe() async throws { try await store.subscribe([new], of: "bank") }
        var answers: [Bool] = []
        for change in [claim, subscribe, subscribe, claim, claim] { answers.append(try await told(change)) }
        #expect(answers == [false, true, false, true, false])
        // Of many at once too, which the lane's own thread takes together.
        let all = try await told {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 { group.addTask { try await claim() } }
                try await group.waitForAll()
            }
        }
        #expect(!all)
        withExtendedLifetime(watch) {}
    }

    @Test(
        "a row that can't be is damage, and is neither read nor written over",
        arguments: [
            "target = 'no stream'", "source = '^(a|b)$'", "watermark = -1", "fencing_number = -1", "handled = '{}'",
            "handled = 'x'", "blocked_error = 'boom'", "holder = NULL", "holder = x'00'",
        ])
    func damaged(change: String) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.subscribe([NewSubscription(try Self.audit(1), workMark: 9)], of: "bank")
        let places = ClaimPlaces(lagging: 1, leading: 0)
        _ = try await store.claim(places, in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE subscriptions SET \(change)")
        let again = try SQLiteStore.open(folder.file())
        for work: @Sendable () async throws -> Void in [
            { _ = try await again.list(.all, of: "bank", after: nil, limit: 9) },
            { try await again.reset(.all, of: "bank") },
            {
                _ = try await again.claim(
                    places, in: nil, of: "bank", for: .seconds(1), by: .first, at: Timestamp(microseconds: .max))
            },
        ] {
            let error = await #expect(throws: StoreError.self) { try await work() }
            #expect(error?.reason == .corrupt)
        }
    }

    @Test(
        "what is written under a claim that the file can't tell is damage, and is not there",
        arguments: ["fencing_number = -1", "holder = NULL", "holder = x'00'"])
    func damagedFence(change: String) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.subscribe([NewSubscription(try Self.audit(1), workMark: 9)], of: "bank")
        let claims = try await store.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE subscriptions SET \(change)")
        let again = try SQLiteStore.open(folder.file())
        let error = await #expect(throws: StoreError.self) {
            try await again.append(
                [.fixture(at: 0)], to: try Self.audit(1), expecting: .any, by: .first, epoch: nil,
                with: Companions(claim: claims.first))
        }
        #expect(error?.reason == .corrupt)
        #expect(try await again.head(of: try Self.audit(1)) == nil)
    }

    @Test("of two stores on one file the one whose claim another has followed writes nothing from then on")
    func fencedByAnother() async throws {
        let folder = try TemporaryFolder()
        let options = SQLiteStoreOptions(durability: .normal)
        let (one, other) = (
            try SQLiteStore.create(folder.file(), options: options),
            try SQLiteStore.open(folder.file(), options: options)
        )
        let (target, places) = (try Self.audit(1), ClaimPlaces(lagging: 1, leading: 0))
        try await one.subscribe([NewSubscription(target, workMark: 9)], of: "bank")
        func claim(in store: SQLiteStore, by holder: WriterID, at second: Int64) async throws -> SubscriptionClaim {
            let claims = try await store.claim(
                places, in: nil, of: "bank", for: .seconds(1), by: holder, at: .second(second))
            return try #require(claims.first)
        }
        var written: Int64 = 0
        for round in 0..<20 as Range<Int64> {
            let first = try await claim(in: one, by: .first, at: round * 10)
            // The first one writes on and on while the other one takes the claim that has run out.
            let (begun, note) = AsyncStream.makeStream(of: Void.self)
            async let writing = Self.writes(under: first, to: target, in: one) { note.finish() }
            for await _ in begun {}
            let second = try await claim(in: other, by: .second, at: round * 10 + 5)
            let number = try await other.head(of: target)?.sequenceNumber ?? 0
            let (count, loss) = try await writing
            written += count
            try #require(written == number, "round \(round): nothing came behind the claim that followed")
            #expect(
                loss
                    == ClaimLostError(
                        application: "bank", target: target, fencingNumber: first.subscription.fencingNumber,
                        currentFencingNumber: second.subscription.fencingNumber, currentHolder: .second))
            let companions = Companions(claim: second)
            _ = try await other.append(
                [.fixture(at: 0)], to: target, expecting: .number(written), by: .second, epoch: nil, with: companions)
            written += 1
        }
    }

    /// Appends under a claim until that is lost, and answers how often it did; nil where it never is.
    private static func writes(
        under claim: SubscriptionClaim, to target: PersistenceID, in store: SQLiteStore, begun: () -> Void
    ) async throws -> (Int64, ClaimLostError?) {
        let most: Int64 = 20_000
        for count in 0..<most {
            do {
                _ = try await store.append(
                    [.fixture(at: 0)], to: target, expecting: .any, by: .first, epoch: nil,
                    with: Companions(claim: claim))
                begun()
            } catch let loss as ClaimLostError {
                begun()
                return (count, loss)
            }
        }
        return (most, nil)
    }

    @Test(
        "a lane with a broken byte is damage, and a claim from all lanes ends with it",
        arguments: ["F36C6F77", "C328", "FF", "61FF"])
    func damagedLane(bytes: String) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.subscribe([NewSubscription(try Self.audit(1), workMark: 9)], of: "bank")
        try await store.subscribe([NewSubscription(try Self.audit(2), lane: "z", workMark: 9)], of: "bank")
        store.close()
        try run("UPDATE subscriptions SET lane = CAST(x'\(bytes)' AS TEXT) WHERE lane = 'default'", on: folder.file())
        let again = try SQLiteStore.open(folder.file())
        let error = await #expect(throws: StoreError.self) {
            try await again.claim(
                ClaimPlaces(lagging: 9, leading: 9), in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
        }
        #expect(error?.reason == .corrupt)
        let places = ClaimPlaces(lagging: 9, leading: 9)
        let sound = try await again.claim(places, in: "z", of: "bank", for: .seconds(1), by: .first, at: .epoch)
        #expect(sound.count == 1)
    }

    @Test(
        "an operation on more subscriptions than are in memory at once concerns all of them, and so many places are given"
    )
    func many() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        let new = try (0..<2_500).map { NewSubscription(try Self.audit($0), workMark: 9) }
        try await store.subscribe(new, of: "bank")
        #expect(try await store.prioritize(.all, of: "bank", to: 7) == 2_500)
        #expect(try await store.prioritize(.matching(.contains("1")), of: "bank", to: 8) > 1_000)
        #expect(try await store.list(.all, of: "bank", after: nil, limit: .max).allSatisfy { $0.priority >= 7 })
        let places = ClaimPlaces(lagging: .max, leading: .max)
        #expect([places.lagging, places.leading] == [ClaimPlaces.most, ClaimPlaces.most])
        let claims = try await store.claim(places, in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
        #expect(claims.count == 2_500)
    }

    @Test("a file whose indexes over times are those of an earlier program answers the same")
    func earlierIndexes() async throws {
        let folder = try TemporaryFolder.inMemory()
        let seed = UInt64.random(in: 0 ... .max)
        let difference = try await DifferentialRun(seed: seed, operations: 300, batch: 100).compare(
            [.subscriptions],
            on: {
                try SQLiteStore.create(folder.file()).close()
                try run(
                    """
                    DROP INDEX subscriptions_leased;
                    DROP INDEX subscriptions_waiting;
                    CREATE INDEX subscriptions_leased ON subscriptions (lease_until) WHERE lease_until IS NOT NULL;
                    CREATE INDEX subscriptions_waiting ON subscriptions (due) WHERE due IS NOT NULL;
                    PRAGMA user_version = 1;
                    """, on: folder.file())
                return try SQLiteStore.open(
                    folder.file(), options: SQLiteStoreOptions(durability: .normal, migration: .afterBackup))
            })
        #expect(difference?.description == nil, "seed \(seed)")
    }

    @Test("a claim reads only its frontier: each order has its index, however many subscriptions there are")
    func plans() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        let connection = try Connection(folder.file(), .reading)
        for (sql, index, terms) in [
            (SubscriptionSlots.nextApplication, "subscriptions_by_target", "application>?"),
            (SubscriptionSlots.nextLane, "subscriptions_lowest", "application=? AND lane>?"),
            (SubscriptionSlots.byPriority, "subscriptions_lagging", "application=? AND lane=?"),
            (SubscriptionSlots.lowest, "subscriptions_lowest", "application=? AND lane=?"),
            (SubscriptionSlots.highest, "subscriptions_lowest", "application=? AND lane=? AND watermark<?"),
            (SubscriptionSlots.atWatermark, "subscriptions_lowest", "application=? AND lane=? AND watermark=?"),
            (SubscriptionSlots.runOut, "subscriptions_leased", "application=? AND lease_until<?"),
            (SubscriptionSlots.come, "subscriptions_waiting", "application=? AND due<?"),
            (SubscriptionSlots.earliestLease, "subscriptions_leased", "application=?"),
            (SubscriptionSlots.earliestDue, "subscriptions_waiting", "application=?"),
            (SubscriptionSlots.byTarget, "subscriptions_by_target", "application=? AND target=?"),
            (SubscriptionSlots.lastClaim, "subscriptions_by_target", "application=? AND target=?"),
            (SubscriptionSlots.fromName, "subscriptions_by_target", "application=? AND target>?"),
            (SubscriptionSlots.blockedFromName, "subscriptions_blocked", "application=? AND target>?"),
        ] {
            let statement = try Statement("EXPLAIN QUERY PLAN \(sql)", on: connection)
            #expect(try statement.step())
            let step = statement.text(at: 3)?.replacing(" COVERING", with: "")
            #expect(step?.hasPrefix("SEARCH subscriptions USING INDEX \(index) (\(terms)") == true, "\(step ?? "")")
            #expect(try !statement.step(), "one range of one index")
        }
    }
}
