extension ActorContext {
    /// How many messages are stashed.
    public var stashCount: Int { cell.stash.count }

    /// Puts the message being handled aside, with the ask it came from, until `unstashAll()`.
    ///
    /// Stashed messages outlive a restart; when the actor stops they go to dead letters. Nothing happens outside the
    /// handling of a message, and the same message is stashed once.
    ///
    /// - Throws: `StashOverflowError` when the stash is full; the message has then gone to dead letters, and its ask
    ///   has been rejected with the same error.
    public func stash() throws(StashOverflowError) {
        guard let envelope = cell.current else { return }
        guard cell.stash.count < max(0, stashCapacity) else {
            let overflow = StashOverflowError(
                actor: cell.path, capacity: max(0, stashCapacity), count: cell.stash.count)
            cell.system.giveUp(envelope, for: cell.path, reason: .stashOverflow(capacity: overflow.capacity))
            throw overflow
        }
        cell.stash.append(envelope)
        // What the handler does from here on does not touch the ask, which is settled when the message is handled.
        cell.current = nil
    }

    /// Puts all stashed messages back in front of those that wait, in the order they were stashed in.
    public func unstashAll() {
        cell.unstashAll()
    }
}
