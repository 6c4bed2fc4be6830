import EventSourcing

/// A fold that goes on behind what it can't fold, and knows whether its state can be relied on.
struct CheckedFold {
    private let domain: Domain
    private var state: any FoldedState
    /// Whether the state is that of all events up to `number`.
    private var isWhole: Bool
    private var number: Int64 = 0
    /// Whether there ever was a state that can be relied on.
    private(set) var hasState: Bool

    init(_ domain: Domain, isComplete: Bool) {
        self.domain = domain
        state = domain.emptyState()
        isWhole = isComplete
        hasState = isComplete
    }

    /// Something before the next event is not known.
    mutating func lose() { isWhole = false }

    /// Goes on behind an event that is left out.
    mutating func pass(_ number: Int64) { self.number = number }

    /// Folds an event; throws where that fails, once the state is lost only for what is wrong with the payload itself.
    mutating func take(_ event: borrowing StoredEvent) throws {
        number = event.sequenceNumber
        do {
            try state.fold(event)
        } catch {
            let isNews = isWhole || PayloadErrors.contain(error)
            isWhole = false
            if isNews { throw error }
        }
    }

    /// Compares the state with a snapshot at its number, and answers a sentence where they differ.
    ///
    /// A lost state is found again in the snapshot. Throws where the snapshot can't be decoded.
    mutating func compare(_ snapshot: StoredSnapshot, at number: Int64) throws -> String? {
        if !domain.usesSnapshots {
            hasState = true
            return nil
        }
        let stored = try domain.state(of: snapshot)
        guard isWhole, self.number == number else {
            if self.number <= number { (state, isWhole, self.number, hasState) = (stored, true, number, true) }
            return nil
        }
        let changes = StateDiff.changes(from: try state.tree(), to: try stored.tree())
        guard let first = changes.first else { return nil }
        return "the snapshot differs from the fold of its events in \(changes.count) "
            + "value\(changes.count == 1 ? "" : "s")\(changes.count == 1 ? "" : ", the first of them"): \(first.path)"
    }
}
