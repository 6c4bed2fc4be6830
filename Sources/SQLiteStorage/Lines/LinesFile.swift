internal import EventSourcing
internal import Glibc

/// Reads a file of lines from its beginning, in memory that is bounded by its longest line.
///
/// A line that is longer than any row is refused with its number before it is read to its end.
final class LinesReader {
    /// The number of the line that was read last, from 1.
    private(set) var number: Int64 = 0
    /// The place behind the line that was read last.
    private(set) var offset: Int64 = 0
    /// Whether the line that was read last had an end.
    private(set) var isEnded = true
    let size: Int64

    private let path: String
    private let longest: Int
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Where the last pause was.
    private var paused: (number: Int64, offset: Int64) = (0, 0)

    /// The longest line that can be the row of a store: the largest payload in its longest form, and what stands beside it.
    static let longestLine = LineText.longestForm * EncodedEvent.largest + 16 << 20

    /// Throws `StoreError`: missing, folder, permission denied, and what is no file.
    ///
    /// - Parameter longest: how many bytes a line has at most.
    init(_ path: String, longest: Int = longestLine) throws {
        self.path = path
        self.longest = longest
        // Not blocking: a pipe that nobody writes into must not hang the program.
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw LinesWriter.failure(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            if status.st_mode & S_IFMT == S_IFDIR {
                throw StoreError(.invalid, file: path, detail: "it is a folder, and lines stand in a file")
            }
            throw StoreError(.invalid, file: path, detail: "it is a device or a pipe, and lines are read from a file")
        }
        size = Int64(status.st_size)
    }

    deinit { Glibc.close(descriptor) }

    /// Lends the next line without its end; nil behind the last one.
    func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        var searched = start
        while true {
            let end = buffer.withUnsafeBytes { bytes -> Int? in
                guard searched < bytes.count, let base = bytes.baseAddress,
                    let found = memchr(base + searched, 0x0A, bytes.count - searched)
                else { return nil }
                return UnsafeRawPointer(found) - base
            }
            if let end {
                if end - start > longest { throw tooLong }
                return try lend(start..<end, ended: true, body)
            }
            searched = buffer.count
            if isAtEnd { return start == buffer.count ? nil : try lend(start..<buffer.count, ended: false, body) }
            if buffer.count - start > longest { throw tooLong }
            searched -= start
            try fill()
        }
    }

    private var tooLong: LinesError {
        LinesError(
            path, line: number + 1, column: 1,
            "it is longer than the \(longest) bytes that the line of a row has at most")
    }

    /// Whether so much was read since the last time that it was so that somebody who waits should be asked.
    func isPauseDue() -> Bool {
        guard number - paused.number >= Self.linesPerPause || offset - paused.offset >= Self.bytesPerPause else {
            return false
        }
        paused = (number, offset)
        return true
    }

    private static let linesPerPause: Int64 = 1_000
    private static let bytesPerPause: Int64 = 16 << 20

    private func lend<Result>(
        _ range: Range<Int>, ended: Bool, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        number += 1
        isEnded = ended
        start = range.upperBound + (ended ? 1 : 0)
        offset += Int64(start - range.lowerBound)
        return try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Reads more behind what is there, which moves to the beginning.
    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        var outcome = 0
        let more = [UInt8](unsafeUninitializedCapacity: 1 << 20) { part, count in
            repeat {
                outcome = Glibc.read(descriptor, part.baseAddress, 1 << 20)
            } while outcome < 0 && errno == EINTR
            count = max(0, outcome)
        }
        guard outcome >= 0 else { throw LinesWriter.failure(path) }
        buffer += more
        isAtEnd = more.isEmpty
    }
}

/// Writes lines into a file that is not complete yet.
final class LinesWriter {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Goes on in a file, from a place on; 0 begins it.
    init(_ path: String, from offset: Int64) throws {
        self.path = path
        let opened = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw Self.failure(path) }
        descriptor = opened
        buffer.reserveCapacity(1 << 20)
        guard ftruncate(descriptor, Int(offset)) == 0, lseek(descriptor, Int(offset), SEEK_SET) == offset else {
            throw Self.failure(path)
        }
    }

    deinit { Glibc.close(descriptor) }

    func write(_ line: [UInt8]) throws {
        buffer += line
        if buffer.count >= 1 << 20 { try flush() }
    }

    func flush() throws {
        var written = 0
        while written < buffer.count {
            let more = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw Self.failure(path) }
            written += more
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// What the system says, as an error about a file.
    static func failure(_ path: String) -> StoreError {
        let reason: StoreError.Reason =
            switch errno {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM: .permissionDenied
            case ENOSPC, EDQUOT, EFBIG: .full
            case EROFS: .readOnly
            default: .inputOutput
            }
        return StoreError(reason, file: path, detail: reason == .inputOutput ? String(cString: strerror(errno)) : "")
    }
}

/// A line that is not what a line of a store must be.
package struct LinesError: Error, Hashable, CustomStringConvertible {
    /// The file of lines.
    package var file: String
    /// The line, from 1.
    package var line: Int64
    /// Where in the line, from 1, in Unicode scalars.
    package var column: Int
    /// What is wrong, as a clause; no payload is in it.
    package var clause: String

    init(_ file: String, line: Int64, column: Int, _ clause: String) {
        self.file = file
        self.line = line
        self.column = column
        self.clause = clause
    }

    /// File, line, column, and what is wrong there.
    package var description: String { "\(file), line \(line), column \(column): \(clause); nothing was written" }
}
