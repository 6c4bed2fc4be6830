internal import EventSourcing

/// Commits of a log that SQLite's recovery leaves out, because a change before them is damaged.
struct LogLoss: Hashable {
    /// The number of the damaged change, from 1.
    var change: Int64
    /// How many commits end at or behind it.
    var commits: Int64
    /// The salts of the log: one that is begun anew has others.
    var salts: UInt64
}

extension LogFile {
    /// Goes through the changes by their checksums, as recovery does, and counts the commits behind the place where that
    /// ends; nil where there are none.
    ///
    /// What stands there without a commit is what a crash leaves of a transaction that was under way. The whole log is
    /// read, in bounded memory.
    func loss() -> LogLoss? {
        let beginning = beginning(LogHeader.length)
        guard beginning.count == LogHeader.length, LogHeader(beginning) == .sound else { return nil }
        var (sum, salts) = beginning.withUnsafeBytes { bytes in
            let isBigEndian = bytes.word(at: 0) & 1 == 1
            return (
                LogSum(bytes, at: 24, isBigEndian: isBigEndian),
                UInt64(bytes.word(at: 16)) << 32 | UInt64(bytes.word(at: 20))
            )
        }
        var (number, behind) = (Int64(0), Int64(0))
        var loss: LogLoss?
        visit(piecesOf: LogFrame.headerLength + LogHeader.pageSize(beginning)) { piece in
            let frame = LogFrame(bytes: piece)
            number += 1
            if loss != nil {
                if frame.isCommit, frame.salts == salts { behind += 1 }
                return .next
            }
            let fits = frame.follows(&sum)
            if fits, frame.salts == salts, frame.page != 0 { return .next }
            let isCommit = frame.isCommit && (fits || frame.salts == salts)
            loss = LogLoss(change: number, commits: isCommit ? 1 : 0, salts: salts)
            return .next
        }
        guard var loss, behind > 0 else { return nil }
        loss.commits += behind
        return loss
    }
}

extension LogFrame {
    /// Adds the change to a running checksum, and answers whether it is the one that it tells itself.
    func follows(_ sum: inout LogSum) -> Bool {
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[..<8]))
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[Self.headerLength...]))
        return sum == LogSum(bytes, at: 16, isBigEndian: sum.isBigEndian)
    }
}

extension StoreFile {
    /// How many commits of the log are lost because a change before them is damaged, as a sentence; nil where none are.
    ///
    /// It reads the whole log.
    var logLoss: String? {
        guard let log, log.size > 0 else { return nil }
        var last: LogLoss?
        // What somebody writes meanwhile looks like damage for a moment, and never twice at the same place.
        for _ in 0..<4 {
            guard let loss = LogFile(place + "-wal")?.loss() else { return nil }
            if let last, last.change == loss.change, last.salts == loss.salts {
                let commits = loss.commits == 1 ? "1 commit" : "\(loss.commits) commits"
                return "\(logName) is damaged at its change \(loss.change), and \(commits) from there on "
                    + (loss.commits == 1 ? "is lost" : "are lost")
            }
            last = loss
        }
        return nil
    }
}
