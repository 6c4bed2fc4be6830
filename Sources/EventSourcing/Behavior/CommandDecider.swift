public import Actors

/// What a command comes to, with its entity's types forgotten: what is left is to write it, and then to do the rest.
@usableFromInline
struct Decision: Sendable {
    /// What is to be appended; where there is nothing, nothing is written.
    let events: [NewEvent]
    let ending: EffectEnding
    let snapshotRequest: SnapshotRequest
    /// Whether the strategy wants a snapshot behind the events.
    let isSnapshotDue: Bool
    /// What is written with the events.
    let companions: EffectCompanions?
    /// Whether it counts only where nobody has written since.
    let needsCurrentState: Bool

    @usableFromInline
    init(
        events: [NewEvent], ending: EffectEnding, snapshotRequest: SnapshotRequest, isSnapshotDue: Bool,
        companions: EffectCompanions?, needsCurrentState: Bool = false
    ) {
        self.needsCurrentState = needsCurrentState
        self.companions = companions
        self.events = events
        self.ending = ending
        self.snapshotRequest = snapshotRequest
        self.isSnapshotDue = isSnapshotDue
    }

    var takesSnapshot: Bool { isSnapshotDue || snapshotRequest != .none }
}

/// What a command handler may know beside the command, the state and its own address.
@usableFromInline
struct CommandFacts: Sendable {
    @usableFromInline let persistenceID: PersistenceID
    @usableFromInline let sequenceNumber: Int64
    @usableFromInline let now: Timestamp
    @usableFromInline let metadata: Metadata
    @usableFromInline let fencingNumber: Int64?

    init(_ id: PersistenceID, at number: Int64, now: Timestamp, metadata: Metadata, fencingNumber: Int64?) {
        persistenceID = id
        sequenceNumber = number
        self.now = now
        self.metadata = metadata
        self.fencingNumber = fencingNumber
    }
}

/// The part of an entity that knows the types of its commands, events and states.
///
/// It can be inlined, so that the compiler makes it for the very types where an entity is described, in the user's own
/// module; all that comes after it, the same for all entities, need not look types up.
@usableFromInline
final class CommandDecider<Command: Sendable, Event: Sendable, State: Sendable>: Sendable {
    /// Decides a command and folds what it persists into a copy of the state.
    @usableFromInline
    typealias Step =
        @Sendable (
            CommandDecider, CommandFacts, Command, ActorRef<Command>, _ state: State, _ folded: inout State
        ) throws -> Decision

    @usableFromInline let handler: EventSourcedBehavior<Command, Event, State>.CommandHandler
    @usableFromInline let fold: EventSourcedBehavior<Command, Event, State>.EventHandler
    @usableFromInline let registry: EventRegistry<Event>
    @usableFromInline let strategy: SnapshotStrategy<Event, State>

    init(_ behavior: EventSourcedBehavior<Command, Event, State>) {
        handler = behavior.commandHandler
        fold = behavior.definition.fold
        registry = behavior.definition.registry
        strategy = behavior.definition.snapshotStrategy
    }

    /// Decides a command, folds what it persists and encodes it, so that no event is ever written that can't be read back.
    ///
    /// Throws what the handler and the fold throw, and `EventCodingError`.
    @inlinable
    func decide(
        _ facts: CommandFacts, _ command: Command, _ address: ActorRef<Command>, _ state: State, _ folded: inout State
    ) throws -> Decision {
        let context = CommandContext(
            persistenceID: facts.persistenceID, sequenceNumber: facts.sequenceNumber, now: facts.now,
            metadata: facts.metadata, self: address, fencingNumber: facts.fencingNumber)
        let effect = try handler(context, command, state)
        folded = state
        var encoded: [NewEvent] = []
        var isSnapshotDue = false
        if let last = effect.events.last {
            encoded.reserveCapacity(effect.events.count)
            for event in effect.events {
                try fold(&folded, event)
                let (type, version, payload) = try registry.encode(event)
                encoded.append(
                    NewEvent(
                        type: type, schemaVersion: version, payload: payload, metadata: facts.metadata,
                        timestamp: facts.now))
            }
            // A batch that too few numbers are left for is for the store to refuse.
            let (end, isBeyond) = facts.sequenceNumber.addingReportingOverflow(Int64(encoded.count))
            isSnapshotDue =
                !strategy.isNever && !isBeyond
                && strategy.asksForSnapshot(
                    before: facts.sequenceNumber, after: end, state: folded, lastEvent: last)
        }
        var hooks: [BoundHook] = []
        hooks.reserveCapacity(effect.hooks.count)
        for hook in effect.hooks { hooks.append(hook.bound(to: folded)) }
        return Decision(
            events: encoded, ending: EffectEnding(primary: effect.primary, hooks: hooks),
            snapshotRequest: effect.snapshotRequest, isSnapshotDue: isSnapshotDue,
            companions: effect.companions, needsCurrentState: effect.needsCurrentState)
    }
}

extension Effect {
    /// What the effect itself does once its events are durable.
    @usableFromInline
    var primary: EffectEnding.Primary {
        switch kind {
        case .persist, .none: .done
        case .reply: .reply(primaryReply)
        case .stash: .stash
        case .stop: .stop
        case .unhandled: .unhandled
        }
    }
}
