public import Actors

/// Makes identifiers that rise, also within a millisecond and also when the clock goes back.
public final class ULIDGenerator: Sendable {
    private struct State {
        var random: any RandomNumberGenerator & Sendable
        var last = ULID(high: 0, low: 0)
    }

    private let state: Locked<State>

    /// Takes its random bits from the system, or from a seeded generator where the same ids must come again.
    public init(random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        state = Locked(State(random: random))
    }

    /// The next identifier, above every one that this generator made before.
    public func next(at time: Timestamp) -> ULID {
        state.withLock { state in
            let milliseconds = UInt64(max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
            if milliseconds > state.last.milliseconds || state.last == ULID(high: 0, low: 0) {
                let random = UInt64.random(in: 0..<1 << 15, using: &state.random)
                state.last = ULID(high: milliseconds << 16 | random, low: .random(in: 0 ... .max, using: &state.random))
            } else {
                let (low, overflow) = state.last.low.addingReportingOverflow(1)
                state.last = ULID(high: overflow ? state.last.high &+ 1 : state.last.high, low: low)
            }
            return state.last
        }
    }
}
