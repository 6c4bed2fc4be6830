/// The members of an object, for a type that asks for them by key.
///
/// It holds nothing but a place, so copies and instances that are used again cannot disagree.
struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let tape: JSONTape
    let place: Int32

    var codingPath: [any CodingKey] { tape.path(to: place) }

    var allKeys: [Key] {
        tape.members(of: place).compactMap { Key(stringValue: tape.key(of: tape.node($0))) }
    }

    @inline(__always)
    private func member(_ key: Key) throws -> Int32 {
        guard let member = tape.member(key.stringValue, of: place) else { throw tape.missing(key, in: place) }
        return member
    }

    /// The member, unless it is missing or `null`.
    @inline(__always)
    private func present(_ key: Key) -> Int32? {
        guard let member = tape.member(key.stringValue, of: place), !tape.isNull(member) else { return nil }
        return member
    }

    func contains(_ key: Key) -> Bool { tape.member(key.stringValue, of: place) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { tape.isNull(try member(key)) }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        if !tape.isLaidOut, let value = tape.quickBool(key.stringValue, of: place) { return value }
        return try tape.bool(member(key))
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        if !tape.isLaidOut, let value = tape.quickString(key.stringValue, of: place) { return value }
        return try tape.string(member(key))
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        if !tape.isLaidOut, let value = tape.quickDouble(key.stringValue, of: place) { return value }
        return try tape.double(member(key))
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try tape.float(member(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        if !tape.isLaidOut, let value = tape.quickInteger(key.stringValue, of: place) { return value }
        return try tape.integer(type, member(key))
    }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try tape.integer(type, member(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try tape.integer(type, member(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try tape.integer(type, member(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        if !tape.isLaidOut, let value = tape.quickInteger(key.stringValue, of: place) { return Int64(value) }
        return try tape.integer(type, member(key))
    }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try tape.integer(type, member(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try tape.integer(type, member(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try tape.integer(type, member(key)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try tape.integer(type, member(key)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try tape.integer(type, member(key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try T(from: JSONDecoding(tape: tape, place: member(key)))
    }

    // The standard library's versions look each key up three times.

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        if !tape.isLaidOut, let value = tape.quickBool(key.stringValue, of: place) { return value }
        return try present(key).map(tape.bool)
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        if !tape.isLaidOut, let value = tape.quickString(key.stringValue, of: place) { return value }
        return try present(key).map(tape.string)
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        if !tape.isLaidOut, let value = tape.quickDouble(key.stringValue, of: place) { return value }
        return try present(key).map(tape.double)
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        if !tape.isLaidOut, let value = tape.quickInteger(key.stringValue, of: place) { return value }
        return try present(key).map { try tape.integer(type, $0) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        if !tape.isLaidOut, let value = tape.quickInteger(key.stringValue, of: place) { return Int64(value) }
        return try present(key).map { try tape.integer(type, $0) }
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let member = present(key) else { return nil }
        return try T(from: JSONDecoding(tape: tape, place: member))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try JSONDecoding(tape: tape, place: member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedDecoding(tape, member(key))
    }

    func superDecoder() throws -> any Decoder {
        JSONDecoding(tape: tape, place: tape.member(JSONPathKey.superKey.stringValue, of: place) ?? -1)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        JSONDecoding(tape: tape, place: tape.member(key.stringValue, of: place) ?? -1)
    }
}
