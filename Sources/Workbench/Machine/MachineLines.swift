import EventSourcing
package import Inspection
import StateMachines
package import Terminal

/// What is said of an instance of a machine in lines: where it is, what could come, its timeouts, and the table.
package struct MachineLines {
    /// A line in its parts.
    package struct Line {
        /// What stands in the first column; empty for nothing.
        var sign: DisplayText = ""
        var parts: [Part]

        /// The line as it is printed.
        package var text: DisplayText {
            var text = sign
            for part in parts where !part.text.isEmpty {
                let column = max(part.column, text.isEmpty ? 0 : text.width + 1)
                text += DisplayText(String(repeating: " ", count: max(0, column - text.width))) + part.text
            }
            return text
        }
    }

    /// Text from a column on, or behind the part before where that goes further.
    struct Part {
        var text: DisplayText
        var column = 1
        var role = Role.text
    }

    /// The widest that names in a column of their own are.
    private static let widestName = 28

    /// Commands are told with their arguments from so many columns on.
    private static let roomForArguments = 60

    let view: MachineView
    let glyphs: Glyphs
    private let columns: Int

    /// Says it with these signs, for so many columns.
    package init(view: MachineView, glyphs: Glyphs, columns: Int = .max) {
        self.view = view
        self.glyphs = glyphs
        self.columns = columns
    }

    /// The event's step, where the instance is, what could come next, and its timeouts.
    package var notes: [Line] { [problem, step, standing].compactMap(\.self) + prospects + timeouts }

    // MARK: - Where it is

    private var problem: Line? {
        view.problem.map { problem in
            Line(
                sign: glyphs.anomaly,
                parts: [
                    Part(
                        text: "fold stopped at #\(problem.sequenceNumber): \(problem.reason)", column: 2, role: .error)
                ])
        }
    }

    private var step: Line? {
        guard let step = view.trace?.steps.first else { return nil }
        let target: DisplayText =
            switch step.target {
            case .goto(let place): glyphs.arrowRight + " " + name(place.state)
            case .stay: "stays"
            case .stop(let reason): "stops: " + DisplayText(reason)
            }
        return Line(
            sign: glyphs.rowPlayhead,
            parts: [
                Part(
                    text: "#\(step.sequenceNumber) " + name(step.event) + ": " + name(step.from.state) + " " + target,
                    column: 2, role: .changed)
            ])
    }

    private var standing: Line? {
        guard let standing = view.standing else { return nil }
        var text: DisplayText = "in " + name(standing.place.state)
        switch standing.enteredNumber {
        case 0?: text += " from the beginning"
        case let number?: text += " since #\(number)"
        case nil: break
        }
        if let reason = standing.stopReason { text += ", stopped for good: " + DisplayText(reason) }
        let isOver = standing.stopReason == nil && view.prospects.isEmpty
        if isOver { text += ", which takes nothing more" }
        return Line(sign: glyphs.breakpoint, parts: [Part(text: text, column: 2, role: .focus)])
    }

    // MARK: - What could come

    private var prospects: [Line] {
        let names = view.prospects.map { prospect in
            let usage = columns < Self.roomForArguments ? nil : prospect.command?.usage
            return DisplayText(usage ?? prospect.event, as: .name)
        }
        let column = 2 + min(Self.widestName, names.map(\.width).max() ?? 0) + 2
        return zip(view.prospects, names).flatMap { prospect, name in
            lines(of: prospect).enumerated().map { index, outcome in
                let label = index == 0 ? name.clipped(to: column - 4, ellipsis: glyphs.ellipsis) : ""
                return Line(
                    sign: index == 0 && prospect.command != nil ? ">" : "",
                    parts: [
                        Part(text: label, column: 2, role: prospect.command == nil ? .muted : .text),
                        Part(text: outcome.text, column: column, role: outcome.role),
                    ])
            }
        }
    }

    private func lines(of prospect: MachineProspect) -> [(text: DisplayText, role: Role)] {
        switch prospect.outcome {
        case .decided(let target): [(text(of: target), .text)]
        case .refused(let reason): [(glyphs.anomaly + " " + DisplayText(reason), .muted)]
        case .open(let rows):
            rows.map { row in
                let condition = row.condition.map { " if " + DisplayText($0) } ?? ""
                return (text(of: row.target) + condition, .text)
            }
        }
    }

    private func text(of target: MachineOutline.Target) -> DisplayText {
        switch target {
        case .goto(let states): glyphs.arrowRight + " " + DisplayText(states.joined(separator: " or "))
        case .stay: "stays"
        case .stop(let reason): "stops: " + DisplayText(reason)
        }
    }

    // MARK: - Timeouts

    private var timeouts: [Line] {
        view.timeouts.map { timeout in
            let when: DisplayText
            var since: DisplayText = ""
            switch timeout.timer {
            case .armed(let deadline, let left) where left > .zero:
                when = " in " + Words.span(left)
                since = ", at " + Words.dateAndClock(deadline)
            case .armed(let deadline, _):
                when = " is due"
                since = ", since " + Words.dateAndClock(deadline)
            case .missing: when = " is not armed, after " + Words.span(timeout.delay)
            case .past(let left?) where left > .zero: when = " had " + Words.span(left) + " left"
            case .past(.some): when = " was due"
            case .past(nil): when = " after " + Words.span(timeout.delay)
            }
            let event = glyphs.arrowRight + " " + name(timeout.event)
            return Line(
                sign: "@",
                parts: [
                    Part(text: "timeout " + name(timeout.name) + when, column: 2),
                    Part(text: event + since, column: 0, role: .muted),
                ])
        }
    }

    // MARK: - The table

    /// The whole table, a line for each edge: what is shown where a drawing has no room.
    package var table: [Line] {
        let outline = view.outline
        let taken = outline.taken(in: view.trace)
        let states = Dictionary(grouping: outline.edges, by: \.state)
        let stateColumns = min(Self.widestName, outline.states.map { name($0).width }.max() ?? 0)
        let eventColumns = min(Self.widestName, outline.events.map { name($0).width }.max() ?? 0)
        return outline.states.flatMap { state -> [Line] in
            let isCurrent = view.standing?.place.state == state
            let mark: DisplayText =
                isCurrent
                ? glyphs.breakpoint
                : state == outline.initial ? glyphs.mark : outline.finals.contains(state) ? glyphs.breakpointOff : ""
            let label = Part(
                text: name(state).clipped(to: stateColumns, ellipsis: glyphs.ellipsis), column: 4,
                role: isCurrent ? .focus : .text)
            let first = [Part(text: mark, column: 2, role: isCurrent ? .focus : .muted), label]
            let edges = states[state] ?? []
            if edges.isEmpty { return [Line(parts: first)] }
            return edges.enumerated().map { index, edge in
                let isTaken = taken[edge] != nil
                let row = outline.row(of: edge)
                let event = name(edge.event).clipped(to: eventColumns, ellipsis: glyphs.ellipsis)
                let condition = row.isGuarded ? " if " + DisplayText(row.guardLabel ?? "…") : ""
                let role: Role = isTaken ? .changed : .text
                return Line(
                    sign: isTaken ? glyphs.rowPlayhead : "",
                    parts: (index == 0 ? first : []) + [
                        Part(text: event, column: 4 + stateColumns + 2, role: role),
                        Part(
                            text: text(of: row.target) + condition, column: 4 + stateColumns + 2 + eventColumns + 2,
                            role: role),
                    ])
            }
        }
    }

    private func name(_ text: String) -> DisplayText { DisplayText(text, as: .name, limit: 200) }
}

extension MachineLines.Line {
    /// Where what does not fit goes on.
    private static let indent = 4

    /// The line in as many as it takes, its parts below each other where they do not fit beside each other.
    func folded(to columns: Int) -> [MachineLines.Line] {
        guard text.width > columns, columns > 2 * Self.indent else { return [self] }
        return parts.enumerated().flatMap { index, part in
            let column = index == 0 ? part.column : Self.indent
            return HelpLines.wrapped(part.text, columns: columns - max(column, Self.indent)).enumerated().map {
                place, text in
                MachineLines.Line(
                    sign: index + place == 0 ? sign : "",
                    parts: [MachineLines.Part(text: text, column: place == 0 ? column : Self.indent, role: part.role)])
            }
        }
    }
}
