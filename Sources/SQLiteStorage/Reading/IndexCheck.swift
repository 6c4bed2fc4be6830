internal import CSQLite
package import EventSourcing

/// What is wrong with an index, as a clause.
struct IndexProblem: Hashable {
    var index: String
    var problem: String
}

extension Layout {
    /// An index with its table, and the condition of the rows that it holds; nil for all of them.
    struct Index: Hashable {
        let name: String
        let table: String
        let condition: String?

        init(_ sql: String) {
            let words = sql.split { $0 == " " || $0 == "\n" }.map(String.init)
            name = words.firstIndex(of: "INDEX").map { words[$0 + 1] } ?? ""
            table = words.firstIndex(of: "ON").map { words[$0 + 1] } ?? ""
            condition = words.firstIndex(of: "WHERE").map { words[($0 + 1)...].joined(separator: " ") }
        }
    }
}

extension Connection {
    /// Finds the indexes of a table that are not there, can't be read, or don't have the entries that its rows ask for.
    ///
    /// SQLite's `integrity_check` looks up the entry of every row and counts the others; where a damaged page ends it, the
    /// indexes are read by themselves.
    func indexProblems(of table: Layout.Table) throws -> [IndexProblem] {
        var problems: [IndexProblem] = []
        func note(_ index: String, _ problem: String) {
            if !problems.contains(where: { $0.index == index }) {
                problems.append(IndexProblem(index: index, problem: problem))
            }
        }
        let there = try schemaNames("index")
        // A file of an earlier layout has those in another form, or not at all, that a step to today's makes.
        let version = Int(try integer("PRAGMA user_version") ?? 0)
        let later = Layout.indexNames(Layout.steps(from: version).flatMap(\.statements))
        for index in Layout.indexes.map(Layout.Index.init)
        where index.table == table.name && !later.contains(index.name) {
            if !there.contains(index.name) {
                note(index.name, "is not there")
            } else if try isUnreadable(index) {
                note(index.name, "can't be read")
            }
        }
        do {
            let statement = try Statement("PRAGMA integrity_check(\(table.name))", on: self)
            while try statement.step() {
                for sentence in SQLiteReader.sentences(of: statement.text(at: 0) ?? "") {
                    // `row 3 missing from index timers_due`, `wrong # of entries in index timers_due`.
                    let words = sentence.split(separator: " ").map(String.init)
                    guard let place = words.firstIndex(of: "index"), words.indices.contains(place + 1) else { continue }
                    if there.contains(words[place + 1]) {
                        note(words[place + 1], "does not agree with its table: \(sentence)")
                    }
                }
            }
        } catch let error as StoreError where error.isAtRow {
            // The rows themselves can't be read on, which others tell.
        }
        return problems
    }

    private func isUnreadable(_ index: Layout.Index) throws -> Bool {
        let condition = index.condition.map { " WHERE \($0)" } ?? ""
        do {
            // Rows alone, `count(*)`, SQLite counts in whichever index is the smallest.
            _ = try integer("SELECT count(rowid) FROM \(index.table) INDEXED BY \(index.name)\(condition)")
            return false
        } catch let error as StoreError where error.isAtRow {
            return true
        }
    }

    private func schemaNames(_ type: String) throws -> Set<String> {
        var names: Set<String> = []
        let statement = try Statement("SELECT name, type FROM sqlite_schema", on: self)
        while try statement.step() {
            if statement.text(at: 1) == type { names.insert(statement.text(at: 0) ?? "") }
        }
        return names
    }
}

extension SQLiteReader {
    /// Visits the indexes that are not there, can't be read, or don't agree with their tables.
    package func checkIndexes(_ visit: (StructuralFinding) -> Visit) throws {
        for table in Layout.tables {
            for problem in try ask({ try $0.connection.indexProblems(of: table) }) {
                if case .stop = visit(.entries(index: problem.index, problem.problem)) { return }
            }
        }
    }
}
