internal import Actors
package import EventSourcing

/// A new store file with all that can be read of a damaged one, which gets its name when somebody wants it.
package final class StoreRepair {
    /// What was found and done.
    package let survey: RepairSurvey

    private let hold: UnfinishedHold
    private let path: String
    private let target: String
    private let unfinished: String
    private var isDone = false

    /// Says what a repair would do, and makes no file for it.
    ///
    /// All of it is done in a database of SQLite's own, which has no name and goes with the connection: what does not fit
    /// into its cache lies in the folder for temporary files that SQLite takes, the one of `SQLITE_TMPDIR` before others.
    ///
    /// - Parameter progress: is told how many rows were taken over, at least every thousand rows that are looked at, and
    ///   stops the work by answering `.stop`.
    ///
    /// Throws `StoreError`: what is no store, `alreadyThere` for the target, `cancelled`, `busy` where the file was written
    /// meanwhile, and what can't be written.
    package static func survey(
        _ path: String, for target: String, progress: (Int64) -> Visit = { _ in .next }
    ) throws -> RepairSurvey {
        try requireNothing(at: target)
        let source = try RepairSource(path)
        do {
            let connection = try Connection("", .creating)
            try connection.execute("BEGIN")
            try SQLiteStore.layOut(connection)
            try connection.execute("COMMIT")
            return try fill(connection, "", from: source, progress).survey
        } catch let error as StoreError where error.reason == .full {
            throw StoreError(
                .full, file: "SQLite's folder for temporary files", detail: "set SQLITE_TMPDIR to one with room")
        }
    }

    /// Reads what can be read of a file into an unfinished one; the file itself is only looked at.
    ///
    /// - Parameter progress: is told how many rows were taken over, at least every thousand rows that are looked at, and
    ///   stops the work by answering `.stop`.
    ///
    /// Throws `StoreError`: what is no store, `alreadyThere` for the target, `cancelled`, `busy` where the file was written
    /// meanwhile, and what can't be written.
    package init(
        _ path: String, into target: String, progress: (Int64) -> Visit = { _ in .next }
    ) throws {
        try Self.requireNothing(at: target)
        hold = try UnfinishedHold(target)
        let source = try RepairSource(path)
        self.path = path
        self.target = target
        unfinished = UnfinishedFile.path(of: target)
        UnfinishedFile.remove(unfinished)
        do {
            try SQLiteStore.layOut(unfinished, isSynced: false)
            let reading: LogReading
            (survey, reading) = try Self.fill(Connection(unfinished, .writing), unfinished, from: source, progress)
            try reading.connection.execute("COMMIT")
            try reading.connection.execute("PRAGMA journal_mode = WAL")
        } catch {
            UnfinishedFile.remove(unfinished)
            throw UnfinishedFile.named(error, target)
        }
    }

    deinit {
        if !isDone { UnfinishedFile.remove(unfinished) }
    }

    private static func requireNothing(at target: String) throws {
        try StoreFile.requireNothing(at: target)
        try StoreFile.requireNothing(at: record(of: target))
    }

    /// Fills a store that was laid out; the transaction stays open.
    private static func fill(
        _ connection: consuming Connection, _ path: String, from source: RepairSource,
        _ progress: (Int64) -> Visit
    ) throws -> (survey: RepairSurvey, reading: LogReading) {
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "foreign_keys = OFF"] {
            try connection.execute("PRAGMA \(pragma)")
        }
        let reading = LogReading(connection, file: path)
        try reading.connection.execute("BEGIN IMMEDIATE")
        let salvage = Salvage(source, into: reading)
        try salvage.run(progress: progress)
        return (salvage.survey, reading)
    }

    /// Where the record of a repair is written.
    package static func record(of target: String) -> String { target + ".repair.jsonl" }

    /// Gives the new file its name, and writes the record beside it: a line for the repair, and one for each step.
    ///
    /// - Parameter original: the file as a person knows it, where a copy of it was read; nil for the one that was read.
    package func finish(by program: String, at time: Timestamp, of original: String? = nil) throws {
        let record = Self.record(of: target)
        try UnfinishedFile.make(record) { try writeRecord(to: $0, by: program, at: time, of: original ?? path) }
        do {
            try UnfinishedFile.finish(target)
        } catch {
            // Nothing was repaired, and the next try begins as this one did.
            UnfinishedFile.remove(record)
            throw UnfinishedFile.named(error, target)
        }
        isDone = true
    }

    private func writeRecord(to path: String, by program: String, at time: Timestamp, of original: String) throws {
        let writer = try LinesWriter(path, from: 0)
        var text = LineText()
        text.begin()
        text.add("repaired", original)
        text.add("into", target)
        text.add("time", time.description)
        text.add("program", program)
        text.add("rows", survey.rows)
        text.add("steps", Int64(survey.stepCount))
        let leftOut = survey.stepCount - survey.steps.count
        if leftOut > 0 { text.add("stepsLeftOut", Int64(leftOut)) }
        text.end()
        try writer.write(text.bytes)
        for step in survey.steps {
            text.begin()
            text.add("kind", step.kind)
            if let id = step.persistenceID { text.add("stream", id.description) } else { text.addNull("stream") }
            text.add("message", step.sentence)
            text.end()
            try writer.write(text.bytes)
        }
        try writer.flush()
    }
}
