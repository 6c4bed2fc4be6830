package import Reactions

/// A stage that somebody has come to, and waits at for a person.
package enum StepStage: Hashable, Sendable {
    /// A command, in its commit.
    case commit(CommitStage)
    /// An application, in its drain.
    case drain(DrainStage)

    /// Whether what it is about can still be stopped: a command with nothing written, a call before it is made.
    package var canBeStopped: Bool {
        switch self {
        case .commit(let stage): stage.isBeforeAppend
        case .drain(let stage): stage.canBeStopped
        }
    }
}

/// What the drain of an application that is looked at has come to.
package enum DrainNews: Hashable, Sendable {
    /// It waits at a stage.
    case stage(DrainStage, of: String)
    /// All that could be done was done.
    case settled(SettledTotals, of: String)
}
