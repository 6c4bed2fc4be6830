public import Actors

/// An entity that persists events: a command handler decides, an event handler folds.
///
///     let cart = try EventSourcedBehavior(
///         id: PersistenceID("Cart", "cart-1"), emptyState: Cart(), events: Cart.events,
///         commandHandler: { context, command, cart in .persist(.itemAdded(ItemAdded(name: command.name))) },
///         eventHandler: { cart, event in cart.apply(event) }
///     ).withEventStore(store)
///     let ref = system.spawn(cart.behavior, name: "cart-1")
///
/// It is a value; every modifier returns a copy.
public struct EventSourcedBehavior<Command: Sendable, Event: Sendable, State: Sendable>: Sendable {
    /// Decides what a command does; it must not change anything itself, because it may be tried without being sent.
    public typealias CommandHandler = @Sendable (CommandContext<Command>, Command, State) throws -> Effect<Event, State>
    /// Folds one event into the state.
    public typealias EventHandler = @Sendable (inout State, Event) throws -> Void

    private(set) var commandHandler: CommandHandler
    private(set) var events: (any EventStore)?
    private(set) var snapshots: (any SnapshotStore)?
    private(set) var writer: WriterID?
    private(set) var retries = 0
    private(set) var locking = LockingStrategy.optimistic
    private(set) var stashCapacity: Int?
    private(set) var supervision: SupervisionStrategy?
    private(set) var recoveryObserver: RecoveryObserver?
    private(set) var observer: (@Sendable (CommitNotice) -> Void)?
    private(set) var opening: EntityOpening?
    private(set) var attendant: (@Sendable () -> any EntityAttendant<Command, State>)?
    let step: CommandDecider<Command, Event, State>.Step
    // Behind all that has a size of its own, as in `EntityDefinition`.
    var definition: EntityDefinition<Event, State>

    /// Describes an entity.
    @inlinable
    public init(
        id: PersistenceID, emptyState: State, events: EventRegistry<Event>,
        commandHandler: @escaping CommandHandler, eventHandler: @escaping EventHandler
    ) {
        self.init(
            id: id, emptyState: emptyState, events: events, commandHandler: commandHandler, eventHandler: eventHandler,
            step: { decider, facts, command, address, state, folded in
                try decider.decide(facts, command, address, state, &folded)
            })
    }

    @usableFromInline
    init(
        id: PersistenceID, emptyState: State, events: EventRegistry<Event>,
        commandHandler: @escaping CommandHandler, eventHandler: @escaping EventHandler,
        step: @escaping CommandDecider<Command, Event, State>.Step
    ) {
        definition = EntityDefinition(id: id, emptyState: emptyState, registry: events, fold: eventHandler)
        self.commandHandler = commandHandler
        self.step = step
    }

    /// The entity's stream.
    public var id: PersistenceID { definition.id }

    /// The state before the first event.
    public var emptyState: State { definition.emptyState }

    /// The entity's event types.
    public var registry: EventRegistry<Event> { definition.registry }
}

// MARK: - Modifiers

extension EventSourcedBehavior {
    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    /// Keeps the events here.
    public func withEventStore(_ store: any EventStore) -> Self { with { $0.events = store } }

    /// Keeps the snapshots here.
    public func withSnapshotStore(_ store: any SnapshotStore) -> Self { with { $0.snapshots = store } }

    /// Writes as this writer; without it, as the actor system's own.
    public func withWriter(_ writer: WriterID) -> Self { with { $0.writer = writer } }

    /// Takes snapshots, encoded by a codec.
    public func withSnapshots(
        _ strategy: SnapshotStrategy<Event, State>, codec: SnapshotCodec<State>
    ) -> Self {
        with {
            $0.definition.snapshotStrategy = strategy
            $0.definition.snapshotCodec = codec
        }
    }

    /// Treats a history of two writers in this way.
    public func withReplayFilter(_ filter: ReplayFilter) -> Self { with { $0.definition.replayFilter = filter } }

    /// After each snapshot, deletes what the policy does not keep.
    public func withRetention(_ policy: RetentionPolicy) -> Self { with { $0.definition.retentionPolicy = policy } }

    /// Treats events that can't be taken in this way.
    public func withRecovery(_ policy: RecoveryPolicy) -> Self { with { $0.definition.recoveryPolicy = policy } }

    /// Tells how far a recovery has come, at its start, after every 10,000 events and at its end, on any thread.
    ///
    /// Where the observer answers `.stop`, recovery fails with a `RecoveryError` whose cause is `cancelled`.
    public func withRecoveryObserver(_ observer: @escaping RecoveryObserver) -> Self {
        with { $0.recoveryObserver = observer }
    }

    /// After a conflict, decides the command again on the fresh state, at most so many times.
    public func withRetries(_ count: Int) -> Self { with { $0.retries = max(0, count) } }

    /// Deals with others that write the same stream in this way; without it optimistically.
    public func withLocking(_ strategy: LockingStrategy) -> Self { with { $0.locking = strategy } }

    /// Whether another writer's append shuts the entity out for good, as it does unless told otherwise.
    ///
    /// Without it the number that an append expects decides alone: several may write the stream in turn, and whoever is
    /// overtaken gets a `ConcurrentModificationError`, or decides again where there are retries.
    public func withFencing(_ isOn: Bool) -> Self { with { $0.definition.isFenced = isOn } }

    /// Stashes at most so many commands, where 1,000 are usual; below 0 counts as 0.
    public func withStashCapacity(_ count: Int) -> Self { with { $0.stashCapacity = max(0, count) } }

    /// Decides what becomes of the entity when a handler throws or it can't be recovered.
    ///
    /// Without it an entity whose store can't be reached for the moment is recovered again, ten times within a minute with
    /// longer and longer waits, while its commands wait; whatever else fails stops it.
    public func supervised(by strategy: SupervisionStrategy) -> Self { with { $0.supervision = strategy } }

    /// Decides by another handler, which may ask the one that was there.
    package func withCommandHandler(_ make: (@escaping CommandHandler) -> CommandHandler) -> Self {
        with { $0.commandHandler = make($0.commandHandler) }
    }

    /// Does something when it is opened without history; nil does nothing.
    package func withOpening(_ opening: EntityOpening?) -> Self { with { $0.opening = opening } }

    /// Has somebody go along with each of its lives.
    package func withAttendant(_ make: @escaping @Sendable () -> any EntityAttendant<Command, State>) -> Self {
        with { $0.attendant = make }
    }

    /// Tells of every commit, after it is durable and before the hooks run.
    package func withCommitObserver(_ observer: @escaping @Sendable (CommitNotice) -> Void) -> Self {
        with { $0.observer = observer }
    }
}

extension EventSourcedBehavior where State: Codable {
    /// Takes snapshots as JSON.
    public func withSnapshots(_ strategy: SnapshotStrategy<Event, State>) -> Self {
        withSnapshots(strategy, codec: .json())
    }
}

// MARK: - Without a system

extension EventSourcedBehavior {
    /// What the command handler makes of a command, without an entity and without writing.
    package func decide(
        _ command: Command, on state: State, at sequenceNumber: Int64, now: Timestamp, self ref: ActorRef<Command>,
        metadata: Metadata = Metadata(), fencingNumber: Int64? = nil
    ) throws -> Effect<Event, State> {
        let context = CommandContext(
            persistenceID: id, sequenceNumber: sequenceNumber, now: now, metadata: metadata, self: ref,
            fencingNumber: fencingNumber)
        return try commandHandler(context, command, state)
    }

    /// Folds one event.
    package func fold(_ event: Event, into state: inout State) throws { try definition.fold(&state, event) }

    /// The codec of the snapshots, nil where there are none.
    package var snapshotCodec: SnapshotCodec<State>? { definition.snapshotCodec }

    /// What recovery does about a history of two writers.
    package var replayFilter: ReplayFilter { definition.replayFilter }

    /// What recovery does about events that it can't take.
    package var recoveryPolicy: RecoveryPolicy { definition.recoveryPolicy }
}

/// An entity was started without something it needs.
public enum EventSourcedBehaviorError: Error, Hashable, CustomStringConvertible {
    case missingEventStore(PersistenceID)
    case missingQuarantineStore(PersistenceID)
    case missingTimerStore(PersistenceID)
    case deletesWhatTheFilterNeeds(PersistenceID)

    /// A sentence that names the modifier to call.
    public var description: String {
        switch self {
        case .missingEventStore(let id): "\(id) has no event store; give it one with withEventStore(_:)"
        case .missingQuarantineStore(let id):
            "\(id) is to quarantine events, and its event store is no QuarantineStore; use skipping(_:), or another store"
        case .missingTimerStore(let id):
            "\(id) is to arm timers when it is opened, and its event store is no TimerStore; use another store"
        case .deletesWhatTheFilterNeeds(let id):
            "\(id) is to keep the last writer's events alone, and a snapshot that events are deleted for may hold another's; "
                + "keep the events, or use the comparison interleaved"
        }
    }
}
