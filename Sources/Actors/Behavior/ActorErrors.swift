/// An actor's setup failed, so the actor did not start.
public struct ActorInitializationError: Error, CustomStringConvertible {
    /// The actor that did not start.
    public let actor: ActorPath
    /// What its setup threw.
    public let cause: any Error

    public var description: String { "\(actor) could not start: \(cause)" }
}

/// An actor was asked something that its behavior does not handle.
public struct UnhandledMessageError: Error, Equatable, CustomStringConvertible {
    /// The actor that was asked.
    public let actor: ActorPath
    /// The name of the message's type.
    public let messageType: String

    public var description: String { "\(actor) does not handle this \(messageType) now." }
}

/// An actor's mailbox was full, so that the message was refused.
public struct MailboxOverflowError: Error, Equatable, CustomStringConvertible {
    /// The actor whose mailbox is full.
    public let actor: ActorPath
    /// How many messages may wait there at most.
    public let capacity: Int

    public var description: String {
        "\(capacity) messages wait for \(actor), which takes no more until it has handled some; ask again later."
    }
}

/// A mailbox can't be bounded at such a number.
public struct MailboxCapacityError: Error, Equatable, CustomStringConvertible {
    /// The number that was given.
    public let capacity: Int

    public var description: String {
        "A mailbox can't be bounded at \(capacity); it must hold at least 1 message."
    }
}

/// A message could not be stashed, because the stash was full.
public struct StashOverflowError: Error, Equatable, CustomStringConvertible {
    /// The actor whose stash is full.
    public let actor: ActorPath
    /// How many messages the stash holds at most.
    public let capacity: Int
    /// How many it held.
    public let count: Int

    public var description: String {
        "The stash of \(actor) holds \(count) messages and takes no more than \(capacity); unstash them first."
    }
}
