internal import CSQLite
internal import EventSourcing

/// A store file of which everything is read that can be read, row by row, and nothing is believed.
///
/// It asks less of a file than a reader does: tables and indexes may be missing.
final class RepairSource {
    let path: String
    let connection: Connection
    /// The tables that are there and are tables.
    let tables: Set<String>
    /// What is wrong with the file, or with the log beside it, as a whole.
    let problems: [String]
    let interruption = Interruption()
    private let file: StoreFile
    private let mode: Connection.Mode

    /// Opens a file for looking; throws `StoreError` where it is no store, or its first page can't be read.
    init(_ path: String) throws {
        self.path = path
        file = try StoreFile(path)
        mode = try file.modeForLooking()
        let shortfall: String? = if case .lookingAlone = mode { file.shortfall } else { nil }
        problems = [shortfall, file.logProblem, file.logLoss].compactMap(\.self)
        do {
            let opened = try Connection(path, mode, interruption: interruption)
            try opened.restrictToLooking()
            if shortfall != nil { try opened.acceptCutFile() }
            guard try opened.integer("PRAGMA application_id") == Int64(Layout.applicationID) else {
                throw StoreError(.notAStore)
            }
            let version = try opened.integer("PRAGMA user_version") ?? 0
            guard version <= Int64(Layout.version) else { throw StoreError(.newerLayout(version: Int(version))) }
            try opened.requireSmallSchema()
            var names: Set<String> = []
            do {
                let statement = try Statement("SELECT name, type, rootpage FROM sqlite_schema", on: opened)
                while try statement.step() {
                    guard statement.text(at: 1) == "table", statement.anyInteger(at: 2) > 0 else { continue }
                    names.insert(statement.text(at: 0) ?? "")
                }
            }
            tables = names
            // What is read from here on is of one moment.
            try opened.execute("BEGIN")
            connection = opened
        } catch let error as StoreError {
            throw error.at(path)
        }
    }

    /// Throws `StoreError.busy` where a file beside no log was written since it was opened: what was read is of two moments.
    func requireStill() throws {
        guard case .lookingAlone = mode else { return }
        let now = try StoreFile(path)
        guard now.file == file.file, now.log == file.log, now.journal == file.journal else {
            throw StoreError(.busy, file: path, detail: "it was written while it was read; repair it again")
        }
    }

    /// Visits the rows of an index that holds all that is needed, as far as it can be read.
    func eachEntry(_ sql: String, columns: Int, _ visit: ([RepairValue]) throws -> Void) throws {
        do {
            let statement = try Statement(sql, on: connection)
            while let entry = try statement.nextRow(columns) { try VisitFailure.wrap { try visit(entry) } }
        } catch let error as StoreError where error.isAtRow {
            return
        } catch let failure as VisitFailure {
            throw failure.error
        }
    }

    /// What SQLite's own check says first of the file's pages; nil for sound ones.
    func pageProblem() throws -> String? {
        do {
            let statement = try Statement("PRAGMA quick_check(1)", on: connection)
            guard try statement.step() else { return nil }
            return SQLiteReader.sentences(of: statement.text(at: 0) ?? "").first
        } catch let error as StoreError where error.isAtRow {
            return error.detail
        }
    }
}
