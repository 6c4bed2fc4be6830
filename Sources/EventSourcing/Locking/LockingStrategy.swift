/// How an entity deals with others that write the same stream or state.
public enum LockingStrategy: Sendable {
    /// Nobody is kept out: the append or the write decides, by the number that it expects.
    case optimistic
    /// The whole command runs while a lock is held, and begins with what others have written.
    ///
    /// Commands wait for the lock in their order; one that comes under a lock that its sender holds is handled meanwhile. A
    /// lock that can't be got, or that is lost before the command is decided, rejects the command, and nothing is
    /// written. The append still decides by its number: should the lock be lost after that, nobody's events are overwritten.
    case pessimistic(any LockProvider)

    /// The whole command runs under a lease of the entity's own, which the append checks too.
    ///
    /// So a system that was paused while it held the lock can't write when it comes back: once another one has taken the lock,
    /// the store refuses what the first one writes, with `LockError.lost` to whoever asked.
    ///
    /// - Parameters:
    ///   - settings: how long leases last, and are waited for.
    ///   - store: keeps the leases; the one that keeps the entity's events or state.
    public static func distributed(
        _ settings: LockSettings = .standard, on store: any LeaseStore
    ) -> LockingStrategy {
        .pessimistic(LeaseLockProvider(store, settings))
    }
}
