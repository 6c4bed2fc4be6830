package import Actors
package import EventSourcing
package import Inspection

/// What came of a question.
package enum Answer: Sendable {
    case session(Session)
    case overview(Overview)
    case domain(DomainSummary)
    /// Nil where there is no such stream, or no stream at all.
    case head(StreamHead?)
    case streams([StreamHead])
    case rows([EventRow])
    case detail(EventDetail?)
    case snapshots([SnapshotDescription])
    case lane(Lane)
    case findings([Finding])
    case state(StateView)
    case machine(MachineView)
    case reactions(ReactionsView)
    case event(EventRow?)
    case chain(ChainView)
    case difference([StateChange])
    case setter(ValueSetter)
    case setters([ValueSetter])
    case bisection(BisectAnswer)
    case recovery(RecoveryOutcome)
    /// One for each mode of the replay filter.
    case filters([RecoveryOutcome])
    /// All hits, by rising number.
    case hits([Int64])
    case landing(Landing)
    case decision(Decision)
    /// A typed command that can't be read.
    case misspelt(CommandProblem)
    case sent(CommandReport)
    case elapsed
    /// It was done; a sentence for the status line.
    case done(String)
    /// It could not be done; a sentence that says why and what would help.
    case failed(String)
}

/// Where long work stands.
package enum Progress: Sendable {
    /// The part that is done, from 0 to 1.
    case fraction(Double)
    /// The hits so far, by rising number, and the part that was searched.
    case hits([Int64], searched: Double)
    /// The findings so far, and the events that were looked at.
    case findings([Finding], looked: ClosedRange<Int64>)
    /// What was found of a chain so far, and the part of the log that was searched.
    case chain(ChainView, searched: Double)
    /// A command has come to a stage, and waits there.
    case stage(CommitStage)
    /// The store is busy; how often it was tried.
    case retrying(Int)
    /// What is about to be done to the file that is opened; a sentence for the status line.
    case note(String)
}

/// How much a store holds and who wrote it.
package struct Overview: Hashable, Sendable {
    package var totals: StoreTotals
    /// In the order in which they came.
    package var writers: [WriterRecord]

    package init(totals: StoreTotals, writers: [WriterRecord]) {
        self.totals = totals
        self.writers = writers
    }
}

/// What a person can do with an entity type.
package struct DomainSummary: Hashable, Sendable {
    package var entityType: String
    /// Whether the state is the generic fold's, which the screen must say.
    package var isGeneric: Bool
    /// The name of the fold file or the machine file that makes the state, which the screen must say; nil where none does.
    package var ruleFile: String?
    /// Whether its entities are instances of a state machine.
    package var isMachine: Bool
    package var commands: [CommandDescription]

    package init(_ domain: Domain) {
        entityType = domain.entityType
        isGeneric = domain.isGeneric
        ruleFile = domain.ruleFile?.split(separator: "/").last.map(String.init)
        isMachine = domain.machine != nil
        commands = domain.commands
    }
}

/// Where a jump ended.
package enum Landing: Hashable, Sendable {
    case event(Int64)
    /// There is no such event on that side; how many there are at all, where that is known.
    case none(of: Int?)
}

/// Why a typed command can't be read.
package struct CommandProblem: Hashable, Sendable {
    /// The character where it goes wrong, from 1.
    package var column: Int
    /// A sentence that says what was expected.
    package var message: String

    package init(column: Int, message: String) {
        self.column = column
        self.message = message
    }
}

/// What came of a command that was sent, and when.
package struct CommandReport: Hashable, Sendable {
    /// When the answer came: UTC.
    package var time: Timestamp
    package var result: Result
    /// What is shown from now on, where sending changed that: a sandbox copy was made.
    package var session: Session?

    package enum Result: Hashable, Sendable {
        case outcome(CommandOutcome)
        /// Another writer was faster.
        case conflict(expected: Int64, actual: Int64)
        /// The entity was taken over by this writer.
        case fenced(by: String)
        /// It could not be read.
        case misspelt(CommandProblem)
        /// Anything else that went wrong, as a sentence.
        case failed(String)
    }

    package init(time: Timestamp, result: Result, session: Session? = nil) {
        self.time = time
        self.result = result
        self.session = session
    }
}
