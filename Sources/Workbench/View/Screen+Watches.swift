import EventSourcing
import Inspection
import Terminal

/// Values that stay in sight wherever the playhead goes.
extension Screen {
    mutating func drawWatches() {
        let area = layout[.watches]
        if layout.hasShortWatches, !model.isZoomed {
            drawWatchRule()
            return
        }
        drawRule(layout.titles[.watches] ?? area, [title(.watches, "Watches")])
        guard !area.isEmpty else { return }
        if model.watches.isEmpty {
            drawEmpty(["nothing is watched", "a adds the value under the cursor in the state"], in: area)
            return
        }
        let (last, list) = area.rows > 3 ? area.split(bottom: 1) : (Area(columns: 0, rows: 0), area)
        for (index, watch) in model.watches.prefix(list.rows).enumerated() {
            put("W\(index + 1)", 1, index, in: area, role: .muted)
            let valueColumn = max(14, area.columns * 25 / 49)
            let sinceColumn = max(valueColumn + 8, area.columns * 39 / 49)
            put(fit(DisplayText(watch.path.description, as: .name), valueColumn - 6), 5, index, in: area)
            let (value, since) = texts(of: watch)
            put(fit(value, sinceColumn - valueColumn - 1), valueColumn, index, in: area)
            put(since, sinceColumn, index, in: area, role: .muted)
        }
        let hidden = model.watches.count - list.rows
        let text: DisplayText =
            hidden > 0
            ? "and \(hidden) more (z: zoom this pane), D: remove" : "a: add the value in State   D: remove (2D: W2)"
        put(text, 1, 0, in: last, role: .muted)
    }

    private func texts(of watch: Watch) -> (value: DisplayText, since: DisplayText) {
        guard let stream = model.stream, stream.id == watch.id else {
            return ("in \(watch.id.entityID, as: .name)", "")
        }
        guard let view = stream.view else { return (glyphs.ellipsis, "") }
        let value: DisplayText
        if !model.showsSecrets, watch.path.isSecret {
            value = DisplayText.mask
        } else {
            value =
                view.tree.value(at: watch.path).map { $0.inlineText(showsSecrets: model.showsSecrets) } ?? "not there"
        }
        guard watch.answeredFor == stream.playhead else { return (value, glyphs.ellipsis) }
        return (value, watch.since.map { "since #\($0)" } ?? "never set")
    }

    /// All watches in the rule that is left of their pane.
    private mutating func drawWatchRule() {
        guard let area = layout.titles[.watches], !area.isEmpty else { return }
        frame.fill(area, with: glyphs.horizontal, role: .rule)
        let role: Role = model.focus == .watches ? .focus : .title
        var column = 2
        frame.put(" ", column: 1, row: 0, in: area)
        if model.watches.isEmpty {
            column += put("4 Watches: a adds the value under the cursor", column, 0, in: area, role: .muted)
        }
        for (index, watch) in model.watches.enumerated() {
            let (value, since) = texts(of: watch)
            var text: DisplayText = index > 0 ? " " + glyphs.dot + " " : ""
            text += "W\(index + 1) \(watch.path.description, as: .name)=" + fit(value, 20)
            if !since.isEmpty { text += " " + since }
            if column + text.width > area.columns - 4 {
                column += put(" " + glyphs.ellipsis, column, 0, in: area, role: .muted)
                break
            }
            column += put(text, column, 0, in: area, role: role)
        }
        frame.put(" ", column: column, row: 0, in: area)
    }
}

extension JSONValue {
    /// The value at the end of a way; nil where the way does not exist.
    func value(at path: StatePath) -> JSONValue? {
        var value = self
        for step in path.steps {
            let next: JSONValue?
            switch step {
            case .key(let key): next = value[key]
            case .index(let index): next = value[index]
            }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
