import EventSourcing
import Inspection
import Terminal

/// What is true here: the state as a tree with its changes in place, and the tabs beside it.
extension Screen {
    mutating func drawStatePane() {
        let area = layout[.state]
        drawRule(layout.titles[.state] ?? area, stateTitle())
        if model.state.tab == .reactions { return drawReaction(in: area) }
        guard let stream = model.stream else {
            if model.isStoreEmpty { drawEmpty(["no state without events"], in: area) }
            return
        }
        switch model.state.tab {
        case .state: drawState(of: stream, in: area)
        case .event: drawEvent(of: stream, in: area)
        case .diff: drawDiff(of: stream, in: area)
        case .meta: drawLines(StateLines.meta(model: model), in: area)
        case .machine: drawMachine(of: stream, in: area)
        case .reactions: break
        }
    }

    private func stateTitle() -> [(text: DisplayText, role: Role)] {
        var tabs = DisplayText()
        for (index, tab) in model.shownTabs.enumerated() {
            if index > 0 { tabs += " " }
            tabs += tab == model.state.tab ? "[" + tab.name + "]" : tab.name
        }
        var parts = [title(.state, tabs)]
        guard model.state.tab != .reactions, let stream = model.stream else { return parts }
        switch model.state.tab {
        case .state:
            let foreign = stream.domain.flatMap { foreignFold($0, beside: tabs) }
            if let view = stream.view, let number = stream.viewNumber {
                if layout.form == .fourPanes {
                    // The words come first, because they must not be cut; the number stands below, too.
                    parts.append(foreign.map { ($0, .accent) } ?? ("after #\(number)", .text))
                    return parts
                }
                let counts = Words.counts(view.changes)
                parts.append(("after #\(number): ~\(counts.changed) +\(counts.added) -\(counts.removed)", .text))
            }
            if let foreign { parts.append((foreign, .accent)) }
        case .diff:
            if let origin = stream.diffOrigin {
                parts.append(("from A #\(origin) to #\(stream.playhead)", .accent))
            } else {
                parts.append(("by #\(stream.viewNumber ?? stream.playhead)", .text))
            }
        case .event, .meta, .machine, .reactions: parts.append(("#\(stream.playhead)", .text))
        }
        return parts
    }

    /// What makes the state where it is not the domain itself; without a file's name where so little of it would be read that
    /// it says nothing.
    private func foreignFold(_ domain: DomainSummary, beside tabs: DisplayText) -> DisplayText? {
        if domain.isGeneric {
            return layout.form == .fourPanes ? "GENERIC FOLD #\(model.stream?.viewNumber ?? 0)" : "GENERIC FOLD"
        }
        return domain.ruleFile.map { file in
            let kind: DisplayText = domain.isMachine ? "MACHINE" : "FOLD"
            // Rules and blanks stand around both.
            let room = (layout.titles[.state]?.columns ?? 0) - tabs.width - kind.width - 9
            return room < 6 ? kind : kind + " " + fit(DisplayText(file, as: .name), 13)
        }
    }

    // MARK: - State

    private mutating func drawState(of stream: OpenStream, in area: Area) {
        guard let view = stream.view else {
            drawEmpty(["folding" + glyphs.ellipsis], in: area)
            return
        }
        let parts = StatePaneParts(area: area, model: model)
        if let problem = view.problem {
            put("fold stopped at #\(problem.sequenceNumber): \(problem.reason)", 1, 0, in: parts.problem, role: .error)
        }
        let tree = StateTree(model: model)
        if tree.rows.isEmpty {
            drawEmpty([view.sequenceNumber == 0 ? "{}  the empty state" : "{}  nothing"], in: parts.tree)
        } else {
            drawTree(tree, in: parts.tree)
        }
        drawFooter(of: view, at: stream.viewNumber ?? view.sequenceNumber, in: parts.footer)
    }

    private mutating func drawFooter(of view: StateView, at number: Int64, in area: Area) {
        guard area.rows >= 2 else { return }
        let counts = Words.counts(view.changes)
        put(
            "#\(number): \(counts.changed) changed, \(counts.added) added, \(counts.removed) removed", 1,
            area.rows - 2, in: area, role: .muted)
        let source: DisplayText =
            switch view.source {
            case .emptyState: "the empty state"
            case .snapshot(let number): "snapshot #\(number)"
            case .keyframe(let number): "keyframe #\(number)"
            }
        let events = Words.count(Int64(view.foldedEvents), "event", "events")
        put(
            "folded " + events + " from " + source + ", " + Words.took(microseconds: view.microseconds), 1,
            area.rows - 1, in: area, role: .muted)
    }

    // MARK: - Event, Diff, Meta

    private mutating func drawEvent(of stream: OpenStream, in area: Area) {
        guard stream.playhead > stream.first else {
            drawEmpty(
                ["#\(stream.playhead) is no event: it is the state before the first", "j goes to the next"], in: area)
            return
        }
        guard stream.detailNumber == stream.playhead else {
            drawEmpty(["reading" + glyphs.ellipsis], in: area)
            return
        }
        guard let detail = stream.detail else {
            drawEmpty(["no event has this number"], in: area)
            return
        }
        let parts = StatePaneParts(area: area, model: model)
        switch detail.payload {
        case .tree:
            let tree = StateTree(model: model)
            if tree.rows.isEmpty { drawEmpty(["{}  an empty payload"], in: parts.eventTree) }
            drawTree(tree, in: parts.eventTree)
        case .unreadable(let reason, let beginning):
            put("the payload can't be shown: \(reason)", 1, 0, in: parts.eventTree, role: .error)
            put(DisplayText(bytes: beginning), 1, 1, in: parts.eventTree, role: .muted)
        }
        let ids = StateLines.ids(model: model)
        let fits = ids.count < parts.ids.rows
        let shown = fits ? ids.count : max(0, parts.ids.rows - 2)
        for (index, line) in ids.prefix(shown).enumerated() { draw(line, at: index + 1, in: parts.ids) }
        if !fits, parts.ids.rows > 0 { drawMore(ids.count - shown, in: parts.ids) }
    }

    private mutating func drawDiff(of stream: OpenStream, in area: Area) {
        let changes = StateLines.diff(model: model)
        guard !changes.isEmpty else {
            let isKnown =
                stream.diffOrigin == nil
                ? stream.viewNumber == stream.playhead : stream.difference?.to == stream.playhead
            drawEmpty(
                isKnown
                    ? ["nothing differs", "v marks an event as A, to see what differs from it"]
                    : ["comparing" + glyphs.ellipsis], in: area)
            return
        }
        let top = min(model.state.tree.top, max(0, changes.count - area.rows))
        for line in 0..<min(area.rows, changes.count - top) {
            let change = changes[top + line]
            let isHidden = !model.showsSecrets && change.path.isSecret
            func text(_ value: JSONValue?) -> DisplayText {
                isHidden ? DisplayText.mask : value.shortText(showsSecrets: model.showsSecrets)
            }
            put(sign(of: change.kind), 0, line, in: area, role: role(of: change.kind))
            let name = fit(DisplayText(change.path.description, as: .name), max(14, area.columns / 2))
            let used = put(name, 1, line, in: area, role: role(of: change.kind))
            let column = max(15, 1 + used + 1)
            switch change.kind {
            case .added: put(text(change.after), column, line, in: area)
            case .removed: put("was " + text(change.before), column, line, in: area, role: .muted)
            case .changed:
                let shown = put(text(change.after), column, line, in: area)
                put("was " + text(change.before), max(32, column + shown + 2), line, in: area, role: .muted)
            }
        }
    }

    mutating func drawLines(_ lines: [StateLines.Line], in area: Area) {
        let most = max(0, lines.count - area.rows)
        let top = min(model.state.tree.top, most)
        // The last row says how much is below, until the end is reached.
        let shown = top < most ? max(0, area.rows - 1) : min(area.rows, lines.count - top)
        for line in 0..<shown { draw(lines[top + line], at: line, in: area) }
        if top < most { drawMore(lines.count - top - shown, in: area) }
    }

    mutating func drawMore(_ count: Int, in area: Area) {
        let way: DisplayText = model.isZoomed || layout.form == .onePane ? "j goes on" : "z: zoom this pane"
        put(glyphs.ellipsis + " \(count) more (" + way + ")", 1, area.rows - 1, in: area, role: .muted)
    }

    private mutating func draw(_ line: StateLines.Line, at row: Int, in area: Area) {
        put(fit(line.label, 13), 1, row, in: area, role: .muted)
        put(line.value, 15, row, in: area, role: line.role)
    }

    // MARK: - Signs of change

    func sign(of kind: StateChange.Kind) -> DisplayText {
        switch kind {
        case .changed: "~"
        case .added: "+"
        case .removed: "-"
        }
    }

    func role(of kind: StateChange.Kind) -> Role {
        switch kind {
        case .changed: .changed
        case .added: .added
        case .removed: .removed
        }
    }
}
