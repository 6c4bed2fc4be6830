/// Writes `Codable` values as JSON, and uses its memory again for the next one.
///
/// Keep one for a whole loop. It is not `Sendable`; make one where it is used. Keys stand in the order in which the type
/// writes them, a nil optional property is left out, and a double always has a fraction or an exponent.
///
/// ```swift
/// let encoder = JSONEventEncoder()
/// let payload = try encoder.encode(ItemAdded(sku: "tea", quantity: 2))
/// ```
public final class JSONEventEncoder {
    /// How deep values may be nested; a decoder with the same limit can read what was written.
    public let depthLimit: Int

    private let writer: JSONWriter

    /// Makes an encoder.
    ///
    /// - Parameter depthLimit: how deep values may be nested; at most `JSONReader.deepestNesting`.
    public init(depthLimit: Int = 512) {
        self.depthLimit = min(max(depthLimit, 0), JSONReader.deepestNesting)
        writer = JSONWriter(depthLimit: self.depthLimit)
    }

    deinit {
        // The kept containers refer to the writer that keeps them.
        writer.keptContainers.removeAll()
    }

    /// Writes a value.
    ///
    /// - Throws: `CodecError` with the path of the part that cannot be written.
    public func encode(_ value: some Encodable) throws(CodecError) -> [UInt8] {
        try withEncoded(value) { Array($0) }
    }

    /// Appends a value to bytes, which stay as they are when it cannot be written.
    ///
    /// - Throws: `CodecError` with the path of the part that cannot be written.
    public func encode(_ value: some Encodable, into bytes: inout [UInt8]) throws(CodecError) {
        try withEncoded(value) { bytes.append(contentsOf: $0) }
    }

    /// Lends the bytes of a value for the length of a call, without copying them.
    ///
    /// - Throws: `CodecError` with the path of the part that cannot be written.
    public func withEncoded<Value: Encodable, Result>(
        _ value: Value, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(CodecError) -> Result {
        try written(Value.self, body, { try $0.encodeWhole(value) })
    }

    /// Writes a payload that writes itself.
    func encode<Payload: JSONPayload>(fieldsOf payload: Payload) throws(CodecError) -> [UInt8] {
        try written(
            Payload.self, { Array($0) }, { writer in try writer.encodeFields { try payload.write(to: &$0) } })
    }

    private func written<Result>(
        _ type: Any.Type, _ body: (UnsafeBufferPointer<UInt8>) -> Result, _ write: (JSONWriter) throws -> Void
    ) throws(CodecError) -> Result {
        if writer.isBusy {
            // An `encode(to:)` that encodes with the encoder that is calling it.
            return try JSONEventEncoder(depthLimit: depthLimit).written(type, body, write)
        }
        writer.isBusy = true
        defer {
            writer.clear()
            writer.isBusy = false
        }
        do {
            try write(writer)
        } catch {
            throw writer.codecError(error, encoding: type)
        }
        return body(writer.output.bytes)
    }
}
