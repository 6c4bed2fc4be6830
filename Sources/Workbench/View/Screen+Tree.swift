import EventSourcing
import Inspection
import Terminal

/// The lines of a tree, with what changed and what it was beside each value.
extension Screen {
    mutating func drawTree(_ tree: StateTree, in area: Area) {
        guard !area.isEmpty, !tree.rows.isEmpty else { return }
        // In the short form the last line says how much more there is.
        let overflows =
            (tree.isDigest || model.state.tab == .event) && tree.rows.count > area.rows && model.focus != .state
        let rows = overflows ? area.rows - 1 : area.rows
        let chosen = model.focus == .state ? tree.index(of: model.state.tree.selected) : nil
        var top = min(model.state.tree.top, max(0, tree.rows.count - rows))
        if let chosen {
            top = Scrolling.top(from: top, showing: chosen, in: 0...max(0, tree.rows.count - 1), rows: rows)
        }
        let shown = top..<min(tree.rows.count, top + max(0, rows))
        let columns = columns(for: tree.rows[shown], in: area)
        for index in shown {
            draw(tree.rows[index], columns, index - top, isChosen: index == chosen, in: area)
        }
        if overflows {
            put(
                glyphs.ellipsis + " \(tree.rows.count - shown.upperBound) more (z: zoom this pane)", 1, area.rows - 1,
                in: area, role: .muted)
        }
    }

    private struct TreeColumns {
        var value: Int
        var was: Int
    }

    /// Where values and what they were begin: as far left as the labels on the screen allow, but not before the
    /// picture's own columns.
    private func columns(for rows: ArraySlice<StateTree.Row>, in area: Area) -> TreeColumns {
        var labels = 0
        var values = 0
        for row in rows {
            labels = max(labels, 1 + 2 * row.depth + min(80, label(of: row).width))
            if row.change?.before != nil, row.kind == .changed { values = max(values, min(80, value(of: row).width)) }
        }
        let value = max(min(15, area.columns / 2), min(labels + 2, area.columns / 2))
        let was = max(area.columns > 40 ? 32 : 0, min(value + values + 2, area.columns * 2 / 3))
        return TreeColumns(value: value, was: was)
    }

    private func label(of row: StateTree.Row) -> DisplayText {
        var text = DisplayText(row.label, as: .name, limit: 400)
        if case .array(let elements) = row.value, row.kind != .removed, !elements.isEmpty {
            text += " [\(elements.count)]"
        }
        return text
    }

    private func value(of row: StateTree.Row) -> DisplayText {
        if row.isOpen { return "" }
        if isHidden(row) { return DisplayText.mask }
        return row.value.inlineText(showsSecrets: model.showsSecrets, without: row.identityKey)
    }

    /// The event that had set what a change took away, where that is known.
    private func origin(of change: StateChange) -> Int64? {
        model.stream?.origins[change.path].flatMap { $0 > 0 ? $0 : nil }
    }

    private func isHidden(_ row: StateTree.Row) -> Bool { !model.showsSecrets && row.path.isSecret }

    private mutating func draw(
        _ row: StateTree.Row, _ columns: TreeColumns, _ line: Int, isChosen: Bool, in area: Area
    ) {
        if let kind = row.kind { put(sign(of: kind), 0, line, in: area, role: role(of: kind)) }
        let start = 1 + 2 * row.depth
        let labelRole = row.kind.map(role(of:)) ?? .text
        let room = columns.value - start - 1
        put(row.isOpen ? label(of: row) : fit(label(of: row), max(3, room)), start, line, in: area, role: labelRole)
        let note = note(on: row)
        let valueColumn = max(columns.value, start + 1)
        if row.kind == .removed {
            put(note, valueColumn, line, in: area, role: .removed)
        } else if !row.isOpen {
            let room = note.isEmpty ? area.columns - valueColumn : max(6, columns.was - valueColumn - 1)
            let text = fit(value(of: row), min(room, area.columns - valueColumn))
            let used = put(text, valueColumn, line, in: area)
            if !note.isEmpty {
                put(note, max(columns.was, valueColumn + used + 1), line, in: area, role: .muted)
            }
        }
        if isChosen {
            frame.restyle(area.line(line), role: nil, adding: .reverse)
            if model.prompt == nil, model.help == nil {
                frame.cursor = Position(column: area.column, row: area.row + line)
            }
        }
    }

    /// `was "Basel" (#13)`, or how much changed within a folded value.
    private func note(on row: StateTree.Row) -> DisplayText {
        if row.leftOut > 0 { return "and \(row.leftOut) more" }
        guard let change = row.change ?? (row.inner.count == 1 ? row.inner.first : nil) else {
            return row.inner.isEmpty ? "" : "\(row.inner.count) changes within"
        }
        guard let before = change.before else { return "" }
        var text: DisplayText = "was "
        if row.change == nil { text += DisplayText(StatePath(Array(change.path.steps.suffix(1))).description) + " " }
        let isHidden = !model.showsSecrets && change.path.isSecret
        let told = row.kind == .removed ? row.identityKey : nil
        text +=
            isHidden ? DisplayText.mask : before.inlineText(showsSecrets: model.showsSecrets, limit: 60, without: told)
        if let setter = change.beforeSetBy ?? origin(of: change) { text += " (#\(setter))" }
        return text
    }
}
