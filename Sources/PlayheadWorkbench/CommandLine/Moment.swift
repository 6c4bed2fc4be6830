import Actors

/// What `--at` was told: after which event of a stream, when, or at which global position.
enum Moment: Hashable, Sendable {
    case number(Int64)
    case time(Timestamp)
    case position(Int64)
    /// A time of the day on which the stream's last event happened.
    case clock(String)

    /// Reads `42`, `#42`, `p:1000`, `09:15`, `2025-03-02`, `2025-03-02T09:15`, `2025-03-02T09:15:30.25Z`; times are UTC.
    ///
    /// A minute or a second without a fraction counts with all that happened in it.
    init(_ text: String) throws {
        let digits = text.first == "#" ? text.dropFirst() : text[...]
        if let number = Int64(digits), number >= 0 {
            self = .number(number)
        } else if text.hasPrefix("p:"), let position = Int64(text.dropFirst(2)), position >= 0 {
            self = .position(position)
        } else if let time = Self.time(text) {
            self = .time(time)
        } else if Self.time("2000-01-01T" + text) != nil {
            self = .clock(text)
        } else {
            throw UsageError(
                "--at takes an event's number, a time as in 2025-03-02T09:15 or 09:15, or a global position as in "
                    + "p:1000, and '\(text)' is none of them.")
        }
    }

    /// The time of day on the day of a moment.
    static func time(_ clock: String, onTheDayOf moment: Timestamp) -> Timestamp? {
        time(moment.description.prefix { $0 != "T" } + "T" + clock)
    }

    private static func time(_ text: String) -> Timestamp? {
        let plain = text.last == "Z" ? String(text.dropLast()) : text
        let parts = plain.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        switch parts.count {
        case 1: return Timestamp(plain + "T00:00:00Z")
        case 2:
            let clock = String(parts[1])
            let date = String(parts[0]) + "T"
            if clock.contains(".") { return Timestamp(date + clock + "Z") }
            let colons = clock.utf8.count { $0 == UInt8(ascii: ":") }
            return Timestamp(date + clock + (colons == 1 ? ":59.999999Z" : ".999999Z"))
        default: return nil
        }
    }
}
