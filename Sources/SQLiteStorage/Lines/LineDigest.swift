internal import EventSourcing

/// Tells two sets of lines apart, in whatever order they come: how many there are, and the sum of their digests.
struct LineDigest: Hashable, Sendable {
    private(set) var lines: Int64 = 0
    private(set) var sum: UInt64 = 0

    init(lines: Int64 = 0, sum: UInt64 = 0) {
        self.lines = lines
        self.sum = sum
    }

    /// Adds a line, whose end is not counted.
    mutating func add(_ line: [UInt8]) {
        let count = line.last == 0x0A ? line.count - 1 : line.count
        line.withUnsafeBytes { add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    mutating func add(_ line: UnsafeRawBufferPointer) {
        sum &+= EventChecksum.digest(line)
        lines += 1
    }

    /// 16 hexadecimal digits.
    var text: String {
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
