/// How the payload of one schema version becomes that of the next one.
///
///     EventType(
///         "ItemAdded", formerly: ["ArticleAdded"], version: 3,
///         upcasters: [
///             .object(from: 1) { $0["quantity"] = 1 },
///             .typed(from: 2) { (old: ItemAddedV2) in ItemAdded(sku: old.item, quantity: old.quantity) },
///         ],
///         embed: CartEvent.itemAdded) { if case .itemAdded(let payload) = $0 { payload } else { nil } }
///
/// What stands in the store stays as it is: an upcaster changes a copy, each time the event is read.
public struct Upcaster: Sendable {
    enum Step: Sendable {
        case value(@Sendable (inout JSONValue) throws -> Void)
        case typed(@Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> [UInt8])
    }

    /// The version that it reads; it makes the next one.
    public let version: Int
    let step: Step

    /// Changes the members of the payload, which is a JSON object.
    ///
    /// An error that the closure throws makes the event undecodable.
    public static func object(
        from version: Int, _ change: @escaping @Sendable (inout JSONObject) throws -> Void
    ) -> Upcaster {
        value(from: version) { value in
            guard case .object(var object) = value else { throw NotAnObjectError() }
            try change(&object)
            value = .object(object)
        }
    }

    /// Changes the payload, whatever JSON value it is.
    ///
    /// An error that the closure throws makes the event undecodable.
    public static func value(
        from version: Int, _ change: @escaping @Sendable (inout JSONValue) throws -> Void
    ) -> Upcaster {
        Upcaster(version: version, step: .value(change))
    }

    /// Makes the new payload out of the old one, each a type of its own.
    ///
    /// An error that the closure throws makes the event undecodable.
    public static func typed<Old: Decodable & Sendable, New: Encodable & Sendable>(
        from version: Int, _ change: @escaping @Sendable (Old) throws -> New
    ) -> Upcaster {
        Upcaster(
            version: version,
            step: .typed { bytes, codec in try codec.encode(change(codec.decode(Old.self, from: bytes))) })
    }
}

/// An upcaster for objects met a payload that is none.
private struct NotAnObjectError: PayloadFreeError {
    var description: String { "the payload is no object, and the upcaster takes one" }
}

/// An error whose description is known not to quote a payload.
private protocol PayloadFreeError: Error, CustomStringConvertible {}

extension CodecError: PayloadFreeError {}

/// The upcasters of one event type, in the order of their versions.
struct UpcasterChain: Sendable {
    private let name: String
    /// The oldest version that was ever stored.
    private let oldest: Int
    private let current: Int
    private let steps: [Upcaster]

    init(_ upcasters: [Upcaster], of name: String, from oldest: Int, upTo current: Int) {
        self.name = name
        self.oldest = oldest
        self.current = current
        steps = upcasters.sorted { $0.version < $1.version }
    }

    /// Throws what keeps the steps from leading from the oldest version to the present one by one.
    func check() throws(EventRegistryError) {
        guard (1...max(1, current)).contains(oldest) else {
            throw .oldestVersion(name: name, since: oldest, current: current)
        }
        guard let first = steps.first, let last = steps.last else {
            if oldest < current { throw .noUpcasters(name: name, since: oldest, current: current) }
            return
        }
        if first.version < 1 { throw .upcasterVersion(name: name, from: first.version) }
        if last.version >= current { throw .upcasterAbove(name: name, from: last.version, current: current) }
        for (step, next) in zip(steps, steps.dropFirst()) {
            if step.version == next.version { throw .upcasterTwice(name: name, from: step.version) }
            if step.version + 1 != next.version { throw .upcasterGap(name: name, from: step.version + 1) }
        }
        if last.version + 1 != current { throw .upcastersEndEarly(name: name, at: last.version + 1, current: current) }
        if first.version > oldest { throw .upcastersBeginLate(name: name, at: first.version, since: oldest) }
        if first.version < oldest { throw .upcasterBelow(name: name, from: first.version, since: oldest) }
    }

    /// Whether the chain leads from this version to the present one.
    func reach(_ version: Int) -> Bool { version < current && steps.first.map { $0.version <= version } == true }

    /// Brings a payload to the present version; `type` is the name it is stored with.
    func raise(
        _ payload: UnsafeRawBufferPointer, from version: Int, type: String, _ codec: JSONCodec
    ) throws(EventCodingError) -> [UInt8] {
        var form = Form.stored(payload)
        for upcaster in steps where upcaster.version >= version {
            do {
                switch upcaster.step {
                case .value(let change):
                    var value = try form.value(codec)
                    try change(&value)
                    form = .value(value)
                case .typed(let change): form = .bytes(try form.withBytes { try change($0, codec) })
                }
            } catch {
                let isStored = upcaster.version == version
                let codecError = isStored ? error as? CodecError : (error as? CodecError)?.withoutOffset
                // An error of the application's own may quote the payload, so only its type is told.
                let reason =
                    codecError.map(\.description) ?? (error as? any PayloadFreeError)?.description
                    ?? "the upcaster threw \(Swift.type(of: error))"
                throw EventCodingError(
                    type: type, version: version, problem: .upcasting(from: upcaster.version, reason),
                    byteOffset: codecError?.offset)
            }
        }
        return form.withBytes { Array($0) }
    }

    /// A payload on its way through the chain; it changes its form only where two steps want different ones.
    private enum Form {
        case stored(UnsafeRawBufferPointer)
        case bytes([UInt8])
        case value(JSONValue)

        func value(_ codec: JSONCodec) throws -> JSONValue {
            if case .value(let value) = self { return value }
            return try withBytes { try codec.decode(JSONValue.self, from: $0) }
        }

        func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
            switch self {
            case .stored(let payload): return try body(payload)
            case .bytes(let bytes): return try bytes.withUnsafeBytes { try body($0) }
            case .value(let value):
                var bytes: [UInt8] = []
                value.write(into: &bytes)
                return try bytes.withUnsafeBytes { try body($0) }
            }
        }
    }
}

extension CodecError {
    /// The same error without the byte, for a text that stands nowhere.
    var withoutOffset: CodecError { CodecError(reason, path: path, underlying: underlying) }
}
