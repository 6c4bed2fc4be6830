/// The elements of an array, for a type that asks for them one after the other.
struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    private let tape: JSONTape
    private let place: Int32
    private var child: Int32
    private var index: Int32 = 0

    init(_ tape: JSONTape, _ place: Int32) throws {
        guard tape.node(place).kind == .array else { throw tape.mismatch([Any].self, "an array", at: place) }
        self.tape = tape
        self.place = place
        child = place + 1
    }

    var codingPath: [any CodingKey] { tape.path(to: place) }
    var count: Int? { Int(tape.node(place).count) }
    var currentIndex: Int { Int(index) }
    var isAtEnd: Bool { index >= tape.node(place).count }

    /// Reads the current element, and goes on when that succeeds.
    @inline(__always)
    private mutating func element<T>(_ type: T.Type, _ read: (Int32) throws -> T) throws -> T {
        guard !isAtEnd else { throw tape.exhausted(type, in: place) }
        let value = try read(child)
        child = tape.node(child).next
        index += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd else { throw tape.exhausted(Any?.self, in: place) }
        guard tape.isNull(child) else { return false }
        child = tape.node(child).next
        index += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try element(type, tape.bool) }
    mutating func decode(_ type: String.Type) throws -> String { try element(type, tape.string) }
    mutating func decode(_ type: Double.Type) throws -> Double { try element(type, tape.double) }
    mutating func decode(_ type: Float.Type) throws -> Float { try element(type, tape.float) }
    mutating func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    @inline(__always)
    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        try element(type) { [tape] in try tape.integer(type, $0) }
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try element(type) { [tape] in try T(from: JSONDecoding(tape: tape, place: $0)) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try element(KeyedDecodingContainer<Nested>.self) { [tape] in
            try JSONDecoding(tape: tape, place: $0).container(keyedBy: type)
        }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try element((any UnkeyedDecodingContainer).self) { [tape] in try JSONUnkeyedDecoding(tape, $0) }
    }

    mutating func superDecoder() throws -> any Decoder {
        try element((any Decoder).self) { [tape] in JSONDecoding(tape: tape, place: $0) }
    }
}
