import CSQLite
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Every statement of the log reads one range of an index, and none scans events")
struct QueryPlanTests {
    /// Every statement that is kept, of whatever there will be; what is asked once is not among them.
    static let statements: [String] =
        ReadingSlots.EventRange.allCases.flatMap { range in
            [false, true].flatMap { reversed in
                [EventFields.all, .payload, .metadata, []].map {
                    ReadingSlots.events(by: range, reversed: reversed, fields: $0)
                }
            }
        }
        + [
            ReadingSlots(), WritingSlots(), SubscriptionSlots(), TimerSlots(), OutboxSlots(), ProjectionSlots(),
        ].flatMap(kept).filter { !isWithoutPlan($0) && $0 != ReadingSlots.writers }

    private static func kept(in slots: AnyObject) -> [String] {
        Mirror(reflecting: slots).children.compactMap { ($0.value as? StatementSlot)?.sql }
    }

    private static func isWithoutPlan(_ sql: String) -> Bool {
        ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"].contains { sql.hasPrefix($0) }
    }

    @Test("all of them are looked at")
    func all() {
        #expect(Set(Self.statements).count > 100)
    }

    @Test("nothing is scanned or sorted", arguments: statements)
    func plan(_ sql: String) async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        try Self.expectPlan(of: sql, on: Connection(folder.file(), .reading))
    }

    static func expectPlan(of sql: String, on connection: borrowing Connection) throws {
        let statement = try Statement("EXPLAIN QUERY PLAN \(sql)", on: connection)
        var steps: [String] = []
        while try statement.step() { steps.append(statement.text(at: 3) ?? "") }
        // What only inserts looks for nothing.
        #expect(!steps.isEmpty || sql.hasPrefix("INSERT"))
        for step in steps {
            // Streams newest first are read in their index from its start, until there are enough.
            let isWholeIndex = step == "SCAN streams USING INDEX streams_by_newest"
            #expect(step.hasPrefix("SCAN CONSTANT ROW") || isWholeIndex || !step.contains("SCAN"), "\(steps)")
            #expect(!step.contains("TEMP B-TREE"), "\(steps)")
        }
    }

    @Test("writers are listed by their key, which is all of a small table")
    func writers() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.register(WriterRecord(id: .second, host: "here", process: 7, program: "web-1", version: "2"))
        try await store.append("a", to: "Order|1")
        #expect(try SQLiteReader(folder.file()).writers().map(\.id) == [.second, .first])
    }
}
