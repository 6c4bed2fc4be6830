import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A repair takes into a new file all that can be read of a damaged one")
struct RepairTests {
    static func makeDamageable(_ folder: TemporaryFolder) async throws {
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        for round in 0..<20 {
            for stream in 0..<3 {
                let events = (0..<10).map { NewEvent.fixture("item \(round) \($0)") }
                _ = try await store.append(
                    events, to: .named("Order|\(stream)"), expecting: .any, by: .first, epoch: nil, with: .none)
            }
        }
        try await store.save(
            StoredSnapshot(
                persistenceID: .named("Order|1"), sequenceNumber: 50, stateType: "Order", writer: .first, epoch: 1,
                timestamp: .epoch, state: [1, 2, 3]))
        store.close()
    }

    private func repair(_ folder: TemporaryFolder) throws -> [RepairStep] {
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        // What is shown first is what is done then, and no file is there while it is found out.
        let files = try folder.contents()
        var asked = 0
        let shown = try StoreRepair.survey(folder.file(), for: folder.file("new.db")) { _ in
            asked += 1
            #expect((try? folder.contents()) == files)
            return .next
        }
        #expect(asked > 0)
        #expect(try folder.contents() == files)
        let repair = try StoreRepair(folder.file(), into: folder.file("new.db"))
        #expect(shown == repair.survey)
        #expect(!FileManager.default.fileExists(atPath: folder.file("new.db")))
        try repair.finish(by: "test", at: .epoch)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before, "the old file stays as it is")
        let record = try String(contentsOfFile: StoreRepair.record(of: folder.file("new.db")), encoding: .utf8)
        #expect(record.split(separator: "\n").count == repair.survey.steps.count + 1)
        return repair.survey.steps
    }

    /// What is structurally wrong with the new file, beside gaps, which a repair can't fill.
    private func wrong(_ folder: TemporaryFolder) throws -> [String] {
        let reader = try SQLiteReader(folder.file("new.db"))
        defer { reader.close() }
        var found: [String] = []
        func note(_ finding: StructuralFinding) -> Visit {
            if case .gap = finding { return .next }
            found.append(finding.sentence)
            return .next
        }
        try reader.checkPages(note)
        try reader.checkStreams(note)
        try reader.checkReferences(note)
        try reader.checkIndexes(note)
        var events: Int64 = 0
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { _ in
            events += 1
            return .next
        }
        reader.checkPositions(found: events, of: try reader.positions(), visit: note)
        return found
    }

    @Test("a sound store has nothing to repair, and nothing stays of the try")
    func sound() async throws {
        let folder = try TemporaryFolder()
        _ = try await WholeStore(at: folder.file())
        let before = try folder.contents()
        do {
            let repair = try StoreRepair(folder.file(), into: folder.file("new.db"))
            #expect(
                repair.survey.steps.allSatisfy { if case .gap = $0 { true } else { false } }, "\(repair.survey.steps)")
        }
        #expect(try folder.contents() == before)
    }

    @Test(
        "whichever page is lost, what comes of it is sound, and goes on",
        arguments: [
            "events", "streams", "event_types", "writers", "snapshots", "store", "events_by_stream", "streams_by_name",
        ])
    func lostPage(_ name: String) async throws {
        let folder = try TemporaryFolder()
        try await Self.makeDamageable(folder)
        let root = try Connection(folder.file(), .lookingAlone).integer(
            "SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'")
        let page = name == "events" ? try DamageTests.leaf(of: name, at: folder.file()) : Int(try #require(root))
        try BadFileTests.overwrite(folder.file(), at: (page - 1) * 4096, with: [UInt8](repeating: 0, count: 4096))
        let steps = try repair(folder)
        #expect(try wrong(folder) == [], "\(steps)")
        if name.contains("_by_") { #expect(steps.contains { $0.kind == "index" }, "\(steps)") }
        let reader = try SQLiteReader(folder.file("new.db"))
        let events = try reader.totals().events
        if name == "events" {
            #expect(events > 500 && events < 600)
            #expect(steps.contains { $0.kind == "lost-rows" } && steps.contains { $0.kind == "gap" })
        } else {
            #expect(events == 600)
            #expect(try reader.numbers("Order|1").count == 200)
        }
        for stream in 0..<3 { #expect(try reader.head(of: .named("Order|\(stream)"))?.sequenceNumber == 200) }
        reader.close()
        let store = try SQLiteStore.open(folder.file("new.db"))
        let receipt = try await store.append("on", to: "Order|1")
        #expect(receipt.sequenceNumbers == 201..<202)
        #expect(receipt.positions == 601..<602)
        store.close()
    }

    @Test("events that were changed are kept and set apart, heads are made anew, and bad snapshots are left out")
    func changedRows() async throws {
        let folder = try TemporaryFolder()
        try await Self.makeDamageable(folder)
        try run(
            """
            UPDATE events SET payload = x'00' WHERE position = 7; UPDATE events SET type = 99 WHERE position = 8;
            UPDATE streams SET head = 9223372036854775807, event_count = 3 WHERE stream = 1;
            UPDATE streams SET head = 5, deleted_to = 4 WHERE stream = 2; UPDATE snapshots SET state = x'00';
            DELETE FROM streams WHERE stream = 3; DROP INDEX events_by_stream; DROP TABLE checkpoints
            """, on: folder.file())
        let steps = try repair(folder)
        #expect(try wrong(folder) == [])
        let reader = try SQLiteReader(folder.file("new.db"))
        let id = try PersistenceID.named("Order|0")
        let apart = try reader.quarantined(of: id, after: 0, limit: 10)
        #expect(apart.map(\.sequenceNumber) == [7, 8])
        #expect(try reader.head(of: id)?.sequenceNumber == 200)
        #expect(try reader.head(of: .named("Order|1"))?.sequenceNumber == 200)
        #expect(try reader.head(of: .named("Order|1"))?.deletedTo == 0)
        #expect(try reader.snapshots(of: .named("Order|1")).isEmpty)
        // Its name is lost, and its events are not.
        #expect(try reader.numbers("damaged name|stream 3").count == 200)
        let kinds = Set(steps.map(\.kind))
        #expect(kinds.isSuperset(of: ["head", "quarantined", "dropped-snapshots", "lost-name", "missing-table"]))
    }

    @Test("what is no store is refused, and what is there is never written over")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let events = (0..<1_000).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        try Data(
            "no store at all, but long enough to be looked at as if it were one: it has a hundred bytes and more".utf8
        )
        .write(to: URL(fileURLWithPath: folder.file("text")))
        func reason(_ path: String, _ target: String) -> StoreError.Reason? {
            let error = #expect(throws: StoreError.self) {
                try StoreRepair(folder.file(path), into: folder.file(target))
            }
            return error?.reason
        }
        #expect(reason("text", "new.db") == .notADatabase)
        #expect(reason("none", "new.db") == .missing)
        #expect(reason("store.db", "text") == .alreadyThere)
        let error = #expect(throws: StoreError.self) {
            try StoreRepair(folder.file(), into: folder.file("new.db")) { _ in .stop }
        }
        #expect(error?.reason == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["store.db", "text"])
    }
}
