package import EventSourcing
package import Inspection

/// The third pane: a line that decides while it is typed, and what came of the lines before.
package struct CommandPane: Hashable, Sendable {
    package var editor = LineEditor()
    /// What the handler makes of the line; nil while that is not known.
    package var verdict: Verdict?
    /// The line and the place that `verdict` is for.
    package var verdictQuestion: Question?
    package var entries: [Entry] = []
    /// How many entries are scrolled away below.
    package var scrolledBack = 0
    package var history = LineHistory()

    /// Whether commands are sent one stage at a time.
    package var isStepping = false

    package init() {}

    /// The command that waits at a stage; nil where none does.
    package var waiting: Int? { entries.lastIndex { $0.isWaiting } }

    /// What would come of the line.
    package enum Verdict: Hashable, Sendable {
        case decision(Decision)
        case misspelt(CommandProblem)
    }

    /// One line that was sent.
    package struct Entry: Hashable, Sendable {
        package var text: String
        package var id: PersistenceID
        /// The request that carries it.
        package var number: UInt64
        /// Nil while the answer is not there.
        package var report: CommandReport?
        /// Why it could not even be sent.
        package var failure: String?
        /// The stages that it has come to, where it is sent step by step.
        package var stages: [CommitStage] = []
        /// Whether it waits at the last of them for a person to go on.
        package var isWaiting = false

        package init(text: String, id: PersistenceID, number: UInt64, report: CommandReport? = nil) {
            self.text = text
            self.id = id
            self.number = number
            self.report = report
        }
    }

    /// Older entries are forgotten.
    package static let longestHistory = 200
}
