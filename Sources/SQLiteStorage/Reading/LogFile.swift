internal import EventSourcing
internal import Glibc

/// The bytes of a write-ahead log, read by hand and in pieces; no lock is ever on a log itself, so that none is dropped.
struct LogFile: ~Copyable {
    /// The size when it was opened, in bytes.
    let size: Int64
    private let descriptor: Int32

    /// So many bytes are read at once, and one piece where that is longer.
    private static let bytesAtOnce = 1 << 20

    /// Opens a log; nil where that can't be done, which SQLite will say in its turn.
    init?(_ path: String) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit { Glibc.close(descriptor) }

    /// Its first bytes; fewer where it is shorter.
    func beginning(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { read(into: $0, at: 0) }
        return Array(bytes.prefix(got))
    }

    /// Visits what stands behind the header, in pieces of one length; what is left at the end is not visited.
    func visit(piecesOf length: Int, _ visit: (UnsafeRawBufferPointer) -> Visit) {
        let atOnce = max(1, Self.bytesAtOnce / length) * length
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: atOnce, alignment: 8)
        defer { buffer.deallocate() }
        var offset = Int64(LogHeader.headerLength)
        while true {
            let got = read(into: buffer, at: offset)
            let whole = got / length * length
            for start in stride(from: 0, to: whole, by: length) {
                if case .stop = visit(UnsafeRawBufferPointer(rebasing: buffer[start..<start + length])) { return }
            }
            if got < atOnce { return }
            offset += Int64(got)
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if got <= 0 { break }
            done += got
        }
        return done
    }
}

/// A change of a page, as it stands in a log: a header of 24 bytes, and the page.
struct LogFrame {
    static let headerLength = 24

    let bytes: UnsafeRawBufferPointer

    /// The two random numbers of the log that it belongs to.
    var salts: UInt64 { UInt64(bytes.word(at: 8)) << 32 | UInt64(bytes.word(at: 12)) }

    /// The number of the page, from 1.
    var page: UInt32 { bytes.word(at: 0) }

    /// Whether a transaction ends with it: it tells how many pages the file has then.
    var isCommit: Bool { page != 0 && bytes.word(at: 4) != 0 }
}

extension UnsafeRawBufferPointer {
    /// Four bytes as a number, the most significant first.
    func word(at offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
}

extension LogFile {
    /// The shortest page that there is, in bytes.
    static let shortestPage = 512

    /// A log that is shorter has no change, in bytes.
    static let shortest = Int64(LogHeader.length + shortestPage)

    /// Whether commits may stand in a log with a beginning that SQLite does not go by.
    ///
    /// A header that does not fit its checksum says nothing of what is behind it. One that does can stand before changes
    /// that are not of its log and were never committed: a program that ends between the two writes with which a log is
    /// begun leaves that.
    func mayHoldCommits(behind header: LogHeader) -> Bool {
        guard size >= Self.shortest else { return false }
        var isAny = false
        switch header {
        case .sound, .ofOtherVersion: break
        case .none, .damaged:
            visit(piecesOf: Self.shortestPage) { piece in
                isAny = piece.contains { $0 != 0 }
                return isAny ? .stop : .next
            }
        case .ofOtherChanges:
            let beginning = beginning(LogHeader.length)
            let salts = beginning.withUnsafeBytes { UInt64($0.word(at: 16)) << 32 | UInt64($0.word(at: 20)) }
            let others = beginning.withUnsafeBytes {
                LogFrame(bytes: UnsafeRawBufferPointer(rebasing: $0[LogHeader.headerLength...])).salts
            }
            visit(piecesOf: LogFrame.headerLength + LogHeader.pageSize(beginning)) { piece in
                let frame = LogFrame(bytes: piece)
                isAny = frame.isCommit && (frame.salts == salts || frame.salts == others)
                return isAny ? .stop : .next
            }
        }
        return isAny
    }
}
