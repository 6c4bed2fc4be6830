/// When an entity takes a snapshot of itself.
///
/// Strategies combine: `.every(100) || .onStop`. Whatever the strategy, an effect asks for one with `thenSnapshot()`.
public struct SnapshotStrategy<Event: Sendable, State: Sendable>: Sendable {
    private typealias Decision = @Sendable (_ before: Int64, _ after: Int64, _ state: State, _ last: Event) -> Bool

    private let decide: Decision
    /// Whether an entity that stops takes one, where it has events that are in none.
    public let includesStop: Bool
    /// Whether no batch asks for one, so that there is nothing to look at.
    @usableFromInline let isNever: Bool

    private init(includesStop: Bool = false, isNever: Bool = false, _ decide: @escaping Decision) {
        self.includesStop = includesStop
        self.isNever = isNever
        self.decide = decide
    }

    /// Never.
    public static var never: Self { Self(isNever: true) { _, _, _, _ in false } }

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

    /// When the entity stops: by its own effect, by passivation, or with its system.
    ///
    /// Not when it stops of a failure, or because its store or another writer did not let it write.
    public static var onStop: Self { Self(includesStop: true, isNever: true) { _, _, _, _ in false } }

    /// Whenever one of both says so.
    public static func || (left: Self, right: Self) -> Self {
        Self(
            includesStop: left.includesStop || right.includesStop, isNever: left.isNever && right.isNever
        ) { before, after, state, last in
            left.decide(before, after, state, last) || right.decide(before, after, state, last)
        }
    }

    /// Whether a batch that led from `before` to `after` asks for a snapshot.
    public func asksForSnapshot(before: Int64, after: Int64, state: State, lastEvent: Event) -> Bool {
        decide(before, after, state, lastEvent)
    }
}

/// A snapshot strategy that can't be.
public struct SnapshotStrategyError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    public var every: Int64

    /// A sentence that says what would be right.
    public var description: String { "Snapshots can be taken every 1 or more events, and not every \(every)" }
}
