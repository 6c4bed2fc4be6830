/// A value that is stored like any other and shown to nobody.
///
/// Where it is described, printed, dumped or drawn stands `{redacted}`; so do errors and logs that interpolate it, or a value
/// that holds it. Its bytes in the store are plain: `SealedFields` of the engine hides those too.
public struct Sensitive<Value: Sendable>: Sendable {
    /// What nobody is shown.
    public var value: Value

    /// Hides a value.
    public init(_ value: Value) { self.value = value }
}

extension Sensitive: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `{redacted}`.
    public var description: String { "{redacted}" }

    /// `{redacted}`.
    public var debugDescription: String { description }

    /// Nothing that could be looked into.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Sensitive: Equatable where Value: Equatable {}

extension Sensitive: Hashable where Value: Hashable {}

extension Sensitive: Encodable where Value: Encodable {
    /// Writes the value itself, which a store keeps; what is made to be shown gets its description.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if Redaction.isOn { try container.encode(description) } else { try container.encode(value) }
    }
}

extension Sensitive: Decodable where Value: Decodable {
    /// Reads the value itself.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Value.self))
    }
}
