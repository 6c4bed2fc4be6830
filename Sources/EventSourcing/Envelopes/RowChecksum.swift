/// A checksum as a row keeps it: its lower 48 bits with their sign, for which SQLite takes six bytes instead of eight.
///
/// Of 2^48 kinds of damage one is missed. Rows that were written before layout 3 keep all 64 bits, and stay as they are.
package struct RowChecksum: Hashable, Sendable {
    private let whole: UInt64

    @inline(__always)
    init(_ whole: UInt64) { self.whole = whole }

    /// What a row gets.
    @inline(__always)
    package var stored: Int64 { Int64(bitPattern: whole << 16) >> 16 }

    /// Whether a row that keeps this number has this checksum.
    @inline(__always)
    package func fits(_ number: Int64?) -> Bool { number == stored || number == Int64(bitPattern: whole) }
}
