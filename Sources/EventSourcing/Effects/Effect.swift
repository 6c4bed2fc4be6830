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

    typealias Hook = EffectHook<State>

    /// Which primary effect it is.
    public let kind: Kind
    /// The events to append; empty for all but `persist`, and legal there too.
    public let events: [Event]

    let primaryReply: PreparedReply?
    private(set) var hooks: [Hook] = []
    private(set) var snapshotRequest = SnapshotRequest.none

    private init(kind: Kind, events: [Event] = [], reply: PreparedReply? = nil) {
        self.kind = kind
        self.events = events
        primaryReply = reply
    }

    /// Where the primary reply goes; nil for all but `reply`.
    public var replyTarget: ActorPath? { primaryReply?.recipient.path }

    /// What the primary reply is; nil for all but `reply`.
    public var replyMessage: (any Sendable)? { primaryReply?.message }

    /// How many hooks follow.
    public var hookCount: Int { hooks.count }
}

/// A message with the address it goes to, not sent yet.
struct PreparedReply: Sendable {
    let recipient: AnyActorRef
    let message: any Sendable
    let send: @Sendable () -> Void
    /// The message's bytes, to be kept with the command's id; nil where its type can't be encoded.
    let encoded: (@Sendable () throws -> [UInt8])?

    init<Message: Sendable>(to target: ActorRef<Message>, _ message: Message) {
        recipient = target.erased
        self.message = message
        send = { target.tell(message) }
        encoded = nil
    }

    init<Message: Codable & Sendable>(encodable message: Message, to target: ActorRef<Message>) {
        recipient = target.erased
        self.message = message
        send = { target.tell(message) }
        encoded = { try JSONCodec.replies.encode(message) }
    }
}

// MARK: - Primary effects

extension Effect {
    /// Appends all events atomically and folds them; without an event it writes nothing and is legal.
    public static func persist(_ events: Event...) -> Effect { Effect(kind: .persist, events: events) }

    /// Appends all events atomically and folds them; without an event it writes nothing and is legal.
    public static func persist(_ events: [Event]) -> Effect { Effect(kind: .persist, events: events) }

    /// Does nothing.
    public static var none: Effect { Effect(kind: .none) }

    /// Sends a message at once and persists nothing.
    public static func reply<Message: Sendable>(to target: ActorRef<Message>, _ message: Message) -> Effect {
        Effect(kind: .reply, reply: PreparedReply(to: target, message))
    }

    /// Puts the command, with its sender, into the bounded stash.
    public static var stash: Effect { Effect(kind: .stash) }

    /// Stops the entity after the hooks.
    public static var stop: Effect { Effect(kind: .stop) }

    /// Sends the command to dead letters.
    public static var unhandled: Effect { Effect(kind: .unhandled) }
}

// MARK: - Chaining

extension Effect {
    /// Then runs a closure with the state, once, after the events are durable and never during replay.
    ///
    /// If it throws, the later hooks still run and supervision is told; the state is already advanced.
    public func thenRun(_ body: @escaping @Sendable (State) async throws -> Void) -> Effect {
        adding(.run(body))
    }

    /// Then sends a message computed from the state; computed before the append, sent after it.
    public func thenReply<Message: Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> Effect {
        adding(.reply(target: target.path) { state in PreparedReply(to: target, message(state)) })
    }

    /// Then sends a message computed from the state; computed before the append, sent after it.
    ///
    /// It is kept with the command's id where the command has one, so that a repetition gets it again.
    public func thenReply<Message: Codable & Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> Effect {
        adding(.reply(target: target.path) { state in PreparedReply(encodable: message(state), to: target) })
    }

    /// Then stops the entity.
    public func thenStop() -> Effect { adding(.stop) }

    /// Then puts all stashed commands back in front, in their order.
    public func thenUnstashAll() -> Effect { adding(.unstashAll) }

    /// Takes a snapshot, whatever the strategy says: behind the events, before the hooks.
    ///
    /// One that fails is a warning. There is none where the newest snapshot holds all events, nor where the entity has no
    /// snapshot store or codec.
    ///
    /// - Parameter acceptingRepair: also takes one where recovery left events out of the state, which makes that the
    ///   entity's state for good; otherwise there is a warning instead.
    public func thenSnapshot(acceptingRepair: Bool = false) -> Effect {
        var effect = self
        effect.snapshotRequest = acceptingRepair ? .acceptingRepair : .snapshot
        return effect
    }

    private func adding(_ hook: Hook) -> Effect {
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
        for case .reply(_, let make) in hooks { make(state).send() }
    }
}
