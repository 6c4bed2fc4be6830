import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("What refers to nothing is found")
struct ReferenceTests {
    private static let id = "x'00000000000000000000000000000009'"

    static let changes: [(sql: String, says: String)] = [
        ("UPDATE streams SET writer = 99 WHERE stream = 1", "its head names a writer that the store does not know"),
        ("INSERT INTO commands VALUES (9, \(id), 99, 1, 0, NULL)", "refers to an event that never was"),
        ("INSERT INTO commands VALUES (9, \(id), 1, 99, 0, NULL)", "refers to an event that never was"),
        ("INSERT INTO commands VALUES (9, \(id), -4, 1, 0, NULL)", "refers to a durable state that never was"),
        (
            "INSERT INTO snapshots VALUES (7, 'Order|none', 1, 'Order', 1, \(id), 1, 0, 0, x'00')",
            "a snapshot belongs to a stream"
        ),
        ("INSERT INTO quarantine VALUES (7, 'Order|1', 99, 'why', 0, NULL, NULL)", "what is quarantined is no event"),
        (
            "INSERT INTO outbox VALUES (9, 'k9', 'Order|none', 1, 0, 'd', x'00', 0, 0, 0, NULL, NULL, NULL, NULL)",
            "what is to be sent out belongs to an event that never was"
        ),
        (
            "INSERT INTO dead_letters VALUES (9, 's', 'r', 'no name', 1, 'why', 0, NULL, 0, NULL)",
            "a dead letter belongs to a stream"
        ),
        (
            "INSERT INTO timers VALUES (9, 'no name', 't', 0, 5, NULL, 0, NULL, NULL, NULL)",
            "a timer has a name that no entity can have"
        ),
        ("INSERT INTO checkpoints VALUES ('c', 99, 0)", "a checkpoint lies behind the end of the log"),
        ("INSERT INTO projections VALUES (7, 'p', 1, 99, 1, 0)", "a projection is ahead of the log"),
        (
            "INSERT INTO projection_rows VALUES (7, 'k', '{}')",
            "a row belongs to a projection that the store does not know"
        ),
        (
            """
            INSERT INTO subscriptions VALUES
                (7, 'app', 'Order|1', 'exact Order|none', 'l', 0, 1, 1, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL)
            """, "a subscription follows a stream that the store does not know"
        ),
        (
            """
            INSERT INTO subscriptions VALUES
                (7, 'app', 'Order|1', NULL, 'l', 0, 1, 99, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL)
            """, "a subscription has handled events behind the end of the log"
        ),
        ("UPDATE durable_states SET value = x'00'", "its durable state does not fit its checksum"),
        ("UPDATE durable_states SET value = NULL", "the row of its deleted state does not fit its checksum"),
    ]

    private func findings(_ path: String) throws -> [String] {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        var found: [String] = []
        try reader.checkReferences {
            found.append($0.sentence)
            return .next
        }
        return found
    }

    @Test("in every table, and in a sound store nothing")
    func references() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 2, events: 3)
        let store = try SQLiteStore.open(folder.file())
        let state = NewDurableState(stateType: "Cart", timestamp: .epoch, state: [1])
        _ = try await store.put(
            state, of: .named("Cart|1"), expecting: 0, by: .first,
            with: Companions(command: CommandRecord(id: ULID(high: 1, low: 1))))
        _ = try await store.append(
            [.fixture()], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil,
            with: Companions(command: CommandRecord(id: ULID(high: 1, low: 2))))
        // Neither an event nor a stream that was ever heard of.
        _ = try await store.append(
            [], to: .named("Order|unknown"), expecting: .any, by: .first, epoch: nil,
            with: Companions(
                command: CommandRecord(id: ULID(high: 1, low: 3)),
                checkpoint: Checkpoint("reader", position: 1, expecting: 0), at: .epoch))
        // The port takes any generation, of any entity.
        for (entity, generation) in [("Order|1", Int64(99)), ("Order|none", 7), ("Order|none", 8)] {
            let timer = NewTimer("own", deadline: .epoch, generation: generation)
            #expect(try await store.arm(timer, of: .named(entity)))
        }
        store.close()
        try run(
            """
            INSERT INTO outbox VALUES (7, 'k', 'Order|none', 0, 0, 'd', x'00', 0, 0, 0, NULL, NULL, NULL, NULL);
            INSERT INTO dead_letters VALUES (7, 'timer:late', 'Order', 'Order|1', 99, 'why', 0, NULL, 0, NULL);
            INSERT INTO dead_letters VALUES (8, 'outbox:d', 'd', 'Order|none', 0, 'why', 0, NULL, 0, NULL);
            """, on: folder.file())
        #expect(try findings(folder.file()) == [])
        for (sql, says) in Self.changes {
            try SQLiteReader(folder.file()).backUp(to: folder.file("copy.db"))
            try run(sql, on: folder.file("copy.db"))
            let found = try findings(folder.file("copy.db"))
            #expect(found.count == 1, "\(sql): \(found)")
            #expect(found.first?.contains(says) == true, "\(sql): \(found)")
            UnfinishedFile.remove(folder.file("copy.db"))
        }
    }

    @Test("the fencing number that claims go on behind, once a history was replaced, is no position")
    func numbersOfBefore() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.subscribe([NewSubscription(.named("Audit|a"), workMark: 1)], of: "bank")
        for _ in 1...9 {
            let claims = try await store.claim(
                ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(1), by: .first, at: .epoch)
            try await store.ack(claims.map { Acknowledgement($0, watermark: 0) }, at: .epoch)
        }
        let event = ImportedEvent(
            persistenceID: try .named("Order|1"), sequenceNumber: 1, event: .fixture(), writer: .first)
        try await store.restore(RestoredHistory(events: [event]), at: .epoch)
        try await store.subscribe([NewSubscription(.named("Audit|b"))], of: "bank")
        let rows = try await store.list(.all, of: "bank", after: nil, limit: 9)
        #expect(rows.map(\.fencingNumber) == [9])
        store.close()
        #expect(try findings(folder.file()) == [])
    }

    @Test("positions that have neither an event nor a deletion are counted")
    func positions() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 9)
        func wrong(_ found: Int64) throws -> [String] {
            var said: [String] = []
            let reader = try SQLiteReader(folder.file())
            reader.checkPositions(found: found, of: try reader.positions()) {
                said.append($0.sentence)
                return .next
            }
            return said
        }
        #expect(try wrong(9) == [])
        let store = try SQLiteStore.open(folder.file())
        try await store.deleteEvents(of: .named("Order|0"), upTo: 4)
        store.close()
        #expect(try wrong(5) == [])
        #expect(
            try wrong(4) == ["9 positions were given, 4 have an event, and 4 were deleted, which does not add up"])
    }

    @Test("an index whose entries are not those of its table is found, and one that is not there")
    func indexes() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 2, events: 3)
        func wrong() throws -> [String] {
            var found: [String] = []
            try SQLiteReader(folder.file()).checkIndexes {
                found.append($0.sentence)
                return .next
            }
            return found
        }
        #expect(try wrong() == [])
        // A row that comes while the index has another condition is not in it.
        let change = "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql,"
        try run("\(change) 'deadline IS NOT NULL', 'deadline IS NULL') WHERE name = 'timers_due'", on: folder.file())
        try run("INSERT INTO timers VALUES (1, 'Order|1', 't', 1, 5, NULL, 0, NULL, NULL, NULL)", on: folder.file())
        try run("\(change) 'deadline IS NULL', 'deadline IS NOT NULL') WHERE name = 'timers_due'", on: folder.file())
        let found = try wrong()
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("the index 'timers_due' does not agree with its table: ") == true, "\(found)")
        try run("REINDEX; DROP INDEX outbox_by_key", on: folder.file())
        #expect(try wrong() == ["the index 'outbox_by_key' is not there"])
    }

    @Test("what is written while heads and events are compared is no finding")
    func writtenMeanwhile() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 2, events: 3)
        try run("DELETE FROM events WHERE stream = 1 AND sequence_number = 2", on: folder.file())
        let reader = try SQLiteReader(folder.file(), trust: .own)
        defer { reader.close() }
        var found: [PersistenceID] = []
        var isWritten = false
        try reader.checkStreams { finding in
            switch finding {
            case .count(let id, _, _), .gap(let id, _, _): found.append(id)
            default: Issue.record("\(finding)")
            }
            // The heads of both were read by now.
            if !isWritten {
                let change = "UPDATE streams SET event_count = 2, deleted_to = 1 WHERE stream = 2"
                let deletion = "DELETE FROM events WHERE stream = 2 AND sequence_number = 1"
                isWritten = (try? run("BEGIN; \(change); \(deletion); COMMIT", on: folder.file())) != nil
            }
            return .next
        }
        #expect(isWritten)
        #expect(Set(found) == [try .named("Order|0")])
    }
}
