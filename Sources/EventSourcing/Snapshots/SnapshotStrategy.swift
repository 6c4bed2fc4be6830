/// When an entity takes a snapshot of itself.
public struct SnapshotStrategy<Event: Sendable, State: Sendable>: Sendable {
    private let decide: @Sendable (_ before: Int64, _ after: Int64, _ state: State, _ last: Event) -> Bool

    /// Never.
    public static var never: Self { Self { _, _, _, _ in false } }

    /// Whenever a multiple of `n` was reached or crossed by a batch.
    ///
    /// Throws `SnapshotStrategyError` when `n` is below 1.
    public static func every(_ n: Int64) throws(SnapshotStrategyError) -> Self {
        guard n >= 1 else { throw SnapshotStrategyError(every: n) }
        return Self { before, after, _, _ in before / n != after / n }
    }

    /// Whenever a condition holds for the state after the batch, its last event and its last number.
    public static func when(_ condition: @escaping @Sendable (State, Event, Int64) -> Bool) -> Self {
        Self { _, after, state, last in condition(state, last, after) }
    }

    /// Whenever one of both says so.
    public static func || (left: Self, right: Self) -> Self {
        Self { before, after, state, last in
            left.decide(before, after, state, last) || right.decide(before, after, state, last)
        }
    }

    /// Whether a batch that led from `before` to `after` asks for a snapshot.
    public func asksForSnapshot(before: Int64, after: Int64, state: State, lastEvent: Event) -> Bool {
        decide(before, after, state, lastEvent)
    }

    private init(_ decide: @escaping @Sendable (Int64, Int64, State, Event) -> Bool) { self.decide = decide }
}

/// A snapshot strategy that can't be.
public struct SnapshotStrategyError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    public var every: Int64

    /// A sentence that says what would be right.
    public var description: String { "Snapshots can be taken every 1 or more events, and not every \(every)" }
}
