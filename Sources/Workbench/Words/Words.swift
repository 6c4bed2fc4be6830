import Actors
import EventSourcing
import Inspection
import Terminal

/// Numbers, times and counts as they stand on the screen.
enum Words {
    /// `1,000,000`.
    static func grouped(_ number: Int64) -> DisplayText {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return DisplayText(text)
    }

    /// `1 event`, `1,000 events`.
    static func count(_ number: Int64, _ one: DisplayText, _ many: DisplayText) -> DisplayText {
        grouped(number) + " " + (number == 1 ? one : many)
    }

    /// The distance between two events, in at most five columns: `+0.6s`, ` +17s`, `+2m`, `+3h`, `+1d`.
    static func distance(_ duration: Duration) -> DisplayText {
        let (seconds, attoseconds) = duration.components
        let isNegative = seconds < 0 || attoseconds < 0
        let sign = isNegative ? "-" : "+"
        let whole = seconds.magnitude
        let tenths = attoseconds.magnitude / 100_000_000_000_000_000
        let milliseconds = attoseconds.magnitude / 1_000_000_000_000_000
        let text: String
        switch whole {
        case 0 where milliseconds < 100: text = "\(milliseconds)ms"
        case 0..<10: text = "\(whole).\(tenths)s"
        case 0..<100: text = "\(whole)s"
        case 0..<6_000: text = "\(whole / 60)m"
        case 0..<86_400: text = "\(whole / 3_600)h"
        case 0..<86_400_000: text = "\(whole / 86_400)d"
        default: text = "\(min(999, whole / 31_557_600))y"
        }
        return DisplayText(sign + text)
    }

    /// A time that passes, in its two largest units: `1 h 30 min`, `14 d`, `3 s`; below a second `1 s`.
    static func span(_ duration: Duration) -> DisplayText {
        let seconds = max(1, duration.components.seconds)
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "1 s" }
        let words = parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return DisplayText(words.joined(separator: " "))
    }

    /// `0.1 ms`, `12 ms`, `1.4 s`.
    static func took(microseconds: Int64) -> DisplayText {
        switch microseconds {
        case ..<9_950:
            DisplayText("\((microseconds + 50) / 1_000).\((microseconds + 50) % 1_000 / 100) ms")
        case ..<1_000_000: DisplayText("\(microseconds / 1_000) ms")
        default: DisplayText("\(microseconds / 1_000_000).\(microseconds % 1_000_000 / 100_000) s")
        }
    }

    /// `2025-03-02`.
    static func date(_ time: Timestamp) -> DisplayText { slice(time, from: 0, 10) }

    /// `10:16:11`.
    static func clock(_ time: Timestamp) -> DisplayText { slice(time, from: 11, 8) }

    /// `03-02 10:16:11`.
    static func shortDateAndClock(_ time: Timestamp) -> DisplayText { slice(time, from: 5, 5) + " " + clock(time) }

    /// `2025-03-02 10:16:11`.
    static func dateAndClock(_ time: Timestamp) -> DisplayText { date(time) + " " + clock(time) }

    private static func slice(_ time: Timestamp, from start: Int, _ length: Int) -> DisplayText {
        let fields = time.components
        // Beyond four digits of a year columns don't hold; such times are shown as the year alone.
        guard (0...9_999).contains(fields.year) else { return DisplayText(String(fields.year)) }
        return DisplayText(String(time.description.dropFirst(start).prefix(length)))
    }

    /// What a writer is called: its program's name, else the end of its id.
    static func name(of writer: WriterRecord) -> DisplayText {
        if !writer.program.isEmpty { return DisplayText(writer.program, as: .name) }
        return name(of: writer.id)
    }

    /// The last characters of a writer's id.
    static func name(of writer: WriterID) -> DisplayText { DisplayText(String(writer.description.suffix(6))) }

    /// A writer's digit: 1 to 9, then letters.
    static func digit(_ number: Int) -> DisplayText {
        let letters = Array("123456789abcdefghijklmnopqrstuvwxyz")
        return DisplayText(String(letters.indices.contains(number - 1) ? letters[number - 1] : "+"))
    }

    /// `2 changed, 0 added, 0 removed`.
    static func counts(_ changes: [StateChange]) -> (changed: Int, added: Int, removed: Int) {
        var counts = (changed: 0, added: 0, removed: 0)
        for change in changes {
            switch change.kind {
            case .changed: counts.changed += 1
            case .added: counts.added += 1
            case .removed: counts.removed += 1
            }
        }
        return counts
    }
}
