/// The elements of an array that is being written.
struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let writer: JSONWriter
    let place: Int32

    var codingPath: [any CodingKey] { writer.codingPath(to: place) }
    var count: Int { writer.entry(place)?.count ?? 0 }

    @inline(__always)
    private func element(_ write: (JSONOutput) -> Void) throws {
        let detour = try writer.begin(elementOf: place)
        write(writer.output)
        writer.end(detour)
    }

    private func integer(_ value: some FixedWidthInteger) throws {
        try element { $0.append(integer: value) }
    }

    func encodeNil() throws { try element { $0.append("null") } }
    func encode(_ value: Bool) throws { try element { $0.append(bool: value) } }
    func encode(_ value: String) throws { try element { $0.append(string: value) } }
    func encode(_ value: Double) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place, .index(count)) }
        try element { $0.append(double: value) }
    }
    func encode(_ value: Float) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place, .index(count)) }
        try element { $0.append(verbatim: value.description) }
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

    func encode(_ value: some Encodable) throws {
        let step = CodecError.Step.index(count)
        let detour = try writer.begin(elementOf: place)
        try writer.encode(value, step, in: place)
        writer.end(detour)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy keys: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested(.object).container(keyedBy: keys)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested(.array).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(.undecided) }

    private func nested(_ kind: JSONWriter.Entry.Kind) -> JSONEncoding {
        writer.nested(kind, .index(count), in: place) { try writer.begin(elementOf: place) }
    }
}
