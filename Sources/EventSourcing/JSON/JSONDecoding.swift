/// The standard library's `Decoder`, at one node of a tape.
struct JSONDecoding: Decoder {
    let tape: JSONTape
    let place: Int32

    var codingPath: [any CodingKey] { tape.path(to: place) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard tape.isObject(place) else { throw tape.mismatch([String: Any].self, "an object", at: place) }
        if let kept = tape.keptContainers.find(keys, place) {
            // It was kept under the identifier of its keys, which is all that its class depends on.
            return unsafeDowncast(kept, to: JSONKeptDecodingContainer<Key>.self).container
        }
        let container = KeyedDecodingContainer(JSONKeyedDecoding<Key>(tape: tape, place: place))
        if place < JSONKeptContainers.farthest {
            tape.keptContainers.keep(JSONKeptDecodingContainer(container, place: place))
        }
        return container
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedDecoding(tape, place)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        self
    }
}

extension JSONDecoding: SingleValueDecodingContainer {
    func decodeNil() -> Bool { tape.isNull(place) }
    func decode(_ type: Bool.Type) throws -> Bool { try tape.bool(place) }
    func decode(_ type: String.Type) throws -> String { try tape.string(place) }
    func decode(_ type: Double.Type) throws -> Double { try tape.double(place) }
    func decode(_ type: Float.Type) throws -> Float { try tape.float(place) }
    func decode(_ type: Int.Type) throws -> Int { try tape.integer(type, place) }
    func decode(_ type: Int8.Type) throws -> Int8 { try tape.integer(type, place) }
    func decode(_ type: Int16.Type) throws -> Int16 { try tape.integer(type, place) }
    func decode(_ type: Int32.Type) throws -> Int32 { try tape.integer(type, place) }
    func decode(_ type: Int64.Type) throws -> Int64 { try tape.integer(type, place) }
    func decode(_ type: UInt.Type) throws -> UInt { try tape.integer(type, place) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try tape.integer(type, place) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try tape.integer(type, place) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try tape.integer(type, place) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try tape.integer(type, place) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: self) }
}
