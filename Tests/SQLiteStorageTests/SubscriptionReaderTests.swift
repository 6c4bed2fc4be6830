import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("What a reader tells of reactions, projections and leases")
struct SubscriptionReaderTests {
    typealias Store = SubscriptionStore & ProjectionStore & LeaseStore & CheckpointStore

    /// What is read, and how.
    enum Kind: CaseIterable {
        case memory, file, ownFile, sandbox, sandboxOverMemory
    }

    /// A store that was filled, and a reader of it.
    private static func filled(
        _ kind: Kind, in folder: TemporaryFolder, by fill: (any Store) async throws -> Void
    ) async throws -> (reader: any StoreReader & SubscriptionReader, store: any Store) {
        if kind == .memory || kind == .sandboxOverMemory {
            let store = InMemoryStore()
            try await fill(store)
            let reader: any StoreReader = kind == .memory ? store.reader() : SandboxStore(over: store.reader()).reader()
            return (try #require(reader as? any StoreReader & SubscriptionReader), store)
        }
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        try await fill(store)
        // A file that is anybody's is not looked at while this process writes it.
        if kind == .ownFile { return (try SQLiteReader(folder.file(), trust: .own), store) }
        store.close()
        try FileManager.default.copyItem(atPath: folder.file(), toPath: folder.file("copy.db"))
        let again = try SQLiteStore.open(folder.file("copy.db"))
        let file = try SQLiteReader(folder.file())
        if kind == .file { return (file, again) }
        let reader = SandboxStore(over: try SQLiteReader(folder.file())).reader()
        return (try #require(reader as? any StoreReader & SubscriptionReader), again)
    }

    private static func audit(_ name: some CustomStringConvertible) throws -> PersistenceID {
        try PersistenceID("Audit", "\(name)")
    }

    private static let failure = SubscriptionFailure(
        reaction: "audit", position: 3, attempts: [.init(time: .epoch, message: "boom\u{0}\u{1B}[2Jé")])

    /// Everything that there is to be told.
    private static func fill(_ store: any Store) async throws {
        for application in ["shop", "e\u{301}", "bank", "é"] {
            try await store.subscribe(
                (0..<9).map {
                    NewSubscription(try audit($0), source: .prefix("Order|"), lane: "slow", workMark: 9)
                }, of: application)
        }
        let claims = try await store.claim(
            ClaimPlaces(lagging: 3, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .epoch)
        let done = claims.map {
            Acknowledgement($0, watermark: 2, handled: ["log"], retries: 4, failure: failure)
        }
        try await store.block([done[0], done[1]], at: .epoch)
        try await store.correlated([], through: 7, of: "later", at: .epoch)
        try await store.correlated([], through: 5, of: "bank", at: .epoch)
        try await store.advance(Checkpoint("reader", position: 3, expecting: 0), at: .epoch)
        for (name, version) in [("orders", 2), ("orders", 1), ("e\u{301}", 1), ("é", 1)] {
            try await store.apply(
                [.put("1", "x")], to: Projection(name, version: version), position: Int64(version), expecting: 0,
                at: .epoch)
        }
        for name in ["held", "given back"] {
            _ = try await store.acquire(
                name, for: .seconds(1), as: ULID(high: 1, low: 1), by: .second, at: .epoch)
        }
        if let lease = try await store.get("given back", at: .epoch) { try await store.release(lease) }
    }

    @Test("all of it is told as the store itself tells it", arguments: Kind.allCases)
    func told(_ kind: Kind) async throws {
        let folder = try TemporaryFolder.inMemory()
        let (reader, store) = try await Self.filled(kind, in: folder, by: Self.fill)
        #expect(try reader.applications() == ["bank", "e\u{301}", "later", "shop", "é"])
        // Compared by their bytes, too.
        #expect(try reader.applications().map { $0.utf8.count } == [4, 3, 5, 4, 2])
        for application in ["bank", "shop", "later", "nobody", ""] {
            for filter in [
                .all, SubscriptionFilter(isBlocked: true), .matching(.prefix("Audit|3")), .these(try Self.audit(4)),
                SubscriptionFilter(lane: "fast"), SubscriptionFilter(fedBy: [try PersistenceID("Order", "1")]),
            ] {
                for (after, limit) in [(nil, 99), (try Self.audit(3), 2), (nil, 0), (nil, -1)] {
                    let found = try reader.subscriptions(filter, of: application, after: after, limit: limit)
                    let expected =
                        application.isEmpty
                        ? [] : try await store.list(filter, of: application, after: after, limit: limit)
                    #expect(found == expected, "\(application), \(filter)")
                }
            }
        }
        let blocked = try reader.subscriptions(
            SubscriptionFilter(isBlocked: true), of: "bank", after: nil, limit: 99)
        #expect(blocked.map(\.failure) == [Self.failure, Self.failure])
        #expect(try reader.subscriptions(.all, of: "shop", after: nil, limit: 4).count == 4)
        #expect(try ["bank", "later", "shop", ""].map { try reader.checkpoint(of: $0) } == [5, 7, 0, 0])
        let projections = try reader.projections()
        #expect(projections.map(\.projection.description) == ["e\u{301} v1", "orders v1", "orders v2", "é v1"])
        #expect(projections.map { $0.projection.name.utf8.count } == [3, 6, 6, 2])
        #expect(projections.map(\.isLive) == [true, false, true, true])
        #expect(projections.map(\.position) == [1, 1, 2, 1])
        let versions = try await store.versions(of: "orders")
        #expect(Array(projections[1...2]) == versions)
        #expect(try reader.lease("held")?.fencingNumber == 1)
        #expect(try reader.lease("held")?.expires == Timestamp(microseconds: 1_000_000))
        for name in ["given back", "never", ""] { #expect(try reader.lease(name) == nil) }
    }

    @Test(
        "what is written later is told, and a store in which nothing was written tells nothing",
        arguments: [
            Kind.memory, .ownFile,
        ])
    func later(_ kind: Kind) async throws {
        let folder = try TemporaryFolder.inMemory()
        let (reader, store) = try await Self.filled(kind, in: folder) { _ in }
        #expect(try reader.applications() == [])
        #expect(try reader.subscriptions(.all, of: "bank", after: nil, limit: 9) == [])
        #expect(try reader.checkpoint(of: "bank") == 0)
        #expect(try reader.projections() == [])
        #expect(try reader.lease("held") == nil)
        // Nothing of an application is there for having been asked for.
        try await store.subscribe([], of: "asked")
        _ = try await store.claim(
            ClaimPlaces(lagging: 1, leading: 1), in: nil, of: "asked", for: .seconds(1), by: .first, at: .epoch)
        #expect(try reader.applications() == [])
        try await Self.fill(store)
        #expect(try reader.applications().count == 5)
        #expect(try reader.subscriptions(.all, of: "bank", after: nil, limit: 99).count == 9)
        #expect(try reader.projections().count == 4)
    }

    @Test("files of earlier layouts tell what they have, which is nothing in the first one", arguments: 1...3)
    func earlier(_ version: Int) throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/version-\(version).db").path
        let folder = try TemporaryFolder.inMemory()
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.file())
        let reader = try SQLiteReader(folder.file())
        let targets = version == 1 ? [] : [try Self.audit(1)]
        #expect(try reader.applications() == targets.map { _ in "audit" })
        #expect(try reader.subscriptions(.all, of: "audit", after: nil, limit: 9).map(\.target) == targets)
        #expect(try reader.subscriptions(.all, of: "bank", after: nil, limit: 9) == [])
        #expect(try reader.checkpoint(of: "bank") == 0)
        #expect(try reader.projections() == [])
        #expect(try reader.lease("held") == nil)
        #expect(reader.takeIncompleteness() == false)
    }

    @Test("of more names than an answer may have the first ones are told", arguments: [Kind.memory, .file])
    func many(_ kind: Kind) async throws {
        let folder = try TemporaryFolder.inMemory()
        let target = try Self.audit(1)
        let (reader, _) = try await Self.filled(kind, in: folder) { store in
            for number in 1_000..<2_010 as Range<Int64> {
                try await store.subscribe([NewSubscription(target)], of: "a\(number)")
                try await store.apply([], to: Projection("p\(number)"), position: 1, expecting: 0, at: .epoch)
            }
            // Before and behind all the others, by its checkpoint alone.
            for name in ["a", "b"] { try await store.correlated([], through: 1, of: name, at: .epoch) }
        }
        #expect(try reader.applications() == ["a"] + (1_000..<1_999).map { "a\($0)" })
        #expect(try reader.projections().map(\.projection.name) == (1_000..<2_000).map { "p\($0)" })
    }

    @Test("a sandbox tells its own projections in the place of those of the same name beneath")
    func sandbox() async throws {
        let base = InMemoryStore()
        try await Self.fill(base)
        let sandbox = SandboxStore(over: base.reader())
        try await sandbox.apply([], to: Projection("orders", version: 7), position: 1, expecting: 0, at: .epoch)
        try await sandbox.apply([], to: Projection("a"), position: 1, expecting: 0, at: .epoch)
        let reader = try #require(sandbox.reader() as? any SubscriptionReader)
        #expect(
            try reader.projections().map(\.projection.description) == ["a v1", "e\u{301} v1", "orders v7", "é v1"])
        #expect(try reader.lease("held")?.holder == .second)
    }

    // MARK: - Files that may be hostile

    /// A file with two subscriptions, of which statements change something.
    private static func damaged(_ sql: String, in folder: TemporaryFolder) async throws -> SQLiteReader {
        let store = try SQLiteStore.create(folder.file())
        try await fill(store)
        store.close()
        try run(sql, on: folder.file())
        return try SQLiteReader(folder.file())
    }

    @Test(
        "a subscription is there without what it says in words that can't be read",
        arguments: ["blocked_error = 'boom'", "blocked_error = CAST(x'FF' AS TEXT)", "handled = '{}'"])
    func unreadableWords(change: String) async throws {
        let folder = try TemporaryFolder.inMemory()
        let reader = try await Self.damaged(
            "UPDATE subscriptions SET \(change) WHERE application = 'bank' AND target = 'Audit|0'", in: folder)
        let rows = try reader.subscriptions(SubscriptionFilter(isBlocked: true), of: "bank", after: nil, limit: 9)
        #expect(rows.map(\.target.entityID) == ["0", "1"])
        #expect(rows.map(\.watermark) == [2, 2])
        #expect(rows[0].failure == nil || rows[0].handled == [])
        #expect(rows[1].failure == Self.failure)
        #expect(rows[1].handled == ["log"])
        #expect(reader.takeIncompleteness())
        #expect(try reader.subscriptions(.all, of: "shop", after: nil, limit: 99).count == 9)
        #expect(reader.takeIncompleteness() == false)
    }

    @Test(
        "a subscription that can't be is left out, the others are there, and the reader says so",
        arguments: [
            "target = 'no stream'", "target = CAST(x'417C' AS TEXT)", "source = '^(a|b)$'", "watermark = -1",
            "fencing_number = -1", "retries = -9223372036854775808", "holder = x'00'",
        ])
    func impossibleRow(change: String) async throws {
        let folder = try TemporaryFolder.inMemory()
        let reader = try await Self.damaged(
            "UPDATE subscriptions SET lease_until = 5, \(change) WHERE application = 'bank' AND target = 'Audit|5'",
            in: folder)
        let rows = try reader.subscriptions(.all, of: "bank", after: nil, limit: 99)
        #expect(rows.map(\.target.entityID) == ["0", "1", "2", "3", "4", "6", "7", "8"])
        #expect(reader.takeIncompleteness())
        #expect(try reader.subscriptions(.these(try Self.audit(5)), of: "bank", after: nil, limit: 99) == [])
        // By its name one whose name is damaged is not found at all.
        #expect(reader.takeIncompleteness() == !change.hasPrefix("target"))
    }

    @Test("of names those that can be are told as they are, the others are left out, and the answer ends")
    func hostileNames() async throws {
        let folder = try TemporaryFolder.inMemory()
        let reader = try await Self.damaged(
            """
            UPDATE subscriptions SET application = CAST(x'FF' AS TEXT) WHERE application = 'shop';
            UPDATE subscriptions SET application = CAST(x'62E92862' AS TEXT) WHERE application = 'é' AND target < 'Audit|3';
            UPDATE subscriptions SET application = CAST(x'1B5B324A00' AS TEXT) WHERE application = 'é' AND target < 'Audit|5';
            UPDATE subscriptions SET application = printf('%.256c', 'x') WHERE application = 'é' AND target < 'Audit|7';
            UPDATE subscriptions SET application = '' WHERE application = 'é';
            INSERT INTO checkpoints VALUES ('correlation of ' || CAST(x'C3' AS TEXT), 1, 1), ('correlation of', 1, 1),
                ('correlation of ', 1, 1), ('correlation of  x', 1, 1), ('correlation og', 1, 1);
            UPDATE projections SET name = CAST(x'C328' AS TEXT) WHERE version = 2;
            UPDATE projections SET position = -1 WHERE name = 'é';
            UPDATE projections SET name = printf('%.1025c', 'x') WHERE name = 'e\u{301}';
            UPDATE leases SET holder = x'00' WHERE name = 'held';
            """, in: folder)
        let names = try reader.applications()
        #expect(names == ["\u{1B}[2J\u{0}", " x", "bank", "e\u{301}", "later"])
        #expect(reader.takeIncompleteness())
        #expect(try reader.subscriptions(.all, of: names[0], after: nil, limit: 99).count == 2)
        #expect(reader.takeIncompleteness() == false)
        #expect(try reader.projections().map(\.projection.description) == ["orders v1"])
        #expect(reader.takeIncompleteness())
        let error = #expect(throws: StoreError.self) { try reader.lease("held") }
        #expect(error?.reason == .corrupt)
    }
}
