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

    /// Reads one value from bytes that are only borrowed for the call.
    ///
    /// - Throws: `CodecError` with the path and the byte of the part that is wrong.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self, from bytes: UnsafeRawBufferPointer
    ) throws(CodecError) -> T {
        if busy {
            // An `init(from:)` that decodes with the decoder that is calling it.
            return try JSONEventDecoder(depthLimit: depthLimit, sizeLimit: sizeLimit).decode(type, from: bytes)
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
            return try T(from: JSONDecoding(tape: tape, place: 0))
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
