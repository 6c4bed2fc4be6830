/// Why a value could not be written as bytes or read from them, and at which of its parts.
///
/// The description names the part and the kind of value that was expected. It never quotes what stands there: an event's
/// payload belongs to nobody who reads an error message.
public struct CodecError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Sendable, Equatable {
        /// The bytes are not a JSON text.
        case malformed(JSONError)
        /// An object has no member with this key, and the type needs one.
        case missingKey(String)
        /// An array has no element left, or a value is `null`, and the type needs one of this kind.
        case missingValue(expected: String)
        /// Another kind of value stands here.
        case mismatch(expected: String, found: String)
        /// The number does not fit into the type.
        case outOfRange(type: String)
        /// The string is not valid UTF-8, or has a lone surrogate.
        case invalidText
        /// JSON has no infinity and no "not a number".
        case notFinite
        /// The value is nested deeper than the codec was told to go.
        case tooDeep(limit: Int)
        /// The type itself refused the value, or its `Codable` implementation broke a rule.
        case refused(type: String)
    }

    /// One step from a value to a part of it.
    public enum Step: Hashable, Sendable {
        /// Into an object's member.
        case key(String)
        /// Into an array's element, from 0.
        case index(Int)
    }

    /// What went wrong.
    public let reason: Reason
    /// The way from the whole value to the part at fault; empty for the whole.
    public let path: [Step]
    /// The byte at which the part at fault begins; nil when writing, and when it has no place in the text.
    public let offset: Int?
    /// What a type's own `init(from:)` or `encode(to:)` threw. It may quote the payload: don't print it.
    public let underlying: (any Error)?

    init(_ reason: Reason, path: [Step] = [], offset: Int? = nil, underlying: (any Error)? = nil) {
        self.reason = reason
        self.path = path
        self.offset = offset
        self.underlying = underlying
    }

    /// The path as a person writes it, as in `lines[2].sku`.
    public var pathText: String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key : "." + key
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// Says which part is wrong, where it stands, and what would be right.
    public var description: String {
        if case .malformed(let error) = reason { return "not a JSON text: \(error)" }
        var sentence = path.isEmpty ? "the value " : "'\(pathText)' "
        switch reason {
        case .malformed: break
        case .missingKey(let key): sentence += "has no member '\(key)', which is needed"
        case .missingValue(let expected): sentence += "is missing, where \(expected) was expected"
        case .mismatch(let expected, let found): sentence += "is \(found), where \(expected) was expected"
        case .outOfRange(let type): sentence += "is a number that does not fit into \(type)"
        case .invalidText: sentence += "is a string that is not valid Unicode"
        case .notFinite: sentence += "is not a finite number, and JSON has no other"
        case .tooDeep(let limit): sentence += "is nested deeper than \(limit) levels"
        case .refused(let type): sentence += "was refused by \(type)"
        }
        if let offset { sentence += " (byte \(offset))" }
        return sentence
    }
}

extension CodecError {
    static func steps(_ path: [any CodingKey]) -> [Step] {
        path.map { key in key.intValue.map(Step.index) ?? .key(key.stringValue) }
    }
}

/// A key of a coding path: an object's key or an array's index.
struct JSONPathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    static let superKey = JSONPathKey(stringValue: "super")
}
