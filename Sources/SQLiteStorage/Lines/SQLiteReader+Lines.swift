package import EventSourcing
internal import Glibc

extension SQLiteReader {
    /// How far lines are, and how it went so far.
    package struct LinesProgress: Hashable, Sendable {
        /// How many lines there are.
        package var lines: Int64 = 0
        /// How many of them were found in what an interrupted call had left.
        package var kept: Int64 = 0
    }

    /// Hands out a whole store as lines of JSON, as it is at one moment; see `StoreLines` for what they are.
    ///
    /// Throws `StoreError`, also `corrupt` for a row that refers to what is not there, and what `visit` throws.
    package func exportLines(_ visit: ([UInt8]) throws -> Void) throws {
        try askAtOneMoment { reading in
            var export = LineExport(reading)
            try export.eachLine(visit)
            // The last line says that the others are of one moment.
            try requireStill()
            try visit(export.end)
        }
    }

    /// Writes a whole store as lines of JSON into a new file, as it is at one moment.
    ///
    /// The file gets its name when it is complete and synced. What an interruption leaves is compared with the lines of
    /// now, and gone on with from the first one that differs.
    ///
    /// - Parameter progress: is told every thousand lines, and interrupts the work by answering `.stop`.
    ///
    /// Throws `StoreError`: `alreadyThere`, `cancelled`, `full`, what can't be read or written, and `corrupt` for a row that
    /// refers to what is not there.
    @discardableResult
    package func exportLines(
        to path: String, progress: (LinesProgress) -> Visit = { _ in .next }
    ) throws -> LinesProgress {
        try StoreFile.requireNothing(at: path)
        let hold = try UnfinishedHold(path)
        defer { withExtendedLifetime(hold) {} }
        do {
            let result = try askAtOneMoment { try $0.exportLines(to: UnfinishedFile.path(of: path), progress) }
            try UnfinishedFile.finish(path)
            return result
        } catch {
            throw UnfinishedFile.named(error, path)
        }
    }
}

extension LogReading {
    fileprivate func exportLines(
        to path: String, _ progress: (SQLiteReader.LinesProgress) -> Visit
    ) throws -> SQLiteReader.LinesProgress {
        var done = SQLiteReader.LinesProgress()
        var export = LineExport(self)
        var found = StoreFile.stamp(path) == nil ? nil : try LinesReader(path)
        var writer: LinesWriter?
        // The place behind the last line that is there and as it must be.
        var kept: Int64 = 0
        func write(_ line: [UInt8]) throws {
            let open = try writer ?? LinesWriter(path, from: kept)
            writer = open
            try open.write(line)
        }
        try export.eachLine { line in
            if let reader = found, try reader.next({ $0.elementsEqual(line.dropLast()) }) == true, reader.isEnded {
                kept = reader.offset
                done.kept += 1
            } else {
                found = nil
                try write(line)
            }
            done.lines += 1
            guard done.lines % 1_000 == 0, progress(done) == .stop else { return }
            // What is written is gone on with.
            try writer?.flush()
            throw StoreError(.cancelled, file: file)
        }
        try write(export.end)
        try writer?.flush()
        return done
    }
}
