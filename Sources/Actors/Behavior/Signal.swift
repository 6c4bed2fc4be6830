/// Something the runtime, or a layer above it, tells an actor outside its messages.
///
/// Signals are handled one at a time with the messages, before those that wait. A layer above adds its own types and
/// raises them with `ActorContext.raise(_:)`.
public protocol Signal: Sendable {}

/// The actor has started for the first time; its setup is done, and no message has been handled.
public struct PreStart: Signal {}

/// The actor has stopped: its children have, and it will handle nothing more.
public struct PostStop: Signal {}

/// The actor failed and is about to be restarted; this is told to the behavior that failed.
public struct PreRestart: Signal {
    /// The error that made it fail.
    public let cause: any Error
}

/// The actor has been restarted: its setup is done again.
public struct PostRestart: Signal {
    /// The error that made it fail.
    public let cause: any Error
}

/// No message came for as long as `ActorContext.setReceiveTimeout(_:)` said.
public struct ReceiveTimeout: Signal {}

/// An actor that was watched has stopped.
public struct Terminated: Signal {
    /// The actor that has stopped.
    public let actor: AnyActorRef
}

/// A child failed, escalated its failure, and has stopped.
///
/// A parent that leaves this unhandled fails with the same cause.
public struct ChildFailed: Signal {
    /// The child that has stopped.
    public let child: AnyActorRef
    /// The error that made it fail.
    public let cause: any Error
}
