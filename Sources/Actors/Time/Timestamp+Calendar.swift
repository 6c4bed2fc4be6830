extension Timestamp {
    /// The fields of a moment in the Gregorian calendar, in UTC.
    public struct Components: Hashable, Sendable {
        /// The year, astronomically counted: 0 is 1 BC.
        public var year: Int
        /// 1 to 12.
        public var month: Int
        /// 1 to 31.
        public var day: Int
        /// 0 to 23.
        public var hour: Int
        /// 0 to 59.
        public var minute: Int
        /// 0 to 59; UTC here has no leap seconds, like POSIX time.
        public var second: Int
        /// 0 to 999,999.
        public var microsecond: Int

        /// Fields as they are given; `Timestamp.init(_:)` checks them.
        public init(
            year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
        ) {
            self.year = year
            self.month = month
            self.day = day
            self.hour = hour
            self.minute = minute
            self.second = second
            self.microsecond = microsecond
        }
    }

    /// The calendar fields of this moment, in UTC.
    public var components: Components {
        let seconds = microseconds.floorDivided(by: 1_000_000)
        let days = seconds.quotient.floorDivided(by: 86_400)
        let date = civilDate(daysSinceEpoch: days.quotient)
        let second = Int(days.remainder)
        return Components(
            year: date.year, month: date.month, day: date.day,
            hour: second / 3_600, minute: second % 3_600 / 60, second: second % 60,
            microsecond: Int(seconds.remainder))
    }

    /// The moment with these fields in UTC, or nil when a field is out of its range or no such day exists.
    public init?(_ components: Components) {
        guard (-300_000...300_000).contains(components.year), (1...12).contains(components.month),
            (1...daysInMonth(components.month, ofYear: components.year)).contains(components.day),
            (0...23).contains(components.hour), (0...59).contains(components.minute),
            (0...59).contains(components.second), (0...999_999).contains(components.microsecond)
        else { return nil }
        let days = daysSinceEpoch(year: components.year, month: components.month, day: components.day)
        let seconds =
            days * 86_400 + Int64(components.hour * 3_600 + components.minute * 60 + components.second)
        // The two halves are put together so that the very first moment of the range does not overflow on the way.
        let (base, overflow) = (seconds + 1).multipliedReportingOverflow(by: 1_000_000)
        let (sum, sumOverflow) = base.addingReportingOverflow(Int64(components.microsecond) - 1_000_000)
        if overflow || sumOverflow {
            let (plain, plainOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            let (late, lateOverflow) = plain.addingReportingOverflow(Int64(components.microsecond))
            guard !plainOverflow, !lateOverflow else { return nil }
            self.init(microseconds: late)
        } else {
            self.init(microseconds: sum)
        }
    }
}

extension Int64 {
    /// Division that rounds down, so that moments before 1970 fall on the right day.
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private func daysInMonth(_ month: Int, ofYear year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: return 30
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: return 31
    }
}

// The two functions are Howard Hinnant's `days_from_civil` and `civil_from_days`
// (https://howardhinnant.github.io/date_algorithms.html): years begin in March, so that the leap day is the last.

private func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = Int64(month <= 2 ? year - 1 : year)
    let era = shifted.floorDivided(by: 400)
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    let dayOfEra = era.remainder * 365 + era.remainder / 4 - era.remainder / 100 + dayOfYear
    return era.quotient * 146_097 + dayOfEra - 719_468
}

private func civilDate(daysSinceEpoch days: Int64) -> (year: Int, month: Int, day: Int) {
    let era = (days + 719_468).floorDivided(by: 146_097)
    let dayOfEra = era.remainder
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era.quotient * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
}
