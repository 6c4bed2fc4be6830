import Actors

/// The default codec: plain JSON, which a person and other tools can read in the store.
///
/// Encoders and decoders use their memory again, and each belongs to one caller at a time; so they are lent from a pool.
package final class JSONCodec: Sendable {
    private let encoders = Pool { JSONEventEncoder() }
    private let decoders = Pool { JSONEventDecoder() }

    package init() {}

    /// Writes a value's own JSON; throws `CodecError`.
    package func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
        try encoders.lend { try $0.encode(value) }
    }

    /// Reads a value from borrowed bytes; throws `CodecError`.
    package func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        try decoders.lend { try $0.decode(type, from: bytes) }
    }
}

/// Things that are dear to make and belong to one caller at a time.
private final class Pool<Element>: Sendable {
    // Only whoever took a thing out of the pool holds it, so it is never used twice at once.
    private struct Idle: @unchecked Sendable {
        let element: Element
    }

    private let idle = Locked<[Idle]>([])
    private let make: @Sendable () -> Element

    init(_ make: @escaping @Sendable () -> Element) { self.make = make }

    func lend<Result>(_ body: (Element) throws -> Result) rethrows -> Result {
        let lent = idle.withLock { $0.popLast() } ?? Idle(element: make())
        defer { idle.withLock { $0.append(lent) } }
        return try body(lent.element)
    }
}
