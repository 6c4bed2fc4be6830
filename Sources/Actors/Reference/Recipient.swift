/// Whatever a message can be sent to: an actor's cell, or the reply end of an ask.
///
/// Only a typed `ActorRef` sends to it, so an envelope always holds the type of message that the recipient takes.
// Safe to send: it has no state of its own but constants; each subclass says what guards its.
@usableFromInline
class Recipient: @unchecked Sendable {
    /// The system the recipient belongs to.
    final let system: ActorSystem

    init(system: ActorSystem) {
        self.system = system
    }

    /// Where it stands.
    var path: ActorPath { ActorPath(system: system.name, elements: []) }

    /// True once nothing that is sent here will be handled any more.
    var isStopped: Bool { true }

    /// Takes a message; never blocks and never fails, for what can't be taken becomes a dead letter.
    @usableFromInline
    final func deliver(_ envelope: Envelope) {
        if let cell = admit(envelope) { system.scheduler.schedule(cell) }
    }

    /// Takes a message like `deliver`, and answers the cell that the caller is to have activated for it; mostly nil.
    func admit(_ envelope: Envelope) -> Cell? {
        system.giveUp(envelope, for: path, reason: .recipientStopped)
        return nil
    }

    /// Takes one of the runtime's own messages; only an actor has a use for it.
    func control(_ message: SystemMessage) {}

    /// Has somebody told when the actor here stops; at once if there is none.
    func addWatcher(_ watcher: Watcher) {
        if isStopped { watcher.tell() }
    }

    func removeWatcher(_ watcher: Cell) {}
}

/// The address of an actor that could not be spawned any more: all that it gets is a dead letter.
// Safe to send: its only variable never changes.
final class NoRecipient: Recipient, @unchecked Sendable {
    private let ownPath: ActorPath

    init(path: ActorPath, system: ActorSystem) {
        self.ownPath = path
        super.init(system: system)
    }

    override var path: ActorPath { ownPath }
}
