package import EventSourcing

extension SQLiteStore {
    /// How far an import is.
    package struct ImportProgress: Hashable, Sendable {
        package enum Stage: Hashable, Sendable {
            case reading
            case comparing
        }

        package var stage = Stage.reading
        /// How many bytes of the lines were read.
        package var bytes: Int64 = 0
        /// Of how many bytes; while lines are compared, of how many lines.
        package var total: Int64 = 0
        /// How many lines were read.
        package var lines: Int64 = 0
        /// How many of them an interrupted call had taken already.
        package var kept: Int64 = 0
    }

    /// Makes a new store of lines that `exportLines` has written, and compares the two.
    ///
    /// The file gets its name when every line was taken, the heads fit the events, its own lines are the same ones, and it
    /// is synced. What an interruption leaves is gone on with by the next call for the same lines; where a line is wrong
    /// nothing stays.
    ///
    /// - Parameters:
    ///   - linesPerCommit: how many lines are one transaction, and may have to be taken again after an interruption.
    ///   - progress: is told every thousand lines, or 16 MiB of them, also while the lines that an interrupted call has taken
    ///     are read again, and interrupts the work by answering `.stop`.
    ///
    /// Throws `LinesError` with line and column, and `StoreError`: `alreadyThere`, `cancelled`, `full`, and what can't be
    /// read or written.
    @discardableResult
    package static func importLines(
        _ lines: String, into path: String, linesPerCommit: Int64 = 20_000,
        progress: (ImportProgress) -> Visit = { _ in .next }
    ) throws -> ImportProgress {
        try StoreFile.requireNothing(at: path)
        // Lines that can't be read have nothing to do with what an interrupted call has left.
        _ = try LinesReader(lines)
        let hold = try UnfinishedHold(path)
        defer { withExtendedLifetime(hold) {} }
        let unfinished = UnfinishedFile.path(of: path)
        do {
            let done = try fill(unfinished, with: lines, linesPerCommit, progress)
            try UnfinishedFile.finish(path)
            return done
        } catch let error as LinesError {
            UnfinishedFile.remove(unfinished)
            throw error
        } catch let failure as ComparisonFailure {
            UnfinishedFile.remove(unfinished)
            throw failure.error
        } catch {
            // It says nothing of the lines, and what is there is gone on with.
            throw UnfinishedFile.named(error, path)
        }
    }

    /// The new store is not what its lines say.
    private struct ComparisonFailure: Error {
        let error: StoreError
    }

    private static func fill(
        _ unfinished: String, with lines: String, _ linesPerCommit: Int64, _ progress: (ImportProgress) -> Visit
    ) throws -> ImportProgress {
        let (reader, marks) = try ImportMarks.open(unfinished, lines: lines, progress)
        var done = try takeLines(reader, of: lines, marks, linesPerCommit, progress)
        try compare(marks, with: lines, &done, progress)
        try marks.finish()
        return done
    }

    private static func takeLines(
        _ reader: LinesReader, of file: String, _ marks: ImportMarks, _ linesPerCommit: Int64,
        _ progress: (ImportProgress) -> Visit
    ) throws -> ImportProgress {
        var done = ImportProgress(bytes: reader.offset, total: reader.size, lines: reader.number, kept: reader.number)
        let parser = LineParser()
        var isOver = false
        try marks.work.log.begin()
        while !isOver {
            let taken: Void? = try reader.next { bytes in
                let line = try parser.parse(bytes, of: file, line: reader.number)
                do {
                    switch line {
                    case .header(let header): try marks.work.add(header)
                    case .row(let row): try marks.work.add(row)
                    case .end(let count, let digest):
                        try require(marks, count, digest)
                        isOver = true
                        return
                    }
                } catch let mistake as LineParser.Mistake {
                    throw parser.error(mistake, in: bytes, of: file, line: reader.number)
                }
                marks.note(bytes, reader)
            }
            guard taken != nil else {
                throw LinesError(
                    file, line: reader.number + 1, column: 1,
                    "the lines end without the last one, which begins with 'end'")
            }
            (done.lines, done.bytes) = (reader.number, reader.offset)
            let isStopped = reader.isPauseDue() && progress(done) == .stop
            if isStopped || reader.number % linesPerCommit == 0, !isOver {
                try marks.commit()
                if !isStopped { try marks.work.log.begin() }
            }
            if isStopped { throw StoreError(.cancelled) }
        }
        if try reader.next({ _ in () }) != nil {
            throw LinesError(file, line: reader.number, column: 1, "something follows the last line")
        }
        try marks.commit()
        return done
    }

    /// Throws where the lines before the last one are not those that it was written behind.
    ///
    /// Another version may have written a row's content in another of its forms: then the lines fit as they stand.
    private static func require(_ marks: ImportMarks, _ count: Int64, _ digest: String?) throws {
        let rows = marks.work.state.rows
        guard count == rows.lines else {
            throw LineParser.Mistake(
                member: 0, clause: "\(count) lines were expected before this one, and there are \(rows.lines)")
        }
        if let digest, digest != rows.text, digest != marks.raw.text {
            throw LineParser.Mistake(
                member: 1,
                clause:
                    "the lines before it were changed: they have the digest \(rows.text); leave the digest out to take them as they are"
            )
        }
    }

    /// Checks the heads of a store that was filled, and compares what it would be exported as with what was read.
    private static func compare(
        _ marks: ImportMarks, with lines: String, _ done: inout ImportProgress, _ progress: (ImportProgress) -> Visit
    ) throws {
        done.stage = .comparing
        let reader = try SQLiteReader(marks.path)
        defer { reader.close() }
        var wrong: StructuralFinding?
        try reader.checkStreams { finding in
            // A history may have gaps, and says so.
            if case .gap = finding { return .next }
            wrong = finding
            return .stop
        }
        if let wrong {
            throw ComparisonFailure(
                error: StoreError(
                    .invalid, file: lines,
                    detail: "its heads do not fit its events: \(wrong.sentence); nothing was written"))
        }
        var (digest, state) = (LineDigest(), done)
        state.total = marks.work.state.rows.lines
        let end = Array("{\"end\":".utf8)
        try reader.exportLines { line in
            if !line.starts(with: end) { digest.add(line) }
            state.lines = digest.lines
            if digest.lines % 1_000 == 0, progress(state) == .stop { throw StoreError(.cancelled) }
        }
        guard digest == marks.work.state.rows else {
            throw ComparisonFailure(
                error: StoreError(
                    .corrupt, file: lines, detail: "the new store is not what its lines say; nothing was written"))
        }
    }
}
