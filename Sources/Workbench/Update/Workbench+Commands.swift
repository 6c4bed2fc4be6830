import EventSourcing
import Inspection
import Terminal

/// The command pane: what is typed is decided on the folded state, and Enter sends it to the live entity.
extension Workbench {
    /// Takes what the handler makes of the line.
    mutating func take(_ verdict: CommandPane.Verdict, to question: Question?) {
        guard case .decide(let text, let id, _)? = question, id == model.stream?.id,
            text == model.commands.editor.text
        else { return }
        model.commands.verdict = verdict
        model.commands.verdictQuestion = question
    }

    /// Enter: sends the line, unless it can't be read.
    mutating func send() {
        let text = model.commands.editor.text.trimmingSpaces
        if model.commands.waiting != nil {
            guard text.isEmpty else {
                let what = model.commands.isDrainWaiting ? "a drain" : "a command"
                model.message = StatusMessage("\(what) waits: empty this line and press Enter to go on")
                return
            }
            stepOn(.goOn)
            return
        }
        guard !text.isEmpty else {
            model.message = StatusMessage("type a command first: \(commandNames)")
            return
        }
        if let reason = model.commandRefusal {
            model.message = StatusMessage(reason)
            return
        }
        guard let stream = model.stream else { return }
        if case .misspelt(let problem)? = model.commands.verdict,
            case .decide(model.commands.editor.text, _, _)? = model.commands.verdictQuestion
        {
            model.message = StatusMessage("not sent: \(problem.message)", .failure)
            return
        }
        let number = model.requests.upcoming
        model.commands.add(CommandPane.Entry(text: text, id: stream.id, number: number))
        model.commands.history.add(text)
        model.commands.editor = LineEditor()
        model.commands.scrolledBack = 0
        ask(
            model.commands.isStepping ? .sendStepped(text, stream.id) : .send(text, stream.id), for: .command(number))
    }

    private var commandNames: DisplayText {
        let names = model.stream?.domain?.commands.map(\.name) ?? []
        return names.isEmpty ? "nobody described any" : DisplayText(names.joined(separator: ", "))
    }

    /// Takes what came of a sent command; the playhead goes to what it appended.
    mutating func take(_ report: CommandReport, of request: Request) {
        guard case .command(let number) = request.purpose,
            let index = model.commands.entries.firstIndex(where: { $0.number == number }),
            let id = model.commands.entries[index].id
        else { return }
        model.commands.entries[index].report = report
        model.commands.entries[index].isWaiting = false
        var landing: Int64?
        if case .outcome(let outcome) = report.result { landing = outcome.appended.last?.sequenceNumber }
        if var session = report.session {
            // Where it was sent, and not where the program was told to begin.
            session.stream = id
            session.sequenceNumber = landing ?? (model.stream?.id == id ? model.stream?.playhead : nil)
            reopen(session)
            return
        }
        ask(.overview, for: .overview)
        guard let stream = model.stream, stream.id == id else { return }
        if let landing {
            var head = stream.head
            if landing > head.sequenceNumber {
                head.eventCount += landing - head.sequenceNumber
                head.sequenceNumber = landing
                take(newer: head)
            }
            model.place = .events
            jump(to: landing)
        }
        // The head's time and writer, and what others appended meanwhile.
        ask(.head(id), for: .head)
    }
}
