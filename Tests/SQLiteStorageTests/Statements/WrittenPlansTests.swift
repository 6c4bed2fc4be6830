import CSQLite
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// `Fixtures/query-plans.txt` has every statement that reads or writes rows with SQLite's plan of it, as they were looked
/// at; `PLAYHEAD_RECORD=1` keeps those that are there now.
@Suite("Every statement of the store is written down with its plan")
struct WrittenPlansTests {
    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/query-plans.txt")

    /// Of a statement that inserts what it is given.
    private static let none = ["looks for nothing"]

    /// What is read as a whole, and by an index on purpose: the index is what is checked, or it is shorter than the table.
    private static let byIndex = [
        // A check of indexes.
        "SELECT count(rowid) FROM events INDEXED BY events_by_stream",
        // A repair.
        "SELECT DISTINCT stream FROM events WHERE stream NOT IN (SELECT stream FROM streams)",
        "SELECT count(*) FROM events",
    ]

    /// Another SQLite words its plans in another way; that nothing scans and that hot statements have the plans they need is
    /// tested on each.
    private static let version =
        "SQLite " + String(cString: sqlite3_libversion()).split(separator: ".").prefix(2).joined(separator: ".")
    private static let isRecording = ProcessInfo.processInfo.environment["PLAYHEAD_RECORD"] == "1"
    private static let isOfThisSQLite =
        (try? String(contentsOf: fixture, encoding: .utf8).hasPrefix(version + "\n")) ?? true

    @Test(
        "none is new, none is lost, and none has another plan",
        .enabled(if: isOfThisSQLite || isRecording, "the plans that are written down are those of another SQLite"))
    func written() async throws {
        let plans = try await Self.plans()
        #expect(plans.count > 250)
        if Self.isRecording {
            let entries = plans.keys.sorted().map { ([$0] + (plans[$0] ?? [])).joined(separator: "\n    ") + "\n" }
            return try Data(([Self.version + "\n"] + entries).joined(separator: "\n").utf8).write(to: Self.fixture)
        }
        let kept = try #require(
            try? String(contentsOf: Self.fixture, encoding: .utf8),
            "there is no query-plans.txt: record it with PLAYHEAD_RECORD=1, and look at it")
        var entries = kept.components(separatedBy: "\n\n").map {
            $0.components(separatedBy: "\n    ").map(Self.trimmed)
        }
        #expect(entries.removeFirst() == [Self.version])
        let written = Dictionary(entries.map { ($0[0], Array($0.dropFirst())) }) { first, _ in first }
        for sql in Set(plans.keys).union(written.keys).sorted() {
            #expect(plans[sql] == written[sql], "\(sql)")
        }
    }

    @Test("none reads the whole of events other than in order of position")
    func scans() async throws {
        var whole = 0
        for (sql, steps) in try await Self.plans() {
            for step in steps where step.hasPrefix("SCAN events") {
                whole += 1
                #expect(step == "SCAN events" || Self.byIndex.contains(sql), "\(sql)")
            }
        }
        #expect(whole > 3)
    }

    @Test("the sources have no other: each text that begins as a statement does is one that is written down")
    func sources() throws {
        let kept = try String(contentsOf: Self.fixture, encoding: .utf8)
        let statements = kept.split(separator: "\n").filter { !$0.hasPrefix("    ") }.map(String.init)
        let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE ", "WITH "]
        let literals = try SourceLiterals.all().filter { literal in
            // What is only a verb is put into another.
            verbs.contains { literal.parts[0].hasPrefix($0) } && literal.parts != ["INSERT OR IGNORE"]
        }
        #expect(literals.count > 150)
        for literal in literals {
            #expect(
                statements.contains { literal.couldBe($0) },
                "\(literal.file), line \(literal.line): '\(literal.parts.joined(separator: "…"))' has no plan written down"
            )
        }
    }

    // MARK: -

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The plan of each statement, on a new store in which lines are being taken.
    private static func plans() async throws -> [String: [String]] {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        let connection = try Connection(folder.file(), .writing)
        try connection.execute(ImportMarks.table)
        var plans: [String: [String]] = [:]
        for sql in try await statements() {
            let statement = try Statement("EXPLAIN QUERY PLAN " + sql.replacing("…", with: "0"), on: connection)
            var steps: [String] = []
            while try statement.step() { steps.append(statement.text(at: 3) ?? "") }
            plans[sql] = steps.isEmpty ? none : steps
        }
        return plans
    }

    /// Those that are kept, those that follow from the layout, and those that are prepared when they are needed.
    private static func statements() async throws -> Set<String> {
        let fields = (0..<8).map { EventFields(rawValue: $0) }
        let events = ReadingSlots.EventRange.allCases.flatMap { range in
            [false, true].flatMap { reversed in
                fields.map { ReadingSlots.events(by: range, reversed: reversed, fields: $0) }
            }
        }
        let lines = LineTable.all.flatMap { [$0.selection, $0.insertion] }
        let repairs = Layout.tables.flatMap { table in
            table.keyColumn.map { RowsByKey.statements(of: table, by: $0) }.map { [$0.rising, $0.falling] } ?? []
        }
        let kept = QueryPlanTests.statements + [ReadingSlots.writers]
        let all = kept + events + lines + repairs + Reference.all.map(\.sql)
        return Set(all.map(StatementText.plain)).union(try await TracedStatements.ofSeldomWork().filter(hasPlan))
    }

    private static func hasPlan(_ sql: String) -> Bool {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains { sql.hasPrefix($0) }
    }
}
