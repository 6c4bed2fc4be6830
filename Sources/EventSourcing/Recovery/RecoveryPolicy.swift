/// What recovery does about events that it can't take; unless it says otherwise, each is a `RecoveryError`.
///
///     .strict.skipping(.gap).quarantining(.undecodable, .damaged)
///
/// What is left out is logged as a warning with its number and its cause. After it the next event's number is still the
/// head's and one more, and no strategy takes a snapshot; `Effect.thenSnapshot(acceptingRepair:)` does, and so accepts it.
public struct RecoveryPolicy: Hashable, Sendable {
    /// What can be wrong with a history.
    public enum Fault: String, Hashable, Sendable, CaseIterable {
        /// Numbers are missing.
        case gap
        /// A number stands twice; the first one counts.
        case duplicate
        /// The head says more than the events do.
        case headMismatch
        /// An event does not fit its checksum.
        case damaged
        /// An event's type is unknown, or its payload can't be decoded.
        case undecodable
        /// An event does not fold.
        case fold
    }

    /// What is done about a fault.
    public enum Answer: Hashable, Sendable {
        /// Recovery fails.
        case fail
        /// The event is left out, this time.
        case skip
        /// The event is left out now and by every later recovery, until it is released.
        case quarantine
    }

    private var answers: [Fault: Answer] = [:]

    /// Fails whatever it is, except that events are left out which somebody has set apart in the `QuarantineStore`.
    public static let strict = RecoveryPolicy()

    /// What is done about a fault.
    public func answer(to fault: Fault) -> Answer { answers[fault] ?? .fail }

    /// A copy that leaves events with these faults out.
    public func skipping(_ faults: Fault...) -> RecoveryPolicy { answering(faults, by: .skip) }

    /// A copy that leaves events with these faults out for good, listed in the `QuarantineStore` until they are released.
    ///
    /// Numbers that are missing or stand twice are skipped, for there is no event of that number to set apart. The entity's
    /// event store must be a `QuarantineStore`, as those of the engine are.
    public func quarantining(_ faults: Fault...) -> RecoveryPolicy { answering(faults, by: .quarantine) }

    /// Whether any fault leads to the quarantine.
    var quarantines: Bool { answers.values.contains(.quarantine) }

    private func answering(_ faults: [Fault], by answer: Answer) -> RecoveryPolicy {
        var copy = self
        for fault in faults { copy.answers[fault] = answer }
        return copy
    }
}
