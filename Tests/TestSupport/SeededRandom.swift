/// Random numbers that come again with the same seed (SplitMix64, Steele, Lea and Flood 2014).
///
/// A test that uses it prints the seed, at the latest where it fails.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins at a seed.
    package init(seed: UInt64) { state = seed }

    /// Begins with a new seed and prints it, so that a failure can be repeated.
    package static func announced(_ test: String = #function) -> SeededRandom {
        let seed = UInt64.random(in: 0 ... .max)
        print("\(test): seed \(seed)")
        return SeededRandom(seed: seed)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
