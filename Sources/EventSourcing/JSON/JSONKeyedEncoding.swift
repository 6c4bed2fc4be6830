/// The members of an object that is being written.
///
/// It holds nothing but a place, so copies and instances that are used again cannot disagree.
struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    let place: Int32

    var codingPath: [any CodingKey] { writer.codingPath(to: place) }

    @inline(__always)
    private func member(_ key: Key, _ write: (JSONOutput) -> Void) throws {
        let detour = try writer.begin(key.stringValue, in: place)
        write(writer.output)
        writer.end(detour)
    }

    @inline(__always)
    private func integer(_ value: some FixedWidthInteger, _ key: Key) throws {
        try member(key) { $0.append(integer: value) }
    }

    func encodeNil(forKey key: Key) throws { try member(key) { $0.append("null") } }
    func encode(_ value: Bool, forKey key: Key) throws { try member(key) { $0.append(bool: value) } }
    func encode(_ value: String, forKey key: Key) throws { try member(key) { $0.append(string: value) } }
    func encode(_ value: Double, forKey key: Key) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place, .key(key.stringValue)) }
        try member(key) { $0.append(double: value) }
    }
    func encode(_ value: Float, forKey key: Key) throws {
        guard value.isFinite else { throw writer.failed(.notFinite, at: place, .key(key.stringValue)) }
        try member(key) { $0.append(verbatim: value.description) }
    }
    func encode(_ value: Int, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: Int8, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: Int16, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: Int32, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: Int64, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: UInt, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: UInt8, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: UInt16, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: UInt32, forKey key: Key) throws { try integer(value, key) }
    func encode(_ value: UInt64, forKey key: Key) throws { try integer(value, key) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        let name = key.stringValue
        let detour = try writer.begin(name, in: place)
        try writer.encode(value, .key(name), in: place)
        writer.end(detour)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keys: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key, .object).container(keyedBy: keys)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key, .array).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(JSONPathKey.superKey, .undecided) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key, .undecided) }

    private func nested(_ key: some CodingKey, _ kind: JSONWriter.Entry.Kind) -> JSONEncoding {
        let name = key.stringValue
        return writer.nested(kind, .key(name), in: place) { try writer.begin(name, in: place) }
    }
}

extension JSONWriter {
    /// Opens a value that is written later; a failure waits until the whole value is finished.
    func nested(
        _ kind: Entry.Kind, _ step: CodecError.Step, in parent: Int32, _ begin: () throws -> Detour?
    ) -> JSONEncoding {
        do {
            let detour = try begin()
            let place = try open(step: step, parent: parent)
            if kind != .undecided { _ = decide(place, kind) }
            end(detour)
            return JSONEncoding(writer: self, place: place)
        } catch {
            note(error)
            return JSONEncoding(writer: self, place: JSONWriter.nowhere)
        }
    }
}

extension JSONOutput {
    func append(bool value: Bool) {
        if value { append("true") } else { append("false") }
    }
}
