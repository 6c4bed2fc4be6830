/// The address of an actor that takes messages of one type.
///
/// A reference stays valid when its actor stops; what is sent after that goes to dead letters.
public struct ActorRef<Message: Sendable>: Sendable {
    @usableFromInline let recipient: Recipient

    @usableFromInline
    init(recipient: Recipient) {
        self.recipient = recipient
    }

    /// Where the actor stands in its system.
    public var path: ActorPath { recipient.path }

    /// True once the actor has stopped.
    public var isStopped: Bool { recipient.isStopped }

    /// Sends a message and returns at once.
    ///
    /// Messages from one sender arrive in the order they were told in.
    @inlinable
    public func tell(_ message: Message) {
        recipient.deliver(MessageEnvelope(message))
    }

    /// Sends a message that says whom it is from, so that a dead letter can say so too.
    public func tell(_ message: Message, from sender: AnyActorRef) {
        recipient.deliver(MessageEnvelope(message, sender: sender.recipient))
    }

    /// Sends a message that says whom it is from, so that a dead letter can say so too.
    public func tell<Other>(_ message: Message, from sender: ActorRef<Other>) {
        recipient.deliver(MessageEnvelope(message, sender: sender.recipient))
    }

    /// The same address with the message type forgotten.
    public var erased: AnyActorRef { AnyActorRef(recipient: recipient) }
}

extension ActorRef: Hashable {
    public static func == (left: ActorRef, right: ActorRef) -> Bool {
        left.recipient === right.recipient
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(recipient))
    }
}

extension ActorRef: CustomStringConvertible {
    /// The actor's path.
    public var description: String { path.description }
}

/// The address of an actor whose message type does not matter: to stop it, to watch it, to name it.
public struct AnyActorRef: Sendable {
    let recipient: Recipient

    /// Where the actor stands in its system.
    public var path: ActorPath { recipient.path }

    /// True once the actor has stopped.
    public var isStopped: Bool { recipient.isStopped }
}

extension AnyActorRef: Hashable {
    public static func == (left: AnyActorRef, right: AnyActorRef) -> Bool {
        left.recipient === right.recipient
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(recipient))
    }
}

extension AnyActorRef: CustomStringConvertible {
    /// The actor's path.
    public var description: String { path.description }
}
