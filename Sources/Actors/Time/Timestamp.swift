/// A moment in UTC, counted in microseconds since 1970-01-01T00:00:00Z.
///
/// Microseconds are what a store file keeps, so a timestamp survives a round trip exactly. The range is that of
/// `Int64`, about 292,000 years to either side; arithmetic that would leave it stops at its ends.
public struct Timestamp: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    public let microseconds: Int64

    /// A moment so many microseconds after 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// 1970-01-01T00:00:00Z.
    public static let epoch = Timestamp(microseconds: 0)

    /// The moment a duration later; earlier when the duration is negative.
    ///
    /// Parts of a microsecond are dropped. A result beyond the range of `Int64` is the end of that range.
    public func adding(_ duration: Duration) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(duration.wholeNanoseconds / 1_000)
        if overflow {
            return Timestamp(microseconds: duration < .zero ? .min : .max)
        }
        return Timestamp(microseconds: sum)
    }

    /// The time from another moment until this one; negative when this one is earlier.
    public func duration(since earlier: Timestamp) -> Duration {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let (earlierSeconds, earlierRest) = earlier.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return .seconds(seconds - earlierSeconds) + .microseconds(rest - earlierRest)
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Duration {
    /// The duration in nanoseconds, stopped at the ends of `Int64` (about 292 years).
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow {
            return seconds < 0 ? .min : .max
        }
        let (sum, sumOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        if sumOverflow {
            return seconds < 0 ? .min : .max
        }
        return sum
    }
}
