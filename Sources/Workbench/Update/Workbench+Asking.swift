import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Asks a question; one of the same purpose that is still open is not answered any more.
    mutating func ask(_ question: Question, for purpose: Request.Purpose) {
        let (request, superseded) = model.requests.begin(purpose, question)
        if let superseded { effects.append(.cancel(superseded)) }
        effects.append(.ask(request, question))
    }

    /// Asks unless the same question is open already or failed.
    mutating func want(_ question: Question, for purpose: Request.Purpose) {
        if !model.requests.covers(question, for: purpose) { ask(question, for: purpose) }
    }

    /// Gives a question up.
    mutating func stop(_ purpose: Request.Purpose) {
        if let request = model.requests.end(purpose) { effects.append(.cancel(request)) }
    }

    /// Compares what the screen shows with what is known, and asks for the difference.
    ///
    /// Every rule of what is read when stands here, so that no key has to think of it.
    mutating func askForWhatIsMissing() {
        if model.overview == nil { want(.overview, for: .overview) }
        leaveReactionTab()
        switch model.place {
        case .streams: askForStreams()
        case .log: askForLog()
        case .reactions: askForReactions()
        case .events, .setters, .recovery, .filters, .warnings, .chain: break
        }
        askForReactionTime()
        if model.place != .chain { stop(.chain) }
        guard let stream = model.stream else { return }
        askForEvents(of: stream)
        if stream.viewNumber != stream.playhead {
            want(.state(stream.id, at: stream.playhead), for: .state)
        }
        if stream.domain == nil { want(.domain(entityType: stream.id.entityType), for: .domain) }
        if stream.snapshotsFor != stream.last { want(.snapshots(stream.id), for: .snapshots) }
        askForLane(of: stream)
        if stream.looked == nil, stream.last > 0 {
            want(.findings(stream.id, outwardFrom: stream.findingsOrigin), for: .findings)
        }
        if model.state.tab == .machine, stream.domain?.isMachine == true,
            stream.machineFor != OpenStream.MachineKey(playhead: stream.playhead, last: stream.last)
        {
            want(.machine(stream.id, at: stream.playhead), for: .machine)
        }
        askForCountdown(in: stream)
        if model.state.tab != .state, model.state.tab != .reactions, stream.detailNumber != stream.playhead,
            stream.playhead > 0
        {
            want(.detail(stream.id, stream.playhead), for: .detail)
        }
        if let origin = stream.diffOrigin, model.state.tab == .diff,
            stream.difference?.from != origin || stream.difference?.to != stream.playhead
        {
            want(.difference(stream.id, from: origin, to: stream.playhead), for: .difference)
        }
        askForWatches(in: stream)
        askForOrigins(in: stream)
        askForVerdict(in: stream)
    }

    private mutating func askForEvents(of stream: OpenStream) {
        let shown = model.shownEvents(of: stream)
        guard let shown, !stream.window.covers(shown) else { return }
        if case .timeline(stream.id, let open)? = model.requests.question(of: .timeline),
            open.lowerBound <= shown.lowerBound, shown.upperBound <= open.upperBound
        {
            return
        }
        // Three screens to each side, so that steps and screens are there before they are asked for.
        let margin = Int64(3 * max(16, model.timelineRows))
        let low = max(stream.first + 1, shown.lowerBound - margin)
        let high = min(stream.last, shown.upperBound + margin)
        if low <= high { want(.timeline(stream.id, low...high), for: .timeline) }
    }

    private mutating func askForLane(of stream: OpenStream) {
        let cells = ScrubberPlan(size: model.size, last: stream.last).cells
        guard cells > 0, stream.last > 0, stream.laneFor != OpenStream.LaneKey(cells: cells, last: stream.last)
        else { return }
        want(.lane(stream.id, cells: cells), for: .lane)
    }

    private mutating func askForWatches(in stream: OpenStream) {
        for (index, watch) in model.watches.enumerated() where watch.id == stream.id {
            if watch.answeredFor != stream.playhead, stream.viewNumber == stream.playhead {
                want(.setter(stream.id, watch.path, atOrBelow: stream.playhead), for: .watch(index))
            }
        }
    }

    /// How many values that were replaced get the number of the event that had set them, and in streams up to which
    /// length: beyond that the answer is worth less than the reading.
    private static let mostOrigins = 4
    private static let longestForOrigins: Int64 = 10_000

    private mutating func askForOrigins(in stream: OpenStream) {
        guard let view = stream.view, stream.viewNumber == stream.playhead, stream.playhead > stream.first + 1,
            stream.last <= Self.longestForOrigins
        else { return }
        let open = view.changes.filter { $0.kind == .changed && $0.beforeSetBy == nil }
        for (index, change) in open.prefix(Self.mostOrigins).enumerated() where stream.origins[change.path] == nil {
            want(.setter(stream.id, change.path, atOrBelow: stream.playhead - 1), for: .origin(index))
        }
    }

    private mutating func askForVerdict(in stream: OpenStream) {
        guard model.focus == .commands, !model.commands.editor.isEmpty, model.commandRefusal == nil else {
            if model.commands.verdictQuestion != nil || model.requests.isOpen(.decision) {
                stop(.decision)
                model.commands.verdict = nil
                model.commands.verdictQuestion = nil
            }
            return
        }
        let question = Question.decide(model.commands.editor.text, stream.id, at: stream.last)
        if model.commands.verdictQuestion != question { want(question, for: .decision) }
    }

    private mutating func askForStreams() {
        let list = model.streams
        let rows = model.rows(of: .timeline)
        let needsMore =
            !list.isLoaded
            || (list.hasMore && list.cursor.selected + 2 * rows >= list.heads.count
                && list.readCount < StreamList.longest)
        guard needsMore else { return }
        want(
            .streams(
                StreamQuery(
                    prefix: list.queriedPrefix, order: list.order, after: list.isLoaded ? list.lastRead : nil,
                    limit: StreamList.page)), for: .streams)
    }

    private mutating func askForLog() {
        guard let last = model.overview?.totals.lastPosition, last > 0 else { return }
        let log = model.log
        let low = max(1, log.selected - log.reach)
        let high = min(last, log.selected + log.reach)
        if let range = log.range {
            let margin = Int64(3 * model.rows(of: .timeline))
            let reachesBack = range.lowerBound <= max(1, log.selected - margin)
            let reachesForward = range.upperBound >= min(last, log.selected + margin)
            if reachesBack, reachesForward { return }
        }
        if low <= high { want(.log(low...high), for: .log) }
    }
}
