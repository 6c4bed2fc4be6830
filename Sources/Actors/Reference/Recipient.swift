/// Whatever a message can be sent to, with its type forgotten.
// Safe to send: it has no state of its own; each final subclass says what guards its.
class AnyRecipient: @unchecked Sendable {
    /// Where it stands.
    var path: ActorPath { ActorPath(system: "", elements: []) }

    /// True once nothing that is sent here will be handled any more.
    var isStopped: Bool { true }
}

/// Whatever takes messages of one type: an actor's cell, or the reply end of an ask.
// Safe to send: see `AnyRecipient`.
class Recipient<Message: Sendable>: AnyRecipient, @unchecked Sendable {
    /// The system the recipient belongs to.
    let system: ActorSystem

    init(system: ActorSystem) {
        self.system = system
    }

    /// Takes a message; never blocks and never fails, for what can't be taken becomes a dead letter.
    func deliver(_ envelope: Envelope<Message>) {
        system.giveUp(envelope, for: path, reason: .recipientStopped)
    }
}

/// The address of an actor that could not be spawned any more: all that it gets is a dead letter.
// Safe to send: its only variable never changes.
final class NoRecipient<Message: Sendable>: Recipient<Message>, @unchecked Sendable {
    private let ownPath: ActorPath

    init(path: ActorPath, system: ActorSystem) {
        self.ownPath = path
        super.init(system: system)
    }

    override var path: ActorPath { ownPath }
}
