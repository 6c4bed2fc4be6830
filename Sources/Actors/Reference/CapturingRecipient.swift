/// Hands every message to a closure: an address without an actor.
// Safe to send: the closure is, and nothing changes.
final class CapturingRecipient<Message: Sendable>: Recipient, @unchecked Sendable {
    private let take: @Sendable (Message) -> Void

    init(system: ActorSystem, take: @escaping @Sendable (Message) -> Void) {
        self.take = take
        super.init(system: system)
    }

    override var path: ActorPath { ActorPath(system: system.name, elements: ["$capture"]) }

    override var isStopped: Bool { false }

    override func admit(_ envelope: Envelope) -> Cell? {
        // Sound: see `Recipient`; the only reference to it takes these messages.
        take(unsafeDowncast(envelope, to: MessageEnvelope<Message>.self).message)
        return nil
    }
}

extension ActorRef {
    /// An address that gives every message to a closure, on the sender's own task.
    package static func capturing(
        in system: ActorSystem, _ take: @escaping @Sendable (Message) -> Void
    ) -> ActorRef {
        ActorRef(recipient: CapturingRecipient(system: system, take: take))
    }
}
