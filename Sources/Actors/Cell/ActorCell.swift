/// A cell with its message type forgotten: what schedulers, parents and watchers see of it.
protocol ActorCell: AnyRecipient {
    /// Handles what waits, at most so many messages; called by schedulers only.
    func activate(limit: Int) async

    /// Puts one of the runtime's own messages before all that wait.
    func enqueue(_ message: SystemMessage)

    /// Has the watcher told when this actor stops; at once if it has.
    func addWatcher(_ watcher: any ActorCell)

    func removeWatcher(_ watcher: any ActorCell)

    /// How many messages were begun; read between activations only.
    var handledMessages: Int { get }

    /// How many messages wait in this mailbox and in those below it.
    var pendingMessages: Int { get }
}

/// Whoever spawned an actor: another actor's cell, or the guardian of the system.
protocol ActorParent: AnyObject, Sendable {
    func childDidStop(_ child: any ActorCell, escalating cause: (any Error)?)
}
