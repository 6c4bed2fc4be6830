package import EventSourcing
package import Inspection
package import Terminal

/// The steps of a recovery as sentences, in their order.
package struct RecoverySteps {
    package struct Step {
        package var name: DisplayText
        package var detail: DisplayText
        /// How long it took, in microseconds; nil where that means nothing.
        package var microseconds: Int64?
        /// The event that it is about.
        package var number: Int64?
        var role = Role.text
    }

    private let outcome: RecoveryOutcome
    private let called: (WriterID) -> DisplayText
    private let ruleFile: String?

    private init(_ outcome: RecoveryOutcome, called: @escaping (WriterID) -> DisplayText, ruleFile: String?) {
        self.outcome = outcome
        self.called = called
        self.ruleFile = ruleFile
    }

    static func steps(of outcome: RecoveryOutcome, model: Model) -> [Step] {
        steps(of: outcome, called: { model.called($0) }, ruleFile: model.stream?.domain?.ruleFile)
    }

    /// The steps, with what writers are called, and the fold file by which the stream is folded where there is one.
    package static func steps(
        of outcome: RecoveryOutcome, called: @escaping (WriterID) -> DisplayText, ruleFile: String?
    ) -> [Step] {
        let steps = RecoverySteps(outcome, called: called, ruleFile: ruleFile)
        var all = [steps.head] + steps.snapshots
        if outcome.failure?.phase != .snapshot { all += [steps.events, steps.filter, steps.fold] }
        return all + [steps.end]
    }

    private var head: Step {
        guard let head = outcome.head else {
            return Step(name: "head", detail: "the store has never heard of this stream")
        }
        var detail: DisplayText =
            "#\(head.sequenceNumber) is the last of " + Words.count(head.eventCount, "event", "events")
        if head.deletedTo > 0 { detail += ", those up to #\(head.deletedTo) were deleted" }
        if let writer = head.lastWriter { detail += "; " + called(writer) + " wrote last" }
        detail += head.epoch > 0 ? ", in epoch \(head.epoch)" : "; it has no epochs"
        return Step(name: "head", detail: detail, number: head.sequenceNumber)
    }

    private var snapshots: [Step] {
        let empty: DisplayText = "recovery begins with the empty state"
        guard outcome.looksForSnapshots else {
            let why: DisplayText =
                if let file = ruleFile {
                    "\(file, as: .name) does not say 'use snapshots'"
                } else {
                    "nobody said how stored states are to be read"
                }
            return [Step(name: "snapshot", detail: "none is looked for, because " + why + ": " + empty)]
        }
        guard !outcome.snapshots.isEmpty else {
            return [Step(name: "snapshot", detail: "there is none: " + empty, microseconds: outcome.times.snapshot)]
        }
        var steps = outcome.snapshots.map { tried -> Step in
            let snapshot = tried.description
            var detail: DisplayText =
                "\(snapshot.stateType, as: .name) version \(snapshot.schemaVersion), "
                + Words.count(Int64(snapshot.size), "byte", "bytes") + ", by " + called(snapshot.writer)
            if snapshot.epoch > 0 { detail += " in epoch \(snapshot.epoch)" }
            if let problem = tried.problem {
                detail += "; it can't be used, so the one before is tried: " + DisplayText(problem)
            } else {
                detail += "; it decodes, so recovery begins with it"
            }
            return Step(
                name: "snapshot #\(snapshot.sequenceNumber)", detail: detail, number: snapshot.sequenceNumber,
                role: tried.problem == nil ? .snapshot : .error)
        }
        steps[steps.count - 1].microseconds = outcome.times.snapshot
        if outcome.start == nil {
            steps.append(Step(name: "snapshot", detail: "there is no older one: " + empty))
        }
        return steps
    }

    private var first: Int64 { (outcome.start?.sequenceNumber ?? 0) + 1 }

    private var events: Step {
        guard outcome.readCount > 0 else {
            return Step(name: "events", detail: "there is none after #\(first - 1)", number: first - 1)
        }
        let last = first + outcome.readCount - 1
        return Step(
            name: "events",
            detail: "#\(first) to #\(last): " + Words.count(outcome.readCount, "event", "events")
                + " read in order, numbers and checksums compared", microseconds: outcome.times.reading, number: last)
    }

    private var filter: Step {
        var detail: DisplayText = "\(outcome.filter.mode.word), \(outcome.filter.comparison.word): "
        var role = Role.text
        if outcome.filter.mode == .off {
            detail += "nobody looks"
        } else if let conflict = outcome.conflicts.first {
            let count = Words.count(outcome.conflictCount, "conflict", "conflicts")
            detail += count + ", at #\(conflict.sequenceNumber) " + conflict.sentence(called: called)
            if outcome.leftOutCount > 0 {
                detail += "; left out: " + RecoverySteps.numbers(outcome.leftOut, of: outcome.leftOutCount, most: 8)
            } else if outcome.filter.mode == .warn {
                detail += "; all are kept"
            }
            role = outcome.failure?.phase == .filter ? .error : .finding
        } else {
            detail += "no conflict"
        }
        return Step(
            name: "filter", detail: detail, microseconds: outcome.times.filter,
            number: outcome.conflicts.first?.sequenceNumber, role: role)
    }

    private var fold: Step {
        let base: DisplayText = outcome.start.map { "snapshot #\($0.sequenceNumber)" } ?? "the empty state"
        var detail = Words.count(outcome.foldedCount, "event", "events") + " folded into " + base
        if outcome.apartCount > 0 {
            let numbers = RecoverySteps.numbers(outcome.apart, of: outcome.apartCount, most: 8)
            detail += "; quarantined, and left out: " + numbers
        }
        if let omission = outcome.omissions.first {
            let count = Words.count(outcome.omissionCount, "fault", "faults")
            detail +=
                "; the policy goes on past " + count + ", at #\(omission.sequenceNumber): "
                + DisplayText(omission.reason)
            if omission.isForGood { detail += ", which an entity would quarantine" }
        }
        return Step(
            name: "fold", detail: detail, microseconds: outcome.times.fold, number: outcome.readThrough,
            role: outcome.apartCount + outcome.omissionCount > 0 ? .finding : .text)
    }

    private var end: Step {
        if let failure = outcome.failure {
            return Step(
                name: "RecoveryError",
                detail: "at #\(failure.sequenceNumber), in the step \(failure.phase.rawValue): "
                    + DisplayText(failure.reason) + "; there is no entity, and supervision decides what follows",
                microseconds: outcome.times.total, number: failure.sequenceNumber, role: .error)
        }
        let last = outcome.head?.sequenceNumber ?? 0
        var detail: DisplayText = "once, before any command; the next append expects #\(last)"
        if let epoch = outcome.head?.epoch, epoch > 0 { detail += " and epoch \(epoch)" }
        if outcome.isRepaired { detail += "; no snapshot is taken until a person accepts what was left out" }
        return Step(
            name: "RecoveryCompleted", detail: detail, microseconds: outcome.times.total, number: last, role: .accent)
    }

    /// `#3, #5 and 2 more`.
    static func numbers(_ numbers: [Int64], of count: Int64, most: Int) -> DisplayText {
        let shown = numbers.prefix(most)
        let text = DisplayText(shown.map { "#\($0)" }.joined(separator: ", "))
        return Int64(shown.count) < count ? text + " and " + Words.grouped(count - Int64(shown.count)) + " more" : text
    }
}

// MARK: - Rows

extension RecoverySteps {
    /// A row of the pane.
    struct Row {
        var step: Int
        var name: DisplayText = ""
        var text: DisplayText = ""
        var time: DisplayText = ""
        /// Where `text` begins.
        var column: Int
        var role: Role
    }

    /// The steps as rows of so many columns; those that the cursor has not come to yet are names alone.
    static func rows(of steps: [Step], through current: Int, columns: Int) -> [Row] {
        let timeWidth = 9
        let isWide = columns >= 60
        let column = isWide ? 21 : 4
        var rows: [Row] = []
        for (index, step) in steps.enumerated() {
            guard index <= current else {
                rows.append(Row(step: index, name: step.name, column: column, role: .future))
                continue
            }
            let time = step.microseconds.map { Words.took(microseconds: $0) } ?? ""
            let lines = HelpLines.wrapped(step.detail, columns: max(10, columns - column - (isWide ? timeWidth : 1)))
            if !isWide { rows.append(Row(step: index, name: step.name, time: time, column: column, role: step.role)) }
            for (line, text) in lines.enumerated() {
                rows.append(
                    Row(
                        step: index, name: isWide && line == 0 ? step.name : "", text: text,
                        time: isWide && line == 0 ? time : "", column: column, role: step.role))
            }
        }
        return rows
    }
}

// MARK: - Words

extension Model {
    /// A writer's digit and name.
    func called(_ id: WriterID) -> DisplayText {
        let name = writer(id).map(Words.name) ?? Words.name(of: id)
        return (stream?.writerNumbers[id].map { Words.digit($0) + " " } ?? "") + name
    }

    /// Who wrote where another one should have.
    func sentence(about conflict: WriterConflictError) -> DisplayText {
        conflict.sentence(called: { called($0) })
    }
}

extension WriterConflictError {
    /// Who wrote where another one should have.
    package func sentence(called: (WriterID) -> DisplayText) -> DisplayText {
        called(actualWriter) + " wrote where " + called(expectedWriter) + " was expected"
    }
}

extension ReplayFilter.Mode {
    /// The word that a person types for it.
    package var word: String { self == .repairByDiscardOld ? "repair" : rawValue }
}

extension ReplayFilter.Comparison {
    /// The word that a person types for it.
    package var word: String { self == .anySecondWriter ? "any" : rawValue }
}

extension ReplayFilter {
    /// Takes `fail|warn|repair|off` and `interleaved|any`, in any order; throws the first word that is neither.
    package mutating func read(_ words: some Sequence<String>) throws(UnknownFilterWord) {
        for word in words {
            if let mode = Mode.allCases.first(where: { $0.word == word || $0.rawValue == word }) {
                self.mode = mode
            } else if let comparison = Comparison.allCases.first(where: { $0.word == word || $0.rawValue == word }) {
                self.comparison = comparison
            } else {
                throw UnknownFilterWord(word: word)
            }
        }
    }
}

/// A word that says nothing about a replay filter.
package struct UnknownFilterWord: Error {
    /// The word.
    package let word: String
    /// What can be said, as a clause.
    package static let choices = "say fail, warn, repair or off, and interleaved or any"
}
