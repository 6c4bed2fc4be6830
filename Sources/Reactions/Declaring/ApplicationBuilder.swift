public import EventSourcing

/// One thing that an application declares.
public struct ApplicationPart: Sendable {
    enum Kind: Sendable {
        case aggregate(
            any AnyAggregateTable.Type, @Sendable () throws(ApplicationDefinitionError) -> any AnyAggregateTable)
        case heard(HeardEvents)
        case reaction(Reaction)
        case projection(ProjectionDeclaration)
    }

    let kind: Kind
}

/// Events of entities that are no aggregates of the application, such as persistent actors and machines, for it to react to.
///
///     Hears(OrderPlaced.self, of: "Order", in: registry) { if case .placed(let placed) = $0 { placed } else { nil } }
public struct HeardEvents: Sendable {
    let entityType: String
    let payload: ObjectIdentifier
    let payloadName: String
    let names: [String]
    let decode: @Sendable (_ type: String, _ version: Int, UnsafeRawBufferPointer) throws -> (any Sendable)?
    /// The `PayloadDecoder` of the payload's type.
    let decoder: any AnyObject & Sendable
}

/// Declares that events of an entity that is no aggregate of the application can be reacted to.
public struct Hears: Sendable {
    let events: HeardEvents

    /// Declares events.
    ///
    /// - Parameters:
    ///   - payload: what reactions get.
    ///   - entityType: the first part of the names of the streams that they stand in.
    ///   - registry: reads them.
    ///   - extract: the payload of an event; nil for an event that is not meant.
    public init<Event: Sendable, Payload: Sendable>(
        _ payload: Payload.Type, of entityType: String, in registry: EventRegistry<Event>,
        extract: @escaping @Sendable (Event) -> Payload?
    ) {
        let decode = { @Sendable (type: String, version: Int, bytes: UnsafeRawBufferPointer) throws -> Payload? in
            extract(try registry.decode(type: type, version: version, payload: bytes))
        }
        events = HeardEvents(
            entityType: entityType, payload: ObjectIdentifier(Payload.self),
            payloadName: String(describing: Payload.self),
            names: registry.rows.flatMap { [$0.name] + $0.formerNames }, decode: { try decode($0, $1, $2) },
            decoder: PayloadDecoder(decode))
    }
}

/// Reads the parts of an application.
@resultBuilder
public enum ApplicationBuilder {
    /// Takes an aggregate: its events, actions and invariants.
    public static func buildExpression<State: Aggregate>(_ aggregate: State.Type) -> [ApplicationPart] {
        [
            ApplicationPart(
                kind: .aggregate(
                    AggregateTable<State>.self,
                    { () throws(ApplicationDefinitionError) -> any AnyAggregateTable in try AggregateTable<State>() }))
        ]
    }

    /// Takes a reaction.
    public static func buildExpression(_ reaction: Reaction) -> [ApplicationPart] {
        [ApplicationPart(kind: .reaction(reaction))]
    }

    /// Takes events of others.
    public static func buildExpression(_ hears: Hears) -> [ApplicationPart] {
        [ApplicationPart(kind: .heard(hears.events))]
    }

    /// Takes parts that stand elsewhere.
    public static func buildExpression(_ parts: [ApplicationPart]) -> [ApplicationPart] { parts }

    /// Takes a projection.
    public static func buildExpression<Row>(_ projection: Projects<Row>) -> [ApplicationPart] {
        [ApplicationPart(kind: .projection(projection.declaration))]
    }

    /// Takes parts in their order.
    public static func buildBlock(_ parts: [ApplicationPart]...) -> [ApplicationPart] { parts.flatMap(\.self) }

    /// Takes the parts of an `if`, or none.
    public static func buildOptional(_ parts: [ApplicationPart]?) -> [ApplicationPart] { parts ?? [] }

    /// Takes the parts of an `if` that has an `else`.
    public static func buildEither(first parts: [ApplicationPart]) -> [ApplicationPart] { parts }

    /// Takes the parts of an `else`.
    public static func buildEither(second parts: [ApplicationPart]) -> [ApplicationPart] { parts }

    /// Takes the parts of a loop.
    public static func buildArray(_ parts: [[ApplicationPart]]) -> [ApplicationPart] { parts.flatMap(\.self) }
}
