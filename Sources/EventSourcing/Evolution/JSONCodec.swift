import Synchronization

/// The default codec: plain JSON, which a person and other tools can read in the store.
///
/// Encoders and decoders use their memory again, and each belongs to one caller at a time; so they are lent from a pool.
package final class JSONCodec: Sendable {
    private let encoders = Pool { JSONEventEncoder() }
    private let decoders = Pool { JSONEventDecoder() }

    package init() {}

    /// Writes a value's own JSON; throws `CodecError`.
    package func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
        let encoder = encoders.take()
        defer { encoders.giveBack(encoder) }
        return try encoder.encode(value)
    }

    /// Reads a value from borrowed bytes; throws `CodecError`.
    package func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        let decoder = decoders.take()
        defer { decoders.giveBack(decoder) }
        return try decoder.decode(type, from: bytes)
    }
}

// MARK: - Payloads that read and write themselves

extension JSONCodec {
    /// Writes a payload that writes itself; throws `CodecError`.
    func encode<Payload: JSONPayload>(fieldsOf payload: Payload) throws -> [UInt8] {
        let encoder = encoders.take()
        defer { encoders.giveBack(encoder) }
        return try encoder.encode(fieldsOf: payload)
    }

    /// Reads a payload that reads itself; throws `CodecError`.
    func decode<Payload: JSONPayload>(
        fieldsOf type: Payload.Type, from bytes: UnsafeRawBufferPointer
    ) throws -> Payload {
        let text = bytes.bindMemory(to: UInt8.self)
        if let start = text.baseAddress {
            var quick = JSONFieldReader(text, from: start)
            do {
                let payload = try Payload(from: &quick)
                if quick.isAtEnd { return payload }
            } catch {
                // Whatever it is, the tape says it better.
            }
        }
        let decoder = decoders.take()
        defer { decoders.giveBack(decoder) }
        return try decoder.decode(fieldsOf: type, from: bytes)
    }
}

/// Things that are dear to make and belong to one caller at a time: the few that are kept, and a new one for whoever finds
/// them all lent.
// Safe to send: a thing is reached only by whoever took it out of its place, and taking it leaves the place empty.
private final class Pool<Element: AnyObject>: @unchecked Sendable {
    private struct Place: ~Copyable {
        let kept = Atomic<Unmanaged<Element>?>(nil)

        func take() -> Element? { kept.exchange(nil, ordering: .acquiring)?.takeRetainedValue() }

        /// Answers whether there was room.
        func put(_ element: Unmanaged<Element>) -> Bool {
            kept.compareExchange(expected: nil, desired: element, ordering: .releasing).exchanged
        }
    }

    // As many as threads decode at once on a usual machine; more are made and dropped again.
    private let first = Place()
    private let second = Place()
    private let third = Place()
    private let fourth = Place()
    private let make: @Sendable () -> Element

    init(_ make: @escaping @Sendable () -> Element) { self.make = make }

    deinit { while kept() != nil {} }

    /// Lends a thing, which the borrower gives back.
    func take() -> Element { kept() ?? make() }

    private func kept() -> Element? { first.take() ?? second.take() ?? third.take() ?? fourth.take() }

    func giveBack(_ element: Element) {
        let element = Unmanaged.passRetained(element)
        if first.put(element) || second.put(element) || third.put(element) || fourth.put(element) { return }
        element.release()
    }
}
