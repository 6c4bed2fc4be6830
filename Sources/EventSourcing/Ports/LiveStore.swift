/// An event store that tells when something may have been written, so that its log can be followed; see `events(after:)`.
public protocol LiveStore: EventStore {
    /// Calls `notice` after each change from now on, whoever made it, until the watch is let go.
    ///
    /// One call may stand for many changes, and there may be calls without any change. `notice` runs on whichever thread the
    /// store chooses, the writer's among them, so it must be short and must not use the store. Throws `StoreError` where the
    /// system can't watch.
    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch
}

/// Somebody's wish to be told of changes; it ends when it is let go.
public final class ChangeWatch: Sendable {
    private let end: @Sendable () -> Void

    /// Describes how a watch is ended.
    public init(end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }
}
