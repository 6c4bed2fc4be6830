internal import CSQLite
package import EventSourcing

extension SQLiteReader {
    /// How far a backup is, in pages of the file.
    package struct BackupProgress: Hashable, Sendable {
        package var pages: Int64
        package var total: Int64
    }

    /// Copies the whole store into a new file, as it was at one moment, however much is written meanwhile.
    ///
    /// The store is only looked at, and whoever writes it is not held up. The copy gets its name when it is complete,
    /// of the same store, and synced; until then, and where it fails, there is none.
    ///
    /// - Parameter progress: is told after every few megabytes, and stops the copying by answering `.stop`.
    ///
    /// Throws `StoreError`: `alreadyThere`, `folder`, `cancelled`, `full`, and what can't be read or written.
    package func backUp(to target: String, progress: (BackupProgress) -> Visit = { _ in .next }) throws {
        try UnfinishedFile.make(target) { unfinished in
            var attempts = 3
            while true {
                do {
                    try askAtOneMoment { try $0.copyPages(to: unfinished, in: fileSystem, progress) }
                    break
                } catch let error as StoreError where error.reason == .busy && attempts > 1 {
                    // Somebody began to write beside a file that nobody wrote; now there is a log to go by.
                    attempts -= 1
                    UnfinishedFile.remove(unfinished)
                }
            }
            let copy = try SQLiteReader(unfinished, trust: .foreign, in: fileSystem)
            defer { copy.close() }
            guard copy.description.id == description.id else {
                throw StoreError(.corrupt, file: path, detail: "its copy is not the same store")
            }
        }
    }

    /// Runs questions that all see the store as it was at one moment.
    ///
    /// Throws `StoreError.busy` where a file that nobody seemed to write was written meanwhile: what was read is then of two
    /// moments.
    func askAtOneMoment<Answer>(_ body: (LogReading) throws -> Answer) throws -> Answer {
        let answer = try ask { reading in try reading.atOneMoment { try body(reading) } }
        try requireStill()
        return answer
    }
}

extension LogReading {
    /// So many pages are copied between two looks at whether to go on.
    private static let pagesAtOnce: Int32 = 1_024

    fileprivate func copyPages(
        to path: String, in fileSystem: String?, _ progress: (SQLiteReader.BackupProgress) -> Visit
    ) throws {
        // A copy has no moment of its own between two of its steps.
        _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
        let target = try Connection(path, .creating, fileSystem: fileSystem)
        // The whole file is synced when it is complete.
        try target.execute("PRAGMA synchronous = OFF")
        guard let backup = sqlite3_backup_init(target.handle, "main", connection.handle, "main") else {
            throw StoreError(ResultCode(rawValue: sqlite3_extended_errcode(target.handle)), on: target.handle)
        }
        var code = ResultCode.SQLITE_OK
        var wish = Visit.next
        while code == .SQLITE_OK, wish == .next {
            code = ResultCode(rawValue: sqlite3_backup_step(backup, Self.pagesAtOnce))
            let total = Int64(sqlite3_backup_pagecount(backup))
            wish = progress(.init(pages: total - Int64(sqlite3_backup_remaining(backup)), total: total))
        }
        let end = ResultCode(rawValue: sqlite3_backup_finish(backup))
        if wish == .stop, code != .SQLITE_DONE { throw StoreError(.cancelled, file: file) }
        guard code == .SQLITE_DONE, end == .SQLITE_OK else {
            let failure = code == .SQLITE_DONE ? end : code
            var error = StoreError(failure, on: target.handle)
            // The new file can't be written, unless it was the other one that could not be read.
            let isOfSource = failure.rawValue == SQLITE_IOERR | 1 << 8 || failure.rawValue == SQLITE_IOERR | 2 << 8
            if [.full, .inputOutput, .readOnly, .permissionDenied].contains(error.reason), !isOfSource {
                error.file = path
            }
            throw error
        }
    }
}
