import TestSupport

extension SeededRandom {
    /// Bytes that often make control characters, sequences, marks, wide characters, and broken UTF-8.
    mutating func interestingByte() -> UInt8 {
        let interesting: [UInt8] = [
            0x1B, 0x5B, 0x20, 0x41, 0x4D, 0x7E, 0x30, 0x3B, 0xCC, 0x81, 0xE6, 0x97, 0xA5, 0xF0, 0x9F, 0x98, 0x80, 0xE2,
            0x80, 0xAE, 0x9B, 0x07, 0x0A,
        ]
        return Bool.random(using: &self)
            ? interesting[Int.random(in: 0..<interesting.count, using: &self)] : UInt8.random(in: 0...255, using: &self)
    }
}
