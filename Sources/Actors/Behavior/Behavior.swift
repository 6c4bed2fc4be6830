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
        Behavior(form: .active(ActiveBehavior(action: .receive(handler))))
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

    /// A copy that handles signals with a closure; signals it leaves `.unhandled` have their default effect.
    ///
    /// On a `setup` it handles the signals of the behavior that the setup makes, unless that one has its own handler.
    public func onSignal(_ handler: @escaping ReceiveSignal) -> Behavior {
        guard case .active(let active) = form else { return self }
        return Behavior(
            form: .active(
                ActiveBehavior(action: active.action, onSignal: handler, supervision: active.supervision)))
    }

    /// A copy whose failures are decided by a strategy; without one, an actor that fails is stopped.
    ///
    /// The strategy stays when the actor goes over to another behavior, unless that one brings its own.
    public func supervised(by strategy: SupervisionStrategy) -> Behavior {
        guard case .active(let active) = form else { return self }
        return Behavior(
            form: .active(
                ActiveBehavior(action: active.action, onSignal: active.onSignal, supervision: strategy)))
    }
}

/// A behavior that does something; shared, so that a behavior is one word wide and cheap to return.
final class ActiveBehavior<Message: Sendable>: Sendable {
    enum Action: Sendable {
        case receive(Behavior<Message>.Receive)
        case setup(Behavior<Message>.Setup)
        /// What is left when a setup makes no behavior: every message is unhandled.
        case nothing
    }

    let action: Action
    let onSignal: Behavior<Message>.ReceiveSignal?
    let supervision: SupervisionStrategy?

    init(
        action: Action, onSignal: Behavior<Message>.ReceiveSignal? = nil, supervision: SupervisionStrategy? = nil
    ) {
        self.action = action
        self.onSignal = onSignal
        self.supervision = supervision
    }
}
