package import EventSourcing
package import Inspection
package import Reactions

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

    /// The line of what waits at a stage, a command or a drain; nil where nothing does.
    package var waiting: Int? { entries.lastIndex { $0.isWaiting } }

    /// Whether what waits is a drain.
    var isDrainWaiting: Bool { waiting.map { entries[$0].drain != nil } ?? false }

    /// Nothing more is told of the drains that are under way.
    mutating func leaveDrains() {
        for index in entries.indices where entries[index].isDrainUnderWay {
            entries[index].isUnseen = true
            entries[index].isWaiting = false
        }
    }

    /// Adds a line; the oldest ones are forgotten.
    mutating func add(_ entry: Entry) {
        entries.append(entry)
        if entries.count > Self.longestHistory { entries.removeFirst() }
    }

    /// What would come of the line.
    package enum Verdict: Hashable, Sendable {
        case decision(Decision)
        case misspelt(CommandProblem)
    }

    /// One line that was sent, or a drain that was gone through.
    package struct Entry: Hashable, Sendable {
        package var text: String
        /// The entity that it was sent to; nil for a drain.
        package var id: PersistenceID?
        /// The request that carries it; 0 for a drain, which nobody asked for.
        package var number: UInt64
        /// The application whose drain it is; nil for a command.
        package var drain: String?
        /// Nil while the answer is not there.
        package var report: CommandReport?
        /// Why it could not even be sent.
        package var failure: String?
        /// The stages that it has come to, where it is gone through step by step; of very many the last ones.
        package var stages: [StepStage] = []
        /// What a drain came to; nil while it is under way.
        package var totals: SettledTotals?
        /// Whether it waits at the last of them for a person to go on.
        package var isWaiting = false

        package init(text: String, id: PersistenceID, number: UInt64, report: CommandReport? = nil) {
            self.text = text
            self.id = id
            self.number = number
            self.report = report
        }

        /// A drain that is under way.
        package init(drainOf application: String) {
            text = "drain of \(application)"
            number = 0
            drain = application
        }

        /// Whether it is a drain that runs on without being looked at.
        package var isUnseen = false

        /// Whether it is a drain that is looked at, and has not come to its end.
        var isDrainUnderWay: Bool { drain != nil && totals == nil && !isUnseen }

        /// The most stages that are kept.
        package static let mostStages = 500
    }

    /// Older entries are forgotten.
    package static let longestHistory = 200
}
