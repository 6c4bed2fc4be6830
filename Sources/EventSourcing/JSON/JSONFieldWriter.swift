/// Writes the members of one JSON object in the order of the calls, for a payload that writes itself.
///
/// A key is written once; of a key that is written twice the last one is read.
public struct JSONFieldWriter: ~Copyable {
    private let writer: JSONWriter
    private let place: Int32

    init(_ writer: JSONWriter, place: Int32) {
        self.writer = writer
        self.place = place
    }

    /// Writes a string; nil leaves the member out.
    public mutating func write(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        begin(key)
        writer.output.append(string: value)
    }

    /// Writes an integer; nil leaves the member out.
    public mutating func write(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        begin(key)
        writer.output.append(integer: value)
    }

    /// Writes a number; nil leaves the member out. Throws `CodecError` for one that is not finite.
    public mutating func write(_ key: StaticString, _ value: Double?) throws {
        guard let value else { return }
        guard value.isFinite else { throw CodecError(.notFinite, path: [.key("\(key)")]) }
        begin(key)
        writer.output.append(double: value)
    }

    /// Writes a boolean; nil leaves the member out.
    public mutating func write(_ key: StaticString, _ value: Bool?) {
        guard let value else { return }
        begin(key)
        writer.output.append(bool: value)
    }

    /// Writes a value of any type that can be encoded; nil leaves the member out. Throws what its encoding throws.
    public mutating func write<Value: Encodable>(_ key: StaticString, value: Value?) throws {
        guard let value else { return }
        begin(key)
        try writer.encode(value, .key("\(key)"), in: place)
    }

    private func begin(_ key: StaticString) {
        let output = writer.output
        if output.last != UInt8(ascii: "{") { output.append(UInt8(ascii: ",")) }
        output.append(quoted: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount), ascii: false)
        output.append(UInt8(ascii: ":"))
    }
}
