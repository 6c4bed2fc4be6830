/// Random numbers that can be had again (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Begins with a new seed and prints it, so that a failure can be repeated.
    static func announced(_ test: String = #function) -> SeededRandom {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(test): seed \(seed)")
        return SeededRandom(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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
