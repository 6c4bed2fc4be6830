import EventSourcing
import StateMachines

/// A machine that is read from a file, as the table that decides.
typealias TextMachine = Machine<TextState, TextEvent>

extension MachineText {
    /// The machine that the text describes.
    ///
    /// Throws at what is wrong with it: names that are not there, rows that could never be taken, timeouts without a row.
    func machine(in file: String) throws(RuleLine.Problem) -> TextMachine {
        let names = try MachineTextNames(self)
        let initial = try initialState()
        let steps = RuleCondition.steps(sharedBy: blocks.lazy.flatMap(\.rows).count { $0.condition != nil })
        do {
            let machine = try TextMachine(
                name.text, states: names.states.map(TextName.init(rawValue:)),
                events: events.map { TextName(rawValue: $0.name.text) }, initial: initial,
                MachineDefinition(
                    blocks.map { $0.definition(in: file, stepsOfCondition: steps) } + [ending.definition]))
            if let timeout = machine.findings.first(where: { if case .unhandledTimeout = $0 { true } else { false } }) {
                throw problem(timeout, columns)
            }
            return machine
        } catch let error as MachineDefinitionError {
            let found = error.findings.first { $0.severity == .error }
            throw found.map { problem($0, columns) } ?? name.problem("\(error)")
        } catch let problem as RuleLine.Problem {
            throw problem
        } catch {
            throw name.problem("\(error)")
        }
    }

    private var ending: Final<TextState, TextEvent> {
        Final(allOf: CaseGroup("final", of: finals.map(\.caseName)))
    }

    private func initialState() throws(RuleLine.Problem) -> TextState {
        guard let start else { return TextState("") }
        do {
            return try TextState(start.text).moved(
                to: start.text, by: startOperations, on: TextEvent(""), at: "line \(start.line)")
        } catch {
            throw start.problem("the first state can't be made: \(error.clause)")
        }
    }

    /// What is wrong or worth a word with the table, each at its place and in the words of the file.
    func problems(_ findings: [MachineFinding]) -> [RuleLine.Problem] {
        let columns = columns
        return findings.map { problem($0, columns) }
    }

    /// - Parameter columns: where each line begins whose place the table knows.
    private func problem(_ finding: MachineFinding, _ columns: [Int: Int]) -> RuleLine.Problem {
        let line = finding.places.last?.line
        func problem(_ message: String) -> RuleLine.Problem {
            guard let line else { return name.problem(message) }
            return RuleLine.Problem(line: line, column: columns[line] ?? 1, message: message)
        }
        switch finding {
        case .duplicateRow(let state, let event, let first, _):
            return problem(
                "\(state) takes \(event) on line \(first.place.line) already, whatever the values are; give that line a "
                    + "condition with 'when', end this one with 'overriding', or take one of them away")
        case .duplicateTimeout(let first, let second):
            return problem(
                "\(first.state) has a timeout named \(CommandText.quoted(second.name)) on line \(first.place.line) already; "
                    + "give this one another name, or take one of them away")
        case .unhandledTimeout(let timeout):
            return problem(
                "\(timeout.state) has no row for \(timeout.event), which the timeout sends; put a line such as 'on "
                    + "\(timeout.event) goes to …' below 'in \(timeout.state)'")
        case .orphanOverride: return problem("this is overriding, and nothing stands before it that it replaces")
        case .unreachable(let state):
            return (place(of: state) ?? name).problem("nothing leads to \(state)")
        case .deadEnd(let state):
            return (place(of: state) ?? name).problem(
                "\(state) has no way out; if that is meant, there is a line 'final \(state)'")
        case .finalWithWayOut(let state, _): return problem("\(state) is final, and this leads out of it")
        case .machineName(_, let error): return name.problem("no entity can have this type: \(error)")
        default: return problem(finding.description)
        }
    }

    /// Where a line begins whose place the table knows.
    private var columns: [Int: Int] {
        Dictionary(
            blocks.flatMap { $0.rows.map { ($0.line, $0.column) } + $0.timeouts.map { ($0.line, $0.column) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Where a state is first named.
    private func place(of state: String) -> Name? {
        ([start].compactMap(\.self) + blocks.flatMap(\.states) + finals).first { $0.text == state }
    }
}

extension MachineText.Name {
    fileprivate var caseName: TextName { TextName(rawValue: text) }
}

extension MachineText.Block {
    fileprivate func definition(in file: String, stepsOfCondition steps: Int) -> MachineDefinition<TextState, TextEvent>
    {
        var from = From<TextState, TextEvent>(
            allOf: CaseGroup("in", of: states.map(\.caseName)), fileID: file, line: line
        ) { for row in rows { row.row(in: file, stepsOfCondition: steps) } }
        for timeout in timeouts {
            let event = TextEvent(timeout.event.text, timeout.carried)
            from = from.timeout(timeout.name, after: timeout.delay, send: event, fileID: file, line: timeout.line)
        }
        return (isOverriding ? from.overriding() : from).definition
    }
}

extension MachineText.Timeout {
    /// What the event carries: values that never change.
    fileprivate var carried: JSONObject {
        JSONObject(
            values.compactMap { value in
                if case .constant(let constant) = value.value { .init(value.name.text, constant) } else { nil }
            })
    }
}

extension MachineText.Row {
    fileprivate func row(in file: String, stepsOfCondition steps: Int) -> TransitionRow<TextState, TextEvent> {
        var on = On<TextState, TextEvent>(
            allOf: CaseGroup("on", of: events.map(\.caseName)), fileID: file, line: line)
        if let condition {
            on = on.where(condition.words) { [condition = condition.condition] state, event in
                condition.holds(state: .object(state.values), event: .object(event.values), atMost: steps)
            }
        }
        let row: TransitionRow<TextState, TextEvent>
        switch target {
        case .stay: row = on.stay()
        case .stop(let reason): row = on.stop(reason)
        case .state(let target, let operations):
            let place = "\(file.split(separator: "/").last ?? "") line \(line)"
            row = on.goto(target.caseName) { [name = target.text] state, event in
                try state.moved(to: name, by: operations, on: event, at: place)
            }
        }
        return isOverriding ? row.overriding() : row
    }
}

extension TextState {
    /// The state that comes behind this one, with the values that operations make of its own and the event's.
    ///
    /// Throws what does not fit, and for values that would hold more than an instance may have.
    fileprivate func moved(
        to name: String, by operations: [RuleOperation], on event: TextEvent, at place: String
    ) throws(RuleFailure) -> TextState {
        var next = TextState(name, values)
        if operations.isEmpty { return next }
        do throws(RuleFailure) {
            var tree = RuleTree(.object(values))
            let budget = RuleBudget()
            for operation in operations {
                try tree.perform(operation, payload: .object(event.values), facts: [:], budget)
            }
            guard case .object(let values) = tree.root else { throw RuleFailure("the values are no object any more") }
            if tree.root.cost(deepest: RuleTree.deepest, limit: MachineFile.mostBytes) == nil {
                throw RuleFailure(
                    "the values would hold more than \(MachineFile.mostBytes >> 10) KiB; an instance has few and small ones"
                )
            }
            next.values = values
            return next
        } catch {
            var failure = error
            failure.place = place
            throw failure
        }
    }
}
