/// Reads `Codable` values from JSON, and uses its memory again for the next one.
///
/// Keep one for a whole loop, such as a recovery: a flat event of a known type is then read without allocations of the
/// decoder's own. It is not `Sendable`; make one where it is used.
///
/// The text is checked as a whole before the first field is read. Of a key that comes twice the last counts. Unknown keys
/// are ignored. Strings must be valid Unicode; `JSONReader` is the forgiving one.
///
/// ```swift
/// let decoder = JSONEventDecoder()
/// let event = try decoder.decode(ItemAdded.self, from: payload)
/// ```
public final class JSONEventDecoder {
    /// How deep arrays and objects may be nested.
    public let depthLimit: Int
    /// How long a text may be, in bytes.
    public let sizeLimit: Int

    private let tape = JSONTape()
    private var busy = false
    private var habits = JSONTypeHabits()

    /// Makes a decoder.
    ///
    /// - Parameters:
    ///   - depthLimit: how deep arrays and objects may be nested; at most `JSONReader.deepestNesting`.
    ///   - sizeLimit: how long a text may be, in bytes; 64 MiB unless told.
    public init(depthLimit: Int = 512, sizeLimit: Int = 64 << 20) {
        self.depthLimit = min(max(depthLimit, 0), JSONReader.deepestNesting)
        self.sizeLimit = max(sizeLimit, 0)
    }

    deinit {
        // The kept containers refer to the tape that keeps them.
        tape.keptContainers.removeAll()
    }

    /// Reads a payload that reads itself, from a tape.
    func decode<T: JSONPayload>(fieldsOf type: T.Type, from bytes: UnsafeRawBufferPointer) throws(CodecError) -> T {
        try decode(bytes, as: type) { tape in
            var fields = JSONFieldReader(tape)
            return try T(from: &fields)
        }
    }

    /// Reads one value from bytes that are only borrowed for the call.
    ///
    /// - Throws: `CodecError` with the path and the byte of the part that is wrong.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self, from bytes: UnsafeRawBufferPointer
    ) throws(CodecError) -> T {
        if !busy, depthLimit > 0, bytes.count <= sizeLimit, habits.mayBeFlat(type) {
            // Straight from the text, as far as that goes. An optional of a generic type would be dear here.
            busy = true
            defer { finish(type) }
            tape.begin(bytes.bindMemory(to: UInt8.self), depthLimit: depthLimit)
            do {
                let value = try T(from: JSONDecoding(tape: tape, place: 0))
                if tape.isReadRightly() { return value }
            } catch {
                if tape.isReadRightly() { throw tape.codecError(error, decoding: type) }
            }
            // Where the text is no JSON, that is what is thrown, whatever else went wrong.
            if let failure = tape.failure { throw CodecError(.malformed(failure), offset: failure.offset) }
        }
        return try decode(bytes, as: type) { try T(from: JSONDecoding(tape: $0, place: 0)) }
    }

    private func finish(_ type: Any.Type) {
        habits.note(type, wasFlat: !tape.isLaidOut)
        tape.clear()
        busy = false
    }

    @inline(__always)
    private func decode<T>(
        _ bytes: UnsafeRawBufferPointer, as type: T.Type, _ read: (JSONTape) throws -> T
    ) throws(CodecError) -> T {
        if busy {
            // An `init(from:)` that decodes with the decoder that is calling it.
            return try JSONEventDecoder(depthLimit: depthLimit, sizeLimit: sizeLimit).decode(bytes, as: type, read)
        }
        busy = true
        defer {
            tape.clear()
            busy = false
        }
        do {
            try JSONScanner.scan(
                bytes.bindMemory(to: UInt8.self), onto: tape, depthLimit: depthLimit, sizeLimit: sizeLimit,
                tolerant: false)
        } catch {
            throw CodecError(.malformed(error), offset: error.offset)
        }
        do {
            return try read(tape)
        } catch {
            throw tape.codecError(error, decoding: type)
        }
    }

    /// Reads one value.
    ///
    /// - Throws: `CodecError` with the path and the byte of the part that is wrong.
    public func decode<T: Decodable>(_ type: T.Type = T.self, from bytes: [UInt8]) throws(CodecError) -> T {
        try bytes.withUnsafeBufferPointer { bytes throws(CodecError) in
            try decode(type, from: UnsafeRawBufferPointer(bytes))
        }
    }
}

/// Which types have been read without a tape lately, so that the others are not tried again and again.
private struct JSONTypeHabits {
    private var types: [(type: ObjectIdentifier, misses: Int)] = []
    /// So many more texts of a type that needed the tape than of those that did not are enough.
    private static let patience = 8
    private static let mostTypes = 32

    @inline(__always)
    func mayBeFlat(_ type: Any.Type) -> Bool {
        for known in types where known.type == ObjectIdentifier(type) { return known.misses < Self.patience }
        return true
    }

    @inline(__always)
    mutating func note(_ type: Any.Type, wasFlat: Bool) {
        for place in types.indices where types[place].type == ObjectIdentifier(type) {
            if !wasFlat { types[place].misses += 1 } else if types[place].misses > 0 { types[place].misses -= 1 }
            return
        }
        if wasFlat || types.count == Self.mostTypes { return }
        types.append((ObjectIdentifier(type), 1))
    }
}
