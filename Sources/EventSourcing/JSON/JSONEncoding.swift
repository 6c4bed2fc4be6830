/// The standard library's `Encoder`, at one entry of a writer.
struct JSONEncoding: Encoder {
    let writer: JSONWriter
    let place: Int32

    var codingPath: [any CodingKey] { writer.codingPath(to: place) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy keys: Key.Type) -> KeyedEncodingContainer<Key> {
        _ = writer.decide(place, .object)
        if let kept = writer.keptContainers.find(keys, place) {
            // It was kept under the identifier of its keys, which is all that its class depends on.
            return unsafeDowncast(kept, to: JSONKeptEncodingContainer<Key>.self).container
        }
        let container = KeyedEncodingContainer(JSONKeyedEncoding<Key>(writer: writer, place: place))
        if place < JSONKeptContainers.farthest {
            writer.keptContainers.keep(JSONKeptEncodingContainer(container, place: place))
        }
        return container
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        _ = writer.decide(place, .array)
        return JSONUnkeyedEncoding(writer: writer, place: place)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        self
    }
}

extension JSONEncoding: SingleValueEncodingContainer {
    func encodeNil() throws { try writer.scalar(at: place) { $0.append("null") } }
    func encode(_ value: Bool) throws { try writer.scalar(at: place) { $0.append(bool: value) } }
    func encode(_ value: String) throws { try writer.scalar(at: place) { $0.append(string: value) } }
    func encode(_ value: Double) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place) }
        try writer.scalar(at: place) { $0.append(double: value) }
    }
    func encode(_ value: Float) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place) }
        try writer.scalar(at: place) { $0.append(verbatim: value.description) }
    }
    func encode(_ value: Int) throws { try integer(value) }
    func encode(_ value: Int8) throws { try integer(value) }
    func encode(_ value: Int16) throws { try integer(value) }
    func encode(_ value: Int32) throws { try integer(value) }
    func encode(_ value: Int64) throws { try integer(value) }
    func encode(_ value: UInt) throws { try integer(value) }
    func encode(_ value: UInt8) throws { try integer(value) }
    func encode(_ value: UInt16) throws { try integer(value) }
    func encode(_ value: UInt32) throws { try integer(value) }
    func encode(_ value: UInt64) throws { try integer(value) }
    func encode(_ value: some Encodable) throws { try value.encode(to: self) }

    private func integer(_ value: some FixedWidthInteger) throws {
        try writer.scalar(at: place) { $0.append(integer: value) }
    }
}
