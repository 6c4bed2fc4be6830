package import EventSourcing
package import Inspection

/// Recovery step by step, in the Timeline's place: each step is told when the cursor has come to it.
package struct RecoveryReport: Hashable, Sendable {
    package var id: PersistenceID
    /// Nil while it runs.
    package var outcome: RecoveryOutcome?
    /// The chosen step; `top` is the first row that is shown.
    package var cursor = ListCursor()

    package init(id: PersistenceID) { self.id = id }
}

/// What the modes of the replay filter make of a stream, side by side, in the Timeline's place.
package struct FilterReport: Hashable, Sendable {
    package var id: PersistenceID
    package var comparison: ReplayFilter.Comparison
    /// The chosen mode.
    package var mode: ReplayFilter.Mode
    /// One for each mode; nil while they are made.
    package var outcomes: [RecoveryOutcome]?

    package init(id: PersistenceID, comparison: ReplayFilter.Comparison, mode: ReplayFilter.Mode) {
        self.id = id
        self.comparison = comparison
        self.mode = mode
    }

    /// The chosen mode's outcome.
    package var chosen: RecoveryOutcome? { outcomes?.first { $0.filter.mode == mode } }
}
