public import EventSourcing

/// One thing that an aggregate declares: an event, an action, or an invariant.
public struct AggregatePart<State: Aggregate>: Sendable {
    enum Kind: Sendable {
        case event(EventPart<State>)
        case action(ActionPart<State>)
        case invariant(InvariantPart<State>)
    }

    let kind: Kind
}

/// An event with its fold, its types forgotten.
struct EventPart<State: Aggregate>: Sendable {
    let name: String
    let payload: ObjectIdentifier
    let payloadName: String
    /// The row of the registry, for an event that stands in the given place.
    let eventType: @Sendable (_ row: Int) -> EventType<StateEvent>
    /// The `PayloadDecoder` of its payload.
    let decoder: @Sendable () throws(EventRegistryError) -> any AnyObject & Sendable
    let fold: @Sendable (inout State, any Sendable) throws -> Void
}

/// An action with what decides it, its type forgotten.
struct ActionPart<State: Aggregate>: Sendable {
    let name: String
    let action: ObjectIdentifier
    let invariants: [InvariantPart<State>]
    let decide: @Sendable (any Sendable, State) throws -> [any Sendable]
}

/// What must hold of the state, and perhaps of the action, before an action is decided.
struct InvariantPart<State: Aggregate>: Sendable {
    let name: String
    let holds: @Sendable (State, any Sendable) throws -> Bool
}

/// An event of an aggregate: its payload, and the row under which it stands in the aggregate's registry.
struct StateEvent: Sendable {
    let row: Int
    let payload: any Sendable
}

/// Declares an event: under which name it is stored, and how it folds into the state.
public struct Emits<State: Aggregate>: Sendable {
    let part: EventPart<State>

    /// Declares an event.
    ///
    /// - Parameters:
    ///   - payload: its type.
    ///   - name: the logical name that is stored; nil for the type's own.
    ///   - formerNames: the names under which earlier versions of the program stored it.
    ///   - version: the version of the payload's schema, from 1.
    ///   - oldest: the oldest version that was ever stored.
    ///   - upcasters: how older payloads become newer ones.
    ///   - fold: what it makes of the state; it must do nothing else, because it runs at every replay.
    public init<Payload: Codable & Sendable>(
        _ payload: Payload.Type, as name: String? = nil, formerly formerNames: [String] = [], version: Int = 1,
        since oldest: Int = 1, upcasters: [Upcaster] = [],
        fold: @escaping @Sendable (inout State, Payload) throws -> Void
    ) {
        let name = name ?? String(describing: Payload.self)
        let alone = EventType(
            name, formerly: formerNames, version: version, since: oldest, upcasters: upcasters, of: payload)
        part = EventPart(name, fold, alone) { row in
            EventType(
                name, formerly: formerNames, version: version, since: oldest, upcasters: upcasters,
                embed: { StateEvent(row: row, payload: $0) },
                extract: { (event: StateEvent) in event.row == row ? event.payload as? Payload : nil })
        }
    }

    /// Declares an event whose payload reads and writes its own JSON; all else is as with `Codable`.
    public init<Payload: JSONPayload>(
        _ payload: Payload.Type, as name: String? = nil, formerly formerNames: [String] = [], version: Int = 1,
        since oldest: Int = 1, upcasters: [Upcaster] = [],
        fold: @escaping @Sendable (inout State, Payload) throws -> Void
    ) {
        let name = name ?? String(describing: Payload.self)
        let alone = EventType(
            name, formerly: formerNames, version: version, since: oldest, upcasters: upcasters, of: payload)
        part = EventPart(name, fold, alone) { row in
            EventType(
                name, formerly: formerNames, version: version, since: oldest, upcasters: upcasters,
                embed: { StateEvent(row: row, payload: $0) },
                extract: { (event: StateEvent) in event.row == row ? event.payload as? Payload : nil })
        }
    }
}

extension EventPart {
    fileprivate init<Payload: Sendable>(
        _ name: String, _ fold: @escaping @Sendable (inout State, Payload) throws -> Void, _ alone: EventType<Payload>,
        _ eventType: @escaping @Sendable (Int) -> EventType<StateEvent>
    ) {
        self.init(
            name: name, payload: ObjectIdentifier(Payload.self), payloadName: String(describing: Payload.self),
            eventType: eventType,
            decoder: { () throws(EventRegistryError) in
                let registry = try EventRegistry([alone])
                return PayloadDecoder { try registry.decode(type: $0, version: $1, payload: $2) }
            },
            fold: { state, payload in
                // A registry hands out what its own row embedded.
                if let payload = payload as? Payload { try fold(&state, payload) }
            })
    }
}

/// Declares an action: which events come of it in a state.
public struct Accepts<Accepted: Action>: Sendable {
    let part: ActionPart<Accepted.State>

    /// Declares an action.
    ///
    /// - Parameters:
    ///   - action: its type.
    ///   - invariants: what must hold beside the aggregate's own invariants, and behind them.
    ///   - decide: answers the events, of types that the aggregate emits, in their order; none is legal, and writes nothing.
    ///     It may be called more than once for one action, and must do nothing else.
    public init(
        _ action: Accepted.Type, given invariants: Invariant<Accepted>...,
        decide: @escaping @Sendable (Accepted, Accepted.State) throws -> [any Sendable]
    ) {
        part = ActionPart(
            name: Accepted.name, action: ObjectIdentifier(Accepted.self),
            invariants: invariants.map { $0.part(of: Accepted.State.self) },
            decide: { action, state in
                guard let action = action as? Accepted else { return [] }
                return try decide(action, state)
            })
    }
}

/// Declares what must hold before an action is decided.
public struct Invariant<Checked: Sendable>: Sendable {
    let name: String
    private let holds: @Sendable (any Sendable, any Sendable) throws -> Bool

    private init(name: String, _ holds: @escaping @Sendable (any Sendable, any Sendable) throws -> Bool) {
        self.name = name
        self.holds = holds
    }

    func part<State>(of aggregate: State.Type) -> InvariantPart<State> {
        InvariantPart(name: name) { try holds($0, $1) }
    }
}

extension Invariant where Checked: Aggregate {
    /// What must hold of the state before every action of the aggregate.
    public init(_ name: String, holds: @escaping @Sendable (Checked) throws -> Bool) {
        self.init(name: name) { state, _ in
            guard let state = state as? Checked else { return true }
            return try holds(state)
        }
    }
}

extension Invariant where Checked: Action {
    /// What must hold of the state and of the action before that action.
    public init(_ name: String, holds: @escaping @Sendable (Checked.State, Checked) throws -> Bool) {
        self.init(name: name) { state, action in
            guard let state = state as? Checked.State, let action = action as? Checked else { return true }
            return try holds(state, action)
        }
    }
}

/// Reads the parts of an aggregate.
@resultBuilder
public enum AggregateBuilder<State: Aggregate> {
    /// Takes an event.
    public static func buildExpression(_ event: Emits<State>) -> [AggregatePart<State>] {
        [AggregatePart(kind: .event(event.part))]
    }

    /// Takes an action.
    public static func buildExpression<Accepted: Action>(_ action: Accepts<Accepted>) -> [AggregatePart<State>]
    where Accepted.State == State {
        [AggregatePart(kind: .action(action.part))]
    }

    /// Takes an invariant of every action.
    public static func buildExpression(_ invariant: Invariant<State>) -> [AggregatePart<State>] {
        [AggregatePart(kind: .invariant(invariant.part(of: State.self)))]
    }

    /// Takes parts that stand elsewhere.
    public static func buildExpression(_ parts: [AggregatePart<State>]) -> [AggregatePart<State>] { parts }

    /// Takes parts in their order.
    public static func buildBlock(_ parts: [AggregatePart<State>]...) -> [AggregatePart<State>] {
        parts.flatMap(\.self)
    }

    /// Takes the parts of an `if`, or none.
    public static func buildOptional(_ parts: [AggregatePart<State>]?) -> [AggregatePart<State>] { parts ?? [] }

    /// Takes the parts of an `if` that has an `else`.
    public static func buildEither(first parts: [AggregatePart<State>]) -> [AggregatePart<State>] { parts }

    /// Takes the parts of an `else`.
    public static func buildEither(second parts: [AggregatePart<State>]) -> [AggregatePart<State>] { parts }

    /// Takes the parts of a loop.
    public static func buildArray(_ parts: [[AggregatePart<State>]]) -> [AggregatePart<State>] { parts.flatMap(\.self) }
}
