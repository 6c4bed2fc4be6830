import EventSourcing
import Foundation
import TestSupport

extension SeededRandom {
    mutating func next(below bound: Int) -> Int {
        Int.random(in: 0..<max(bound, 1), using: &self)
    }
}

/// Builds random JSON values.
enum RandomJSON {
    static let alphabet: [String] = [
        "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{8}", "\u{C}", "\u{0}", "\u{1F}", "\u{7F}", "é", "€",
        "日", "😀", "\u{202E}", "e\u{301}", "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}",
    ]

    static func text(_ random: inout SeededRandom) -> String {
        let length = random.next(below: random.next(below: 4) == 0 ? 40 : 8)
        return (0..<length).map { _ in
            random.next(below: 3) == 0 ? alphabet[random.next(below: alphabet.count)] : "b"
        }.joined()
    }

    static func value(_ random: inout SeededRandom, depth: Int, unique: Bool) -> JSONValue {
        switch random.next(below: depth > 0 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(random.next(below: 2) == 0)
        case 2: return .number(JSONNumber(Int64(truncatingIfNeeded: random.next()) >> random.next(below: 64)))
        case 3:
            let double = Double(bitPattern: random.next())
            return JSONNumber(double).map(JSONValue.number) ?? .null
        case 4, 5: return .string(text(&random))
        case 6: return .array((0..<random.next(below: 5)).map { _ in value(&random, depth: depth - 1, unique: unique) })
        default:
            return .object(
                JSONObject(
                    (0..<random.next(below: 6)).map { index in
                        JSONObject.Member(
                            text(&random) + (unique ? "\(index)" : ""), value(&random, depth: depth - 1, unique: unique)
                        )
                    }))
        }
    }

    static func same(_ mine: JSONValue, _ theirs: Any) -> Bool {
        switch mine {
        case .null: return theirs is NSNull
        case .bool(let value): return theirs as? Bool == value
        case .number(let number):
            guard let other = theirs as? NSNumber else { return false }
            if let integer = number.int64 { return integer == other.int64Value }
            // `JSONSerialization` is off by a last bit or two.
            guard let double = number.double else { return false }
            return abs(double - other.doubleValue) <= abs(double) * 1e-14
        case .string(let text): return theirs as? String == text
        case .array(let elements):
            guard let others = theirs as? [Any], others.count == elements.count else { return false }
            return zip(elements, others).allSatisfy { same($0, $1) }
        case .object(let object):
            guard let others = theirs as? [String: Any], others.count == Set(object.keys).count else { return false }
            return object.allSatisfy { member in others[member.key].map { same(member.value, $0) } ?? false }
        }
    }
}
