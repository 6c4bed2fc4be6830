/// Reads the members of one JSON object by their keys, for a payload that reads itself.
///
/// Ask in the order in which the members were written: then each key stands where it is looked for, and the text is gone
/// through once. Any other order is right too, and slower. Unknown members are ignored, and of a key that comes twice the
/// last counts, as with `Codable`.
public struct JSONFieldReader: ~Copyable {
    private var quick: JSONQuickText
    /// The whole text, once the quick pass over it is given up.
    private let tape: JSONTape?

    /// Begins the quick pass over a text that is borrowed as long as the reader is.
    init(_ text: UnsafeBufferPointer<UInt8>, from start: UnsafePointer<UInt8>) {
        quick = JSONQuickText(text, from: start)
        tape = nil
    }

    /// Reads from a tape.
    init(_ tape: JSONTape) {
        quick = JSONQuickText(tape.text, from: tape.base)
        self.tape = tape
    }

    /// Whether the quick pass has read the text to its very end.
    var isAtEnd: Bool { quick.isAtEnd }
}

/// The quick pass can't read on; never seen outside.
private struct QuickPassOver: Error {}

// MARK: - Members that must be there

extension JSONFieldReader {
    /// A string; throws where there is none.
    public mutating func string(_ key: StaticString) throws -> String {
        if let tape { return try tape.string(member(key, on: tape)) }
        guard pass(key), let value = quick.string() else { throw over() }
        return value
    }

    /// An integer, also one written as `1.0`; throws where there is none or it does not fit.
    public mutating func integer(_ key: StaticString) throws -> Int {
        if let tape { return try tape.integer(Int.self, member(key, on: tape)) }
        guard pass(key), let value = quick.integer() else { throw over() }
        return value
    }

    /// A number; throws where there is none.
    public mutating func double(_ key: StaticString) throws -> Double {
        if let tape { return try tape.double(member(key, on: tape)) }
        guard pass(key), let value = quick.double() else { throw over() }
        return value
    }

    /// A boolean; throws where there is none.
    public mutating func bool(_ key: StaticString) throws -> Bool {
        if let tape { return try tape.bool(member(key, on: tape)) }
        guard pass(key), let value = quick.bool() else { throw over() }
        return value
    }

    /// A value of any type that can be decoded, at the speed of `Codable`.
    public mutating func value<Value: Decodable>(_ key: StaticString, as type: Value.Type = Value.self) throws -> Value
    {
        guard let tape else { throw over() }
        return try Value(from: JSONDecoding(tape: tape, place: member(key, on: tape)))
    }

    private func member(_ key: StaticString, on tape: JSONTape) throws -> Int32 {
        guard let member = tape.member("\(key)", of: 0) else {
            throw tape.missing(JSONPathKey(stringValue: "\(key)"), in: 0)
        }
        return member
    }
}

// MARK: - Members that may be missing

extension JSONFieldReader {
    /// A string; nil where the member is missing or `null`.
    public mutating func stringIfPresent(_ key: StaticString) throws -> String? {
        if let tape { return try present(key, on: tape).map(tape.string) }
        guard pass(key) else { return nil }
        guard let value = quick.string() else { throw over() }
        return value
    }

    /// An integer; nil where the member is missing or `null`.
    public mutating func integerIfPresent(_ key: StaticString) throws -> Int? {
        if let tape { return try present(key, on: tape).map { try tape.integer(Int.self, $0) } }
        guard pass(key) else { return nil }
        guard let value = quick.integer() else { throw over() }
        return value
    }

    /// A number; nil where the member is missing or `null`.
    public mutating func doubleIfPresent(_ key: StaticString) throws -> Double? {
        if let tape { return try present(key, on: tape).map(tape.double) }
        guard pass(key) else { return nil }
        guard let value = quick.double() else { throw over() }
        return value
    }

    /// A boolean; nil where the member is missing or `null`.
    public mutating func boolIfPresent(_ key: StaticString) throws -> Bool? {
        if let tape { return try present(key, on: tape).map(tape.bool) }
        guard pass(key) else { return nil }
        guard let value = quick.bool() else { throw over() }
        return value
    }

    /// A value of any type that can be decoded; nil where the member is missing or `null`.
    public mutating func valueIfPresent<Value: Decodable>(
        _ key: StaticString, as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let tape else {
            guard pass(key) else { return nil }
            throw over()
        }
        return try present(key, on: tape).map { try Value(from: JSONDecoding(tape: tape, place: $0)) }
    }

    private func present(_ key: StaticString, on tape: JSONTape) throws -> Int32? {
        // What is no object has no members at all.
        guard tape.node(0).kind == .object else { return try member(key, on: tape) }
        guard let member = tape.member("\(key)", of: 0), !tape.isNull(member) else { return nil }
        return member
    }
}

// MARK: - The quick pass

extension JSONFieldReader {
    /// Goes past a key where it is the next one. A wrong answer does no harm: see `JSONQuickText`.
    @inline(__always)
    private mutating func pass(_ key: StaticString) -> Bool {
        quick.pass(key.utf8Start, count: key.utf8CodeUnitCount)
    }

    /// Ends the quick pass for good, also where the payload swallows the error.
    private mutating func over() -> QuickPassOver {
        quick.giveUp()
        return QuickPassOver()
    }
}
