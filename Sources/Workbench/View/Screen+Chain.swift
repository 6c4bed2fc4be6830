import Actors
import EventSourcing
import Inspection
import Terminal

/// What led to an event and what came of it: a line for each event, further in than what caused it.
extension Screen {
    /// How far each cause moves what came of it in, and how far that goes at most.
    private static let indent = 2
    private static let mostIndented = 16

    mutating func drawChain() {
        let area = layout[.timeline]
        guard let chain = model.chain else { return }
        let view = chain.view
        var parts = [title(.timeline, "Cause and effect")]
        if view.events.count > 1 {
            let atLeast: DisplayText = view.isCut || !chain.isComplete ? glyphs.atLeast + " " : ""
            let events = Words.count(Int64(view.events.count), "event", "events")
            parts.append(
                (atLeast + events + " in " + Words.count(Int64(view.streamCount), "stream", "streams"), .muted))
        }
        if model.requests.isOpen(.chain) { parts.append(("\(Int(chain.searched * 100)) %, Esc stops", .accent)) }
        drawRule(layout.titles[.timeline] ?? area, parts)
        guard !view.events.isEmpty else {
            drawEmpty([chain.isComplete ? "there is no such event" : "reading" + glyphs.ellipsis], in: area)
            return
        }
        for line in 0..<area.rows {
            let index = chain.cursor.top + line
            guard view.events.indices.contains(index) else { break }
            draw(index, of: chain, line, in: area)
        }
        if view.events.count == 1, chain.isComplete, area.rows > 2 {
            let reason: DisplayText =
                view.correlationID == nil
                ? "it carries no correlation id: nothing says what belongs to it" : "nothing else belongs to it"
            put(reason, 2, 2, in: area, role: .muted)
        }
    }

    private mutating func draw(_ index: Int, of chain: ChainReport, _ line: Int, in area: Area) {
        let event = chain.view.events[index]
        let isChosen = index == chain.cursor.selected
        let isOrigin = event.persistenceID == chain.id && event.sequenceNumber == chain.number
        if isChosen { choose(line, in: area) }
        let role: Role = isChosen ? .playhead : isOrigin ? .accent : .text
        let quiet: Role = isChosen ? .playhead : .muted
        var column = 2
        if area.columns >= 50 {
            put(DisplayText(event.position).padded(to: 6, alignment: .right), column, line, in: area, role: quiet)
            column += 7
        }
        if area.columns >= 64 {
            if index > 0 {
                let distance = event.timestamp.duration(since: chain.view.events[index - 1].timestamp)
                put(Words.distance(distance).padded(to: 5, alignment: .right), column, line, in: area, role: quiet)
            }
            column += 6
        }
        column += min(Self.mostIndented, event.depth * Self.indent)
        let arrow: DisplayText = event.depth > 0 ? glyphs.arrowRight + " " : ""
        column += put(arrow + DisplayText(event.type, as: .name), column, line, in: area, role: role) + 2
        // The number tells events of one stream apart, so that it is never cut before the name.
        let number: DisplayText = " #\(event.sequenceNumber)"
        let name = DisplayText(event.persistenceID.description, as: .name)
        column += put(
            fit(name, max(4, area.columns - column - number.width)) + number, column, line, in: area, role: quiet)
        if let reaction = event.reaction, area.columns >= 60 {
            put("by " + DisplayText(reaction, as: .name), column + 2, line, in: area, role: .muted)
        }
    }
}
