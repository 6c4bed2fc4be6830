import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A repair loses no row that can be read")
struct RepairRowsTests {
    /// A leaf of a table: its page, and the keys of its rows.
    private struct Leaf {
        var page: Int
        var keys: ClosedRange<Int64>
    }

    /// The leaves of the events' table of a store, whose root is one level above them.
    private func leaves(_ path: String) throws -> [Leaf] {
        let root = try #require(
            try Connection(path, .lookingAlone).integer("SELECT rootpage FROM sqlite_schema WHERE name = 'events'"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let start = (Int(root) - 1) * 4_096
        try #require(bytes[start] == 5, "the root is an interior page of a table")
        func number(_ place: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 << 8 | Int(bytes[place + $1]) } }
        var pages = (0..<number(start + 3, 2)).map { number(start + number(start + 12 + 2 * $0, 2), 4) }
        pages.append(number(start + 8, 4))
        return pages.map { page in
            let cells = cells(bytes, page)
            return Leaf(page: page, keys: key(bytes, cells[0]).value...key(bytes, cells[cells.count - 1]).value)
        }
    }

    private func cells(_ bytes: Data, _ page: Int) -> [Int] {
        let start = (page - 1) * 4_096
        let count = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        return (0..<count).map { start + (Int(bytes[start + 8 + 2 * $0]) << 8 | Int(bytes[start + 9 + 2 * $0])) }
    }

    /// The key of a cell, behind the size of its row, and where it stands.
    private func key(_ bytes: Data, _ cell: Int) -> (place: Int, value: Int64) {
        var place = cell
        while bytes[place] & 0x80 != 0 { place += 1 }
        place += 1
        let start = place
        var value: Int64 = 0
        while true {
            value = value << 7 | Int64(bytes[place] & 0x7F)
            if bytes[place] & 0x80 == 0 { return (start, value) }
            place += 1
        }
    }

    /// Repairs a store, and answers the steps and the positions that the new one has.
    private func repaired(_ folder: TemporaryFolder) throws -> (steps: [RepairStep], positions: Set<Int64>) {
        let repair = try StoreRepair(folder.file(), into: folder.file("new.db"))
        try repair.finish(by: "test", at: .epoch)
        let reader = try SQLiteReader(folder.file("new.db"))
        defer { reader.close() }
        var positions: Set<Int64> = []
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            if event.isIntact { positions.insert(event.position) }
            return .next
        }
        return (repair.survey.steps, positions)
    }

    @Test(
        "behind the last damaged page, before the first, and between any two",
        arguments: [[-2], [-1], [0], [1, 2, 3, 6, 7], [1, 2, 3, 4, 9, -1], [0, -1], [2, 4, 6, 8]])
    func damagedPages(_ places: [Int]) async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        let leaves = try leaves(folder.file())
        try #require(leaves.count > 11)
        var expected = Set(Int64(1)...600)
        var lost: Set<Int64> = []
        for place in places {
            let leaf = leaves[place < 0 ? leaves.count + place : place]
            try BadFileTests.overwrite(
                folder.file(), at: (leaf.page - 1) * 4_096, with: [UInt8](repeating: 0, count: 4_096))
            expected.subtract(leaf.keys)
            lost.formUnion(leaf.keys)
        }
        let (steps, positions) = try repaired(folder)
        #expect(positions == expected, "\(steps)")
        var told: Set<Int64> = []
        for case .lost(table: "events", let first, let last) in steps { told.formUnion(first...(last ?? 600)) }
        #expect(told == lost, "\(steps)")
    }

    @Test("a flipped bit in a key costs the one row that has it")
    func damagedKey() async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        let leaf = try #require(try leaves(folder.file()).first { $0.keys.contains(300) })
        let places = cells(bytes, leaf.page).map { key(bytes, $0) }
        let place = try #require(places.first { $0.value == (leaf.keys.lowerBound + leaf.keys.upperBound) / 2 })
        bytes[place.place] ^= 0x40
        try bytes.write(to: URL(fileURLWithPath: folder.file()))
        let (steps, positions) = try repaired(folder)
        #expect(positions == Set(1...600).subtracting([place.value]), "\(steps)")
        #expect(steps.contains(.lost(table: "events", first: place.value, last: place.value)), "\(steps)")
    }

    @Test("a key at the beginning that becomes none costs its own row, not the one before it")
    func keyOfZero() async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        let places = cells(bytes, try leaves(folder.file())[0].page).map { key(bytes, $0) }
        let place = try #require(places.first { $0.value == 2 })
        bytes[place.place] = 0
        try bytes.write(to: URL(fileURLWithPath: folder.file()))
        let (steps, positions) = try repaired(folder)
        #expect(positions == Set(1...600).subtracting([2]), "\(steps)")
        #expect(steps.contains(.refused(table: "events", count: 1)), "\(steps)")
    }

    @Test("of two events with one number the one stays that fits its checksum, and the other is told")
    func contradictingRows() async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        try run(
            "DROP INDEX events_by_stream; UPDATE events SET sequence_number = 6 WHERE position = 5", on: folder.file())
        let (steps, positions) = try repaired(folder)
        #expect(positions == Set(1...600).subtracting([5]))
        #expect(steps.contains(.contradicted(table: "events", key: 5)), "\(steps)")
        #expect(steps.contains { $0.kind == "index" }, "\(steps)")
    }

    @Test("an index that is not there or has wrong entries is something to repair")
    func indexes() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 2, events: 3)
        #expect(try StoreRepair(folder.file(), into: folder.file("new.db")).survey.steps == [])
        try run("DROP INDEX outbox_by_key", on: folder.file())
        let repair = try StoreRepair(folder.file(), into: folder.file("new.db"))
        #expect(repair.survey.steps == [.index("outbox_by_key", "is not there")])
    }

    @Test("positions that no store gives are refused, and do not end the program")
    func hostilePositions() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 5)
        try run(
            "UPDATE events SET position = position - 10; UPDATE streams SET head = 9223372036854775807",
            on: folder.file())
        let (steps, positions) = try repaired(folder)
        #expect(positions.isEmpty)
        #expect(steps.contains(.refused(table: "events", count: 5)), "\(steps)")
    }

    @Test("what was repaired has nothing to repair, and goes out as lines and comes back")
    func again() async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        try run(
            """
            UPDATE events SET payload = x'00' WHERE position = 7;
            INSERT INTO commands VALUES (9, x'00000000000000000000000000000009', 1, 900, 0, NULL);
            INSERT INTO projection_rows VALUES (7, 'k', '{}')
            """, on: folder.file())
        let (steps, _) = try repaired(folder)
        #expect(
            steps == [
                .quarantined(try .named("Order|0"), sequenceNumber: 7),
                .dangling(table: "commands", count: 1), .dangling(table: "projection_rows", count: 1),
            ], "\(steps)")
        let new = folder.file("new.db")
        #expect(try StoreRepair(new, into: folder.file("newer.db")).survey.steps == [])
        try SQLiteReader(new).exportLines(to: folder.file("lines"))
        try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db"))
        #expect(try WholeStore.dump(folder.file("copy.db")) == WholeStore.dump(new))
        #expect(try SQLiteReader(folder.file("copy.db")).numbers("Order|0")[7] == false)
    }

    @Test("two calls never make the same file at once")
    func oneAtATime() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 3)
        let (path, new) = (folder.file(), folder.file("new.db"))
        let reader = try SQLiteReader(path)
        try reader.exportLines(to: folder.file("lines"))
        let first = try StoreRepair(path, into: new)
        let others: [() throws -> Void] = [
            { _ = try StoreRepair(path, into: new) }, { try reader.backUp(to: new) },
            { try reader.exportLines(to: new) }, { try SQLiteStore.importLines(folder.file("lines"), into: new) },
        ]
        for other in others {
            let error = #expect(throws: StoreError.self) { try other() }
            #expect(error?.reason == .busy)
        }
        try first.finish(by: "test", at: .epoch)
        #expect(try SQLiteReader(new).totals() == reader.totals())
    }

    @Test("a file that is written meanwhile is not one moment, and nothing stays of the try")
    func writtenMeanwhile() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let events = (0..<1_100).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        var isWritten = false
        let error = #expect(throws: StoreError.self) {
            try StoreRepair(folder.file(), into: folder.file("new.db")) { _ in
                if !isWritten {
                    isWritten =
                        (try? run("UPDATE events SET payload = x'00' WHERE position = 1", on: folder.file())) != nil
                }
                return .next
            }
        }
        #expect(isWritten && error?.reason == .busy)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.hasPrefix("new.db") })
    }

    @Test("what goes wrong with the new file is not taken for damage of the old one")
    func otherFile() async throws {
        let folder = try TemporaryFolder()
        try await RepairTests.makeDamageable(folder)
        let source = try RepairSource(folder.file())
        let events = try #require(Layout.tables.first { $0.name == "events" })
        var rows = 0
        let error = #expect(throws: StoreError.self) {
            try source.eachRow(of: events) { _ in
                rows += 1
                if rows == 3 { throw StoreError(.inputOutput, file: "new.db") }
            } lost: { lost in
                Issue.record("\(lost)")
            }
        }
        #expect(error?.file == "new.db")
    }
}
