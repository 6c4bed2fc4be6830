internal import EventSourcing
internal import Glibc

/// Reads a file of lines from its beginning, in memory that is bounded by its longest line.
final class LinesReader {
    /// The number of the line that was read last, from 1.
    private(set) var number: Int64 = 0
    /// The place behind the line that was read last.
    private(set) var offset: Int64 = 0
    /// Whether the line that was read last had an end.
    private(set) var isEnded = true
    let size: Int64

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// The longest line that can be the row of a store: a payload of 48 MiB, each byte of it escaped.
    static let longestLine = 300 << 20

    /// Throws `StoreError`: missing, folder, permission denied, and what is no file.
    init(_ path: String) throws {
        self.path = path
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
            if let end { return try lend(start..<end, ended: true, body) }
            searched = buffer.count
            if isAtEnd { return start == buffer.count ? nil : try lend(start..<buffer.count, ended: false, body) }
            if buffer.count - start > Self.longestLine {
                throw LinesError(path, line: number + 1, column: 1, "no row of a store is as long as this line")
            }
            searched -= start
            try fill()
        }
    }

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
