import EventSourcing
import Inspection
import StateMachines
import Terminal

extension Workbench {
    /// Takes the answer to an open request.
    mutating func take(_ answer: Answer, to request: Request) {
        let question = model.requests.question(of: request.purpose)
        switch answer {
        case .failed(let sentence):
            model.requests.fail(request)
            model.requests.end(request.purpose)
            takeFailure(sentence, of: request)
            return
        case .done(let sentence):
            let text = DisplayText(sentence)
            let isCopy = request.purpose == .copy
            model.message = StatusMessage(isCopy ? model.message.map { $0.text + ", " + text } ?? text : text)
            if request.purpose == .operation { model.reactions.isStale = true }
            if request.purpose == .theme, let name = model.wantedTheme { model.session.themeName = name }
        default: break
        }
        model.requests.end(request.purpose)
        switch answer {
        case .session(let session):
            model.commands.leaveDrains()
            reopen(session)
        case .overview(let overview): model.overview = overview
        case .head(let head): take(head, for: request.purpose)
        case .streams(let heads): take(heads, to: question)
        case .rows(let rows): take(rows, to: question)
        case .setter(let setter): take(setter, for: request.purpose, to: question)
        case .setters(let setters):
            model.setters.setters = setters
            model.setters.isComplete = true
            chooseSetterAtPlayhead()
        case .bisection(let bisection): take(bisection, to: question)
        case .recovery(let outcome): take(outcome, to: question)
        case .filters(let outcomes): take(outcomes, to: question)
        case .reactions(let view): take(view, to: question)
        case .event(let row): take(row, to: question)
        case .chain(let view): take(view, searched: 1, isComplete: true, to: question)
        case .hits(let hits): takeHits(hits, searched: 1, isComplete: true)
        case .landing(let landing): take(landing)
        case .decision(let decision): take(.decision(decision), to: question)
        case .misspelt(let problem): take(.misspelt(problem), to: question)
        case .sent(let report): take(report, of: request)
        case .elapsed: takeElapsed(request.purpose)
        case .domain, .detail, .snapshots, .lane, .findings, .state, .machine, .difference:
            takeIntoStream(answer, to: question)
        case .done, .failed: break
        }
    }

    /// Takes the progress of an open request.
    mutating func take(_ progress: Progress, of request: Request) {
        switch progress {
        case .fraction(let part): model.requests.note(part, of: request)
        case .hits(let hits, let searched):
            model.requests.note(searched, of: request)
            takeHits(hits, searched: searched, isComplete: false)
        case .findings(let findings, let looked):
            model.stream?.setFindings(findings)
            model.stream?.looking = looked
        case .chain(let view, let searched):
            take(view, searched: searched, isComplete: false, to: model.requests.question(of: .chain))
        case .stage(let stage): take(stage, of: request)
        case .retrying(let times):
            model.message = StatusMessage("busy: a writer holds the store, retrying (\(times))", .failure)
        case .note(let sentence): model.message = StatusMessage(DisplayText(sentence))
        }
    }

    /// A wait is over.
    private mutating func takeElapsed(_ purpose: Request.Purpose) {
        switch purpose {
        case .playing: playOn()
        // What is left now is asked for anew.
        case .countdown: model.stream?.machineFor = nil
        case .reactionTime: model.reactions.isStale = true
        default: break
        }
    }

    private mutating func takeIntoStream(_ answer: Answer, to question: Question?) {
        guard var stream = model.stream, let question else { return }
        switch (question, answer) {
        case (.domain(let type), .domain(let summary)) where type == stream.id.entityType:
            stream.domain = summary
        case (.detail(stream.id, let number), .detail(let detail)):
            stream.detail = detail
            stream.detailNumber = number
        case (.snapshots(stream.id), .snapshots(let snapshots)):
            stream.snapshots = snapshots
            stream.snapshotsFor = stream.last
        case (.lane(stream.id, let cells), .lane(let lane)):
            stream.lane = lane
            stream.laneFor = OpenStream.LaneKey(cells: cells, last: stream.last)
            for writer in lane.writers { stream.number(writer.id) }
        case (.findings(stream.id, _), .findings(let findings)):
            stream.setFindings(findings)
            stream.looking = nil
            stream.looked = stream.last
        case (.state(stream.id, let number), .state(let view)):
            stream.view = view
            stream.viewNumber = number
            stream.origins = [:]
            if let cursor = model.state.trees[.state], cursor.selected == nil, model.focus == .state {
                model.state.trees[.state] = cursor
            }
        case (.machine(stream.id, let number), .machine(let view)):
            // Where the state is another one, the drawing is shown from there again.
            if view.standing?.place.state != stream.machine?.standing?.place.state { model.state.trees[.machine] = nil }
            stream.machine = view
            stream.machineFor = OpenStream.MachineKey(playhead: number, last: stream.last)
        case (.difference(stream.id, let from, let to), .difference(let changes)):
            stream.difference = OpenStream.Difference(from: from, to: to, changes: changes)
        default: return
        }
        model.stream = stream
    }

    private mutating func take(_ rows: [EventRow], to question: Question?) {
        switch question {
        case .timeline(let id, let range)? where id == model.stream?.id:
            model.stream?.window = EventWindow(range: range, rows: rows)
            for row in rows { model.stream?.number(row.writer) }
        case .log(let range)?: takeLog(rows, of: range)
        default: break
        }
    }

    private mutating func takeFailure(_ sentence: String, of request: Request) {
        switch request.purpose {
        case .command(let number):
            guard let index = model.commands.entries.firstIndex(where: { $0.number == number }) else { return }
            model.commands.entries[index].failure = sentence
            model.commands.entries[index].isWaiting = false
        case .search:
            model.search?.isComplete = true
        case .decision:
            model.commands.verdict = .decision(.failed(sentence))
            return
        case .watch(let index):
            if model.watches.indices.contains(index) { model.watches[index].answeredFor = model.stream?.playhead }
            return
        case .origin: return
        case .findings:
            let last = model.stream?.last
            model.stream?.looked = last
        default: break
        }
        model.message = StatusMessage(DisplayText(sentence), .failure)
    }
}
