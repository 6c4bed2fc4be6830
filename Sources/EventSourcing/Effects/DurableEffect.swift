public import Actors

/// What a command handler of a durable state wants to happen: one primary effect, then hooks in order.
///
/// An effect is a value; the chaining methods return a new one, and nothing happens until the engine carries it out.
public struct DurableEffect<State: Sendable>: Sendable {
    /// The primary effects.
    public enum Kind: Hashable, Sendable {
        case persist
        case delete
        case none
        case reply
        case stash
        case stop
        case unhandled
    }

    /// Which primary effect it is.
    public let kind: Kind
    /// The state to write; nil for all but `persist`.
    public let state: State?

    let primaryReply: (any PreparedReply)?
    private(set) var hooks: [EffectHook<State>] = []

    private init(kind: Kind, state: State? = nil, reply: (any PreparedReply)? = nil) {
        self.kind = kind
        self.state = state
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

extension DurableEffect {
    /// Writes a new state as the next revision.
    public static func persist(_ newState: State) -> DurableEffect { DurableEffect(kind: .persist, state: newState) }

    /// Deletes the stored state; the entity goes on with its empty state, and its revision stays.
    public static var delete: DurableEffect { DurableEffect(kind: .delete) }

    /// Does nothing.
    public static var none: DurableEffect { DurableEffect(kind: .none) }

    /// Sends a message at once and persists nothing.
    public static func reply<Message: Sendable>(to target: ActorRef<Message>, _ message: Message) -> DurableEffect {
        DurableEffect(kind: .reply, reply: PassingReply(to: target, message))
    }

    /// Puts the command, with its sender, into the bounded stash.
    public static var stash: DurableEffect { DurableEffect(kind: .stash) }

    /// Stops the entity after the hooks.
    public static var stop: DurableEffect { DurableEffect(kind: .stop) }

    /// Sends the command to dead letters.
    public static var unhandled: DurableEffect { DurableEffect(kind: .unhandled) }
}

// MARK: - Chaining

extension DurableEffect {
    /// Then runs a closure with the state, once, after it is durable and never during recovery.
    ///
    /// If it throws, the later hooks still run and supervision is told; the state is already advanced.
    public func thenRun(_ body: @escaping @Sendable (State) async throws -> Void) -> DurableEffect {
        adding(.run(body))
    }

    /// Then sends a message computed from the state; computed before the write, sent after it.
    public func thenReply<Message: Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> DurableEffect {
        adding(.reply { state in PassingReply(to: target, message(state)) })
    }

    /// Then sends a message computed from the state; computed before the write, sent after it.
    ///
    /// It is kept with the command's id where the command has one, so that a repetition gets it again.
    public func thenReply<Message: Codable & Sendable>(
        to target: ActorRef<Message>, _ message: @escaping @Sendable (State) -> Message
    ) -> DurableEffect {
        adding(.reply { state in KeptReply(to: target, message(state)) })
    }

    /// Then stops the entity.
    public func thenStop() -> DurableEffect { adding(.stop) }

    /// Then puts all stashed commands back in front, in their order.
    public func thenUnstashAll() -> DurableEffect { adding(.unstashAll) }

    private func adding(_ hook: EffectHook<State>) -> DurableEffect {
        var effect = self
        effect.hooks.append(hook)
        return effect
    }
}
