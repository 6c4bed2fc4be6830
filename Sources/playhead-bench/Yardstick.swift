import FoundationEssentials

/// How fast this machine is, beside the one on which the fixed limits were set: work that has nothing of Playhead in it.
struct Yardstick {
    let options: BenchOptions

    /// What Foundation's decoder made of the same event where the limits were set.
    private static let decodedThere = 230_000.0

    func run() async throws -> [Measurement] {
        let (decoder, json) = (JSONDecoder(), try JSONEncoder().encode(Reading.sample(1_234)))
        let rate = try await Slices.median(options) {
            try await Slices.rate(options) {
                for _ in 0..<1_000 { _ = try decoder.decode(Reading.self, from: json) }
                return 1_000
            }
        }
        return [
            Measurement(
                work: "this machine: Foundation's decoder, beside where fixed limits were set", value: rate,
                unit: "events/s", limit: Self.decodedThere)
        ]
    }
}
