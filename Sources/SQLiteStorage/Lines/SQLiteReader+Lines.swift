package import EventSourcing
internal import Glibc

extension SQLiteReader {
    /// How far lines are, and how it went so far.
    package struct LinesProgress: Hashable, Sendable {
        /// How many lines there are.
        package var lines: Int64 = 0
        /// How many of them were found in what an interrupted call had left.
        package var kept: Int64 = 0
        /// Whether what an interrupted call had left was of another store, or of another moment of it.
        package var hasStartedOver = false
    }

    /// Hands out a whole store as lines of JSON, as it is at one moment; see `StoreLines` for what they are.
    ///
    /// Throws `StoreError`, also `corrupt` for a row that refers to what is not there, and what `visit` throws.
    package func exportLines(_ visit: ([UInt8]) throws -> Void) throws {
        try askAtOneMoment { reading in
            var export = LineExport(reading)
            try export.eachLineBeforeEvents(visit)
            try export.eachEvent(after: 0, visit)
            // The last line says that the others are of one moment.
            try requireStill()
            try visit(export.end)
        }
    }

    /// Writes a whole store as lines of JSON into a new file, as it is at one moment.
    ///
    /// The file gets its name when it is complete and synced. What an interruption leaves is gone on with by the next call,
    /// unless the store changed meanwhile; then it starts over.
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
        let unfinished = UnfinishedFile.path(of: path)
        do {
            let result: LinesProgress
            do {
                result = try askAtOneMoment { try $0.exportLines(to: unfinished, isGoingOn: true, progress) }
            } catch is StartOver {
                result = try askAtOneMoment { try $0.exportLines(to: unfinished, isGoingOn: false, progress) }
            }
            try UnfinishedFile.finish(path)
            return result
        } catch {
            throw UnfinishedFile.named(error, path)
        }
    }
}

/// What is there was not written by the same call on the same store.
private struct StartOver: Error {}

extension LogReading {
    fileprivate func exportLines(
        to path: String, isGoingOn: Bool, _ progress: (SQLiteReader.LinesProgress) -> Visit
    ) throws -> SQLiteReader.LinesProgress {
        var done = SQLiteReader.LinesProgress(hasStartedOver: !isGoingOn)
        var export = LineExport(self)
        var found = isGoingOn && StoreFile.stamp(path) != nil ? try LinesReader(path) : nil
        var writer: LinesWriter?
        func tell() throws {
            guard done.lines % 1_000 == 0, progress(done) == .stop else { return }
            // What is written is gone on with.
            try writer?.flush()
            throw StoreError(.cancelled, file: file)
        }
        func write(_ line: [UInt8], from offset: Int64) throws {
            if writer == nil { writer = try LinesWriter(path, from: offset) }
            try writer?.write(line)
        }
        // As far as lines are there they must be the same ones; behind the last whole one it goes on.
        var kept: Int64 = 0
        try export.eachLineBeforeEvents { line in
            if let reader = found, let isSame = try reader.next({ $0.elementsEqual(line.dropLast()) }), reader.isEnded {
                guard isSame else { throw StartOver() }
                kept = reader.offset
                done.kept += 1
            } else {
                found = nil
                try write(line, from: kept)
            }
            done.lines += 1
            try tell()
        }
        var last: Int64 = 0
        if let reader = found {
            (last, kept) = try keptEvents(reader, from: kept, &export, &done)
        }
        try export.eachEvent(after: last) { line in
            try write(line, from: kept)
            done.lines += 1
            try tell()
        }
        try write(export.end, from: kept)
        try writer?.flush()
        return done
    }

    /// Goes through the lines of events that are there, and answers the last position and the place behind it.
    ///
    /// The heads were the same, so the events up to there are, too: they never change.
    private func keptEvents(
        _ reader: LinesReader, from offset: Int64, _ export: inout LineExport,
        _ done: inout SQLiteReader.LinesProgress
    ) throws -> (last: Int64, offset: Int64) {
        var (last, end, digest) = (Int64(0), offset, export.digest)
        while true {
            let position = try reader.next { line -> Int64? in
                guard let position = Self.position(of: line), position > last else { return nil }
                if reader.isEnded { digest.add(line) }
                return position
            }
            guard let position = position ?? nil, reader.isEnded else { break }
            (last, end) = (position, reader.offset)
            done.lines += 1
            done.kept += 1
        }
        export.go(on: digest)
        return (last, end)
    }

    /// The position of an event's line as `LineRows` writes it; nil for any other line.
    private static func position(of line: UnsafeRawBufferPointer) -> Int64? {
        let beginning = Array("{\"table\":\"events\",\"position\":".utf8)
        guard line.starts(with: beginning), line.last == UInt8(ascii: "}") else { return nil }
        let digits = line.dropFirst(beginning.count).prefix { (48...57).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
