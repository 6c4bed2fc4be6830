import Actors
import CSQLite
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A claim reads its frontier only")
struct ClaimCostTests {
    /// How many steps of SQLite's machine the statements of a connection have taken since they were asked last.
    private static func steps(of connection: borrowing Connection) -> Int64 {
        var (sum, statement) = (Int64(0), sqlite3_next_stmt(connection.handle, nil))
        while let found = statement {
            sum += Int64(sqlite3_stmt_status(found, SQLITE_STMTSTATUS_VM_STEP, 1))
            statement = sqlite3_next_stmt(connection.handle, found)
        }
        return sum
    }

    /// How many steps one claim without a lane takes; nothing of it stays.
    private static func cost(of places: ClaimPlaces, in log: LogWriting) throws -> Int64 {
        try log.begin()
        defer { log.rollBack() }
        _ = steps(of: log.connection)
        let claims = try log.claim(
            places, in: nil, of: "bank", for: .microseconds(9), by: .first, at: .epoch)
        #expect(claims.count == 3)
        return steps(of: log.connection)
    }

    @Test("without a lane it costs the same, however many lanes there are in which nothing can be claimed")
    func idleLanes() async throws {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        try run(
            """
            INSERT INTO subscriptions (application, target, lane, priority, watermark, work_mark, retries, fencing_number)
            VALUES ('bank', 'Audit|a', 'lane 100', 0, 0, 9, 0, 0), ('bank', 'Audit|b', 'lane 1500', 0, 1, 9, 0, 0),
                ('bank', 'Audit|c', 'lane 500', 0, 2, 9, 0, 0)
            """, on: folder.file())
        let log = LogWriting(LogReading(try Connection(folder.file(), .writing), file: folder.file()))
        let places = ClaimPlaces(lagging: 2, leading: 1)
        func addIdleLanes(from first: Int, through last: Int) throws {
            // Done, blocked, held by somebody, and not due yet, each in a lane of its own.
            try run(
                """
                WITH RECURSIVE n(i) AS (SELECT \(first) UNION ALL SELECT i + 1 FROM n WHERE i < \(last))
                INSERT INTO subscriptions (application, target, lane, priority, watermark, work_mark, retries,
                    fencing_number, blocked, holder, lease_until, due)
                SELECT 'bank', 'Audit|idle ' || i, 'lane ' || i, 9, 0, CASE i % 4 WHEN 0 THEN 0 ELSE 9 END, 0, 0,
                    CASE i % 4 WHEN 1 THEN 1 END, CASE i % 4 WHEN 2 THEN zeroblob(16) END, CASE i % 4 WHEN 2 THEN 8 END,
                    CASE i % 4 WHEN 3 THEN 8 END FROM n WHERE i NOT IN (100, 500, 1500)
                """, on: folder.file())
        }
        try addIdleLanes(from: 0, through: 7)
        // The first claim has its statements to prepare.
        _ = try Self.cost(of: places, in: log)
        let few = try Self.cost(of: places, in: log)
        try addIdleLanes(from: 8, through: 1_999)
        let many = try Self.cost(of: places, in: log)
        #expect(many == few)
        #expect(few < 1_000)
    }

    @Test(
        "each of its questions reads a range of an index of what can be claimed",
        arguments: [
            SubscriptionSlots.nextLane, SubscriptionSlots.byPriority, SubscriptionSlots.lowest,
            SubscriptionSlots.highest,
            SubscriptionSlots.atWatermark,
        ])
    func frontier(_ sql: String) async throws {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        let connection = try Connection(folder.file(), .reading)
        let statement = try Statement("EXPLAIN QUERY PLAN \(sql)", on: connection)
        var plan: [String] = []
        while try statement.step() { plan.append(statement.text(at: 3) ?? "") }
        #expect(plan.count == 1)
        let plans = ["subscriptions_lagging", "subscriptions_lowest"].map {
            "SEARCH subscriptions USING INDEX \($0) (application=? AND lane"
        }
        #expect(plans.contains { plan.joined().hasPrefix($0) }, "\(plan)")
    }
}
