/// What travels with an event beside its payload: where it came from, and what the user adds.
public struct Metadata: Hashable, Sendable {
    /// Shared along a whole chain of commands and events.
    public var correlationID: ULID?
    /// The command or event that triggered this one.
    public var causationID: ULID?
    /// The command's own id, where its sender gave one.
    public var commandID: ULID?
    /// The user's keys, in the order in which they were given.
    public var values: JSONObject

    /// Describes an event's origin; all parts may be left out.
    public init(
        correlationID: ULID? = nil, causationID: ULID? = nil, commandID: ULID? = nil, values: JSONObject = [:]
    ) {
        self.correlationID = correlationID
        self.causationID = causationID
        self.commandID = commandID
        self.values = values
    }

    /// How deep `values` may be nested, itself counted: no reader of metadata goes deeper.
    public static let deepestNesting = JSONReader().depthLimit

    /// Throws `StoreError.invalid` for values that could not be read again; a store asks before it writes anything.
    package func requireStorable(of id: PersistenceID?) throws(StoreError) {
        guard !values.isEmpty, JSONValue.object(values).isNested(deeperThan: Self.deepestNesting) else { return }
        throw StoreError(
            .invalid, stream: id,
            detail: "the values of an event's metadata are nested at most \(Self.deepestNesting) levels deep")
    }

    /// Both together; where both have a value the right side wins.
    public func merging(_ right: Metadata) -> Metadata {
        var merged = self
        merged.correlationID = right.correlationID ?? correlationID
        merged.causationID = right.causationID ?? causationID
        merged.commandID = right.commandID ?? commandID
        for member in right.values { merged.values[member.key] = member.value }
        return merged
    }
}
