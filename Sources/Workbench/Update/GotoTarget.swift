import Actors
import EventSourcing

/// What `:goto` was told.
enum GotoTarget: Equatable {
    case number(Int64)
    /// So many events away.
    case steps(Int64)
    /// So long away, in microseconds.
    case span(Int64)
    case time(Timestamp)
    case address(Address)

    /// Reads `42`, `+3`, `+1h`, `-10m`, `09:15`, `2025-03-02`, `2025-03-02T09:15`, `Order|order-7@3`; a bare time of day is
    /// on the day of `now`. Nil for anything else.
    ///
    /// An id alone, as in `order-7@3`, is one of `entityType`.
    init?(_ text: String, now: Timestamp?, entityType: String? = nil) {
        let text = text.trimmingSpaces
        if let number = Int64(text), let first = text.first {
            self = first == "+" || first == "-" ? .steps(number) : .number(number)
            return
        }
        if text.first == "#", let number = Int64(text.dropFirst()), number >= 0 {
            self = .number(number)
        } else if let span = Self.span(text) {
            self = .span(span)
        } else if let time = Self.time(text, now: now) {
            self = .time(time)
        } else if let address = Address(text) {
            self = .address(address)
        } else if let entityType, text.contains("@"), let address = Address("\(Address.encoded(entityType))|\(text)") {
            self = .address(address)
        } else {
            return nil
        }
    }

    private static func span(_ text: String) -> Int64? {
        guard let sign = text.first, sign == "+" || sign == "-", let unit = text.last else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let seconds = units[unit], let value = Int64(text.dropFirst().dropLast()), value >= 0 else { return nil }
        let (micro, overflow) = value.multipliedReportingOverflow(by: seconds * 1_000_000)
        if overflow { return nil }
        return sign == "-" ? -micro : micro
    }

    private static func time(_ text: String, now: Timestamp?) -> Timestamp? {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        let day: (Int, Int, Int)?
        let clock: Substring?
        switch parts.count {
        case 1 where text.contains(":"):
            day = now.map { ($0.components.year, $0.components.month, $0.components.day) }
            clock = parts[0]
        case 1:
            day = date(parts[0])
            clock = nil
        case 2:
            day = date(parts[0])
            clock = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
        default: return nil
        }
        guard let day else { return nil }
        var fields = [0, 0, 0]
        if let clock {
            let numbers = clock.split(separator: ":").map { Int($0) }
            guard (2...3).contains(numbers.count) else { return nil }
            for (index, number) in numbers.enumerated() {
                guard let number else { return nil }
                fields[index] = number
            }
        }
        return Timestamp(
            Timestamp.Components(
                year: day.0, month: day.1, day: day.2, hour: fields[0], minute: fields[1], second: fields[2],
                microsecond: clock == nil ? 0 : 999_999))
    }

    private static func date(_ text: Substring) -> (Int, Int, Int)? {
        let numbers = text.split(separator: "-").map { Int($0) }
        guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2] else {
            return nil
        }
        return (year, month, day)
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmingSpaces: String {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
