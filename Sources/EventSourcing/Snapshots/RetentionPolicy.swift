/// What is deleted after a snapshot: older snapshots, and the events that a kept one stands for.
///
/// After a snapshot, let o be the oldest of the newest `keptSnapshots`: the snapshots below o are deleted and, where events
/// are deleted too, the events up to o. The head stays, so the next event's number does not change.
public struct RetentionPolicy: Hashable, Sendable {
    /// How many of the newest snapshots are kept; nil keeps all.
    public let keptSnapshots: Int?
    /// Whether the events are deleted that every kept snapshot stands for.
    public let deletesEvents: Bool

    /// Keeps every snapshot and every event.
    public static let keepAll = RetentionPolicy(keptSnapshots: nil, deletesEvents: false)

    /// Keeps the newest snapshots, and all events unless they are to be deleted.
    ///
    /// Throws `RetentionPolicyError` when `keep` is below 1.
    public static func snapshots(
        keep: Int, deleteEvents: Bool = false
    ) throws(RetentionPolicyError) -> RetentionPolicy {
        guard keep >= 1 else { throw RetentionPolicyError(keep: keep) }
        return RetentionPolicy(keptSnapshots: keep, deletesEvents: deleteEvents)
    }
}

/// A retention policy that can't be.
public struct RetentionPolicyError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    public var keep: Int

    /// A sentence that says what would be right.
    public var description: String { "Retention keeps 1 or more snapshots, and not \(keep)" }
}
