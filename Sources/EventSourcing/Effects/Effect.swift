public import Actors

/// What a command handler wants to happen: one primary effect, then hooks in order.
///
/// An effect is a value; the chaining methods return a new one. Nothing happens until the engine carries it out, which is
/// what lets a command be tried without being sent.
public struct Effect<Event: Sendable, State: Sendable>: Sendable {
    /// The primary effects.
    public enum Kind: Hashable, Sendable {
        case persist
        case none
        case reply
        case stash
        case stop
        case unhandled
    }

    @usableFromInline
    typealias Hook = EffectHook<State>

    /// Which primary effect it is.
    public let kind: Kind
    /// The events to append; empty for all but `persist`, and legal there too.
    public let events: [Event]

    @usableFromInline let primaryReply: (any PreparedReply)?
    @usableFromInline var hooks: [Hook] = []
    @usableFromInline var snapshotRequest = SnapshotRequest.none
    /// Whether it may be carried out only where nobody has written since the state that it was decided on.
    @usableFromInline var needsCurrentState = false
    /// What is written with the events; one word, because nearly every effect has none.
    @usableFromInline var companions: EffectCompanions?

    @inlinable
    init(kind: Kind, events: [Event] = [], reply: (any PreparedReply)? = nil) {
        self.kind = kind
        self.events = events
        primaryReply = reply
    }

    /// Where the primary reply goes; nil for all but `reply`.
    public var replyTarget: ActorPath? { primaryReply?.recipient.path }

    /// What the primary reply is; nil for all but `reply`.
    public var replyMessage: (any Sendable)? { primaryReply?.content }

    /// How many hooks follow.
    public var hookCount: Int { hooks.count }
}

// MARK: - Primary effects

extension Effect {
    /// Appends all events atomically and folds them; without an event it writes nothing and is legal.
    @inlinable
    public static func persist(_ events: Event...) -> Effect { Effect(kind: .persist, events: events) }

    /// Appends all events atomically and folds them; without an event it writes nothing and is legal.
    @inlinable
    public static func persist(_ events: [Event]) -> Effect { Effect(kind: .persist, events: events) }

    /// Does nothing.
    @inlinable
    public static var none: Effect { Effect(kind: .none) }

    /// Sends a message at once and persists nothing.
    @inlinable
    public static func reply<Message: Sendable>(to target: ActorRef<Message>, _ message: Message) -> Effect {
        Effect(kind: .reply, reply: PassingReply(to: target, message))
    }

    /// Puts the command, with its sender, into the bounded stash.
    @inlinable
    public static var stash: Effect { Effect(kind: .stash) }

    /// Stops the entity after the hooks.
    @inlinable
    public static var stop: Effect { Effect(kind: .stop) }

    /// Sends the command to dead letters.
    @inlinable
    public static var unhandled: Effect { Effect(kind: .unhandled) }
}

// MARK: - Chaining

extension Effect {
    /// Then runs a closure with the state, once, after the events are durable and never during replay.
    ///
    /// If it throws, the later hooks still run and supervision is told; the state is already advanced.
    @inlinable
    public func thenRun(_ body: @escaping @Sendable (State) async throws -> Void) -> Effect {
        adding(.run(body))
    }

    /// Then sends a message computed from the state; computed before the append, sent after it.
    @inlinable
    public func thenReply<Message: Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> Effect {
        adding(.reply { state in PassingReply(to: target, message(state)) })
    }

    /// Then sends a message computed from the state; computed before the append, sent after it.
    ///
    /// It is kept with the command's id where the command has one, so that a repetition gets it again.
    @inlinable
    public func thenReply<Message: Codable & Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> Effect {
        adding(.reply { state in KeptReply(to: target, message(state)) })
    }

    /// Then stops the entity.
    @inlinable
    public func thenStop() -> Effect { adding(.stop) }

    /// Then puts all stashed commands back in front, in their order.
    @inlinable
    public func thenUnstashAll() -> Effect { adding(.unstashAll) }

    /// Takes a snapshot, whatever the strategy says: behind the events, before the hooks.
    ///
    /// One that fails is a warning. There is none where the newest snapshot holds all events, nor where the entity has no
    /// snapshot store or codec.
    ///
    /// - Parameter acceptingRepair: also takes one where recovery left events out of the state, which makes that the
    ///   entity's state for good; otherwise there is a warning instead.
    @inlinable
    public func thenSnapshot(acceptingRepair: Bool = false) -> Effect {
        var effect = self
        effect.snapshotRequest = acceptingRepair ? .acceptingRepair : .snapshot
        return effect
    }

    /// Writes timers and rows of the outbox in the transaction of the events; nothing where there are no events.
    @usableFromInline
    package func writing(timers: [TimerChange], outbox: [NewOutboxEntry]) -> Effect {
        var effect = self
        effect.companions = EffectCompanions(timers: timers, outbox: outbox)
        return effect
    }

    /// Is decided again where others have written by now, once their events are folded.
    ///
    /// An effect that persists is found out by its append; this is for one that persists nothing, and whose reply must not be
    /// that of an earlier state.
    package func onCurrentState() -> Effect {
        var effect = self
        effect.needsCurrentState = true
        return effect
    }

    /// Then sends a message that is made already; it is kept with the command's id where the command has one.
    @inlinable
    package func thenReply<Message: Codable & Sendable>(_ message: Message, to target: ActorRef<Message>) -> Effect {
        adding(.ready(KeptReply(to: target, message)))
    }

    /// Keeps a reply with the command's id, for a repetition; a `thenRun` sends what the first one gets.
    @usableFromInline
    package func keepingReply<Message: Codable & Sendable>(_ message: Message, to target: ActorRef<Message>) -> Effect {
        adding(.keep(KeptReply(to: target, message)))
    }

    @inlinable
    func adding(_ hook: Hook) -> Effect {
        var effect = self
        effect.hooks.append(hook)
        return effect
    }
}

// MARK: - Without an entity

extension Effect {
    /// Sends the replies that the effect would send, computed from a state, and does nothing else.
    package func sendReplies(on state: State) {
        primaryReply?.send()
        for case .reply(let reply) in hooks.map({ $0.bound(to: state) }) { reply.send() }
    }
}
