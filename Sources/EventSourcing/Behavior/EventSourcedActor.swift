/// An entity that persists events, described by a type instead of closures.
///
///     struct Cart: EventSourcedActor {
///         let persistenceID: PersistenceID
///         let emptyState = CartState()
///
///         static var registry: EventRegistry<CartEvent> { get throws { try EventRegistry(…) } }
///
///         func decide(
///             _ context: CommandContext<CartCommand>, _ command: CartCommand, _ state: CartState
///         ) throws -> Effect<CartEvent, CartState> { … }
///
///         func fold(_ state: inout CartState, _ event: CartEvent) throws { … }
///     }
///
///     let ref = system.spawn(try Cart(persistenceID: id).behavior(on: store).behavior, name: "cart-1")
///
/// Underneath it is an `EventSourcedBehavior`, so both styles do exactly the same. The type itself never changes: what
/// changes is the state.
public protocol EventSourcedActor: Sendable {
    /// What the entity is told.
    associatedtype Command: Sendable
    /// What it persists.
    associatedtype Event: Sendable
    /// What its events fold into.
    associatedtype State: Sendable

    /// The entity's event types.
    static var registry: EventRegistry<Event> { get throws }

    /// The entity's stream.
    var persistenceID: PersistenceID { get }

    /// The state before the first event.
    var emptyState: State { get }

    /// Decides what a command does; it must not change anything itself, because it may be tried without being sent.
    func decide(_ context: CommandContext<Command>, _ command: Command, _ state: State) throws -> Effect<Event, State>

    /// Folds one event into the state.
    func fold(_ state: inout State, _ event: Event) throws

    /// Sets what every entity of this type has, such as its snapshots; without it nothing is set.
    func configured(
        _ behavior: EventSourcedBehavior<Command, Event, State>
    ) throws -> EventSourcedBehavior<Command, Event, State>
}

extension EventSourcedActor {
    /// The behavior as it is.
    public func configured(
        _ behavior: EventSourcedBehavior<Command, Event, State>
    ) throws -> EventSourcedBehavior<Command, Event, State> { behavior }

    /// The behavior that the type describes, without a store; throws what `registry` and `configured(_:)` throw.
    @inlinable
    public func behavior() throws -> EventSourcedBehavior<Command, Event, State> {
        try configured(
            EventSourcedBehavior(
                id: persistenceID, emptyState: emptyState, events: Self.registry,
                commandHandler: { context, command, state in try decide(context, command, state) },
                eventHandler: { state, event in try fold(&state, event) }))
    }

    /// The behavior on a store for its events and its snapshots.
    public func behavior(
        on store: any EventStore & SnapshotStore
    ) throws -> EventSourcedBehavior<Command, Event, State> {
        try behavior().withEventStore(store).withSnapshotStore(store)
    }

    /// The behavior on a store for its events and another for its snapshots; nil for an entity that takes none.
    public func behavior(
        on events: any EventStore, snapshots: (any SnapshotStore)?
    ) throws -> EventSourcedBehavior<Command, Event, State> {
        let behavior = try behavior().withEventStore(events)
        return snapshots.map { behavior.withSnapshotStore($0) } ?? behavior
    }
}
