internal import Synchronization

/// The default codec: plain JSON, which a person and other tools can read in the store.
package enum JSONCodec {
    /// Writes a value's own JSON.
    package static func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
        try JSONEventEncoder().encode(value)
    }

    /// Reads a value from borrowed bytes.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        try JSONEventDecoder().decode(type, from: bytes)
    }
}
