/// What an actor does with its next message, and with every one after it until it says otherwise.
///
/// A behavior is a value: a modifier returns a copy, and one behavior can be spawned any number of times. State lives
/// in the values a behavior captures, and changes when a handler returns a behavior that captured others:
///
///     func counting(_ count: Int) -> Behavior<Command> {
///         .receive { context, command in
///             switch command {
///             case .increment: counting(count + 1)
///             case .read(let replyTo): replyTo.tell(count); return .same
///             }
///         }
///     }
public struct Behavior<Message: Sendable>: Sendable {
    /// Handles one message and says what to do next.
    public typealias Receive = @Sendable (ActorContext<Message>, Message) async throws -> Behavior<Message>
    /// Handles one signal and says what to do next.
    public typealias ReceiveSignal = @Sendable (ActorContext<Message>, any Signal) async throws -> Behavior<Message>
    /// Makes a behavior when the actor starts.
    public typealias Setup = @Sendable (ActorContext<Message>) async throws -> Behavior<Message>

    enum Form: Sendable {
        case same
        case stopped
        case unhandled
        case active(ActiveBehavior<Message>)
    }

    let form: Form

    /// Handles each message with a closure, which returns what to do with the next one.
    ///
    /// The actor handles nothing else until the closure has returned, also while it is suspended. If it throws, an ask
    /// is rejected with the error at once, and then supervision decides.
    public static func receive(_ handler: @escaping Receive) -> Behavior {
        Behavior(form: .active(ActiveBehavior(action: .receive(handler, now: nil))))
    }

    /// Handles one message without suspending and says what to do next; nil where that takes suspending.
    package typealias ReceiveNow = @Sendable (ActorContext<Message>, Message) throws -> Behavior<Message>?

    /// Handles each message with the first closure, or with the second where that answers nil.
    package static func receive(now handler: @escaping ReceiveNow, otherwise: @escaping Receive) -> Behavior {
        Behavior(form: .active(ActiveBehavior(action: .receive(otherwise, now: handler))))
    }

    /// Makes the behavior when the actor starts, and again when it restarts.
    ///
    /// The closure may suspend for long; messages wait in order until it has returned. If it throws, supervision decides
    /// about an `ActorInitializationError`; when the actor stops of it, asks that wait are rejected with what was thrown.
    public static func setup(_ make: @escaping Setup) -> Behavior {
        Behavior(form: .active(ActiveBehavior(action: .setup(make))))
    }

    /// Goes on as before.
    public static var same: Behavior { Behavior(form: .same) }

    /// Stops the actor, its children first.
    public static var stopped: Behavior { Behavior(form: .stopped) }

    /// Goes on as before, and gives the message to dead letters; an ask is rejected with `UnhandledMessageError`.
    public static var unhandled: Behavior { Behavior(form: .unhandled) }

    /// A copy whose mailbox holds at most so many waiting messages; without this it holds any number.
    ///
    /// What comes when it is full is refused: the newest message goes to dead letters with `mailboxOverflow`, and who
    /// asked is rejected with `MailboxOverflowError`. The sender never waits. A message that is being handled or that is
    /// stashed does not count, and one that is put back from the stash is never refused. The capacity is that of the
    /// behavior that was spawned; one that the actor goes over to does not change it.
    ///
    /// - Throws: `MailboxCapacityError` for a capacity below 1.
    public func withMailbox(atMost capacity: Int) throws(MailboxCapacityError) -> Behavior {
        guard capacity >= 1 else { throw MailboxCapacityError(capacity: capacity) }
        return changing { $0.mailboxCapacity = capacity }
    }

    /// A copy that handles signals with a closure; signals it leaves `.unhandled` have their default effect.
    ///
    /// On a `setup` it handles the signals of the behavior that the setup makes, unless that one has its own handler.
    public func onSignal(_ handler: @escaping ReceiveSignal) -> Behavior {
        changing { $0.onSignal = handler }
    }

    /// A copy whose failures are decided by a strategy; without one, an actor that fails is stopped.
    ///
    /// The strategy stays when the actor goes over to another behavior, unless that one brings its own.
    public func supervised(by strategy: SupervisionStrategy) -> Behavior {
        changing { $0.supervision = strategy }
    }

    /// A copy that runs a closure once the actor stops and its children have, before `PostStop` and whatever handles that.
    ///
    /// It is not run where the actor stops of a failure. It belongs to this very behavior, so it is not run for an actor whose setup has not made it yet.
    package func beforeStop(_ body: @escaping @Sendable (ActorContext<Message>) async -> Void) -> Behavior {
        changing { $0.beforeStop = body }
    }

    /// A copy that is told a signal each time an actor starts with it or goes over to it: after `PreStart` or `PostRestart`,
    /// before any message, and once.
    ///
    /// A signal that a setup raises waits its turn instead, and may come to the actor's next life.
    package func tellingFirst(_ signal: any Signal) -> Behavior {
        changing { $0.firstSignal = signal }
    }

    /// A copy that what a sibling's strategy decides for all is not for, because the actor is part of the machinery.
    package func apartFromSiblings() -> Behavior {
        changing { $0.isApart = true }
    }

    private func changing(_ change: (inout BehaviorTraits<Message>) -> Void) -> Behavior {
        guard case .active(let active) = form else { return self }
        var traits = active.traits
        change(&traits)
        return Behavior(form: .active(ActiveBehavior(action: active.action, traits: traits)))
    }
}

/// What modifiers add to a behavior.
struct BehaviorTraits<Message: Sendable>: Sendable {
    var onSignal: Behavior<Message>.ReceiveSignal?
    var supervision: SupervisionStrategy?
    var mailboxCapacity: Int?
    var beforeStop: (@Sendable (ActorContext<Message>) async -> Void)?
    var firstSignal: (any Signal)?
    var isApart = false
}

/// A behavior that does something; shared, so that a behavior is one word wide and cheap to return.
final class ActiveBehavior<Message: Sendable>: Sendable {
    enum Action: Sendable {
        case receive(Behavior<Message>.Receive, now: Behavior<Message>.ReceiveNow?)
        case setup(Behavior<Message>.Setup)
        /// What is left when a setup makes no behavior: every message is unhandled.
        case nothing
    }

    let action: Action
    let traits: BehaviorTraits<Message>

    init(action: Action, traits: BehaviorTraits<Message> = BehaviorTraits()) {
        self.action = action
        self.traits = traits
    }

    convenience init(action: Action, onSignal: Behavior<Message>.ReceiveSignal?) {
        self.init(action: action, traits: BehaviorTraits(onSignal: onSignal))
    }

    var onSignal: Behavior<Message>.ReceiveSignal? { traits.onSignal }
    var supervision: SupervisionStrategy? { traits.supervision }
}
