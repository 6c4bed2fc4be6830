import EventSourcing
import Inspection
import Terminal

/// Recovery step by step, and the modes of the replay filter side by side.
extension Screen {
    mutating func drawRecovery() {
        let area = layout[.timeline]
        guard let report = model.recovery else { return }
        var parts = [title(.timeline, "Recovery"), (DisplayText(report.id.description, as: .name), Role.text)]
        guard let outcome = report.outcome else {
            drawRule(layout.titles[.timeline] ?? area, parts)
            drawWaiting(for: .recovery, "recovering", in: area)
            return
        }
        let steps = RecoverySteps.steps(of: outcome, model: model)
        parts.append(("step \(report.cursor.selected + 1) of \(steps.count)", .muted))
        drawRule(layout.titles[.timeline] ?? area, parts)
        let rows = RecoverySteps.rows(of: steps, through: report.cursor.selected, columns: area.columns)
        let top = RecoverySteps.top(of: report, steps, in: area)
        for line in 0..<min(area.rows, rows.count - top) {
            let row = rows[top + line]
            let isFirst = rows[..<(top + line)].last?.step != row.step
            let isChosen = row.step == report.cursor.selected
            if isChosen, isFirst || line == 0 { choose(line, in: area) }
            put(row.name, 2, line, in: area, role: isChosen ? .playhead : row.role)
            put(row.text, row.column, line, in: area, role: row.role == .future ? .future : isChosen ? .text : .muted)
            if !row.time.isEmpty {
                put(row.time.padded(to: 8, alignment: .right), area.columns - 8, line, in: area, role: .muted)
            }
        }
    }

    private mutating func drawWaiting(for purpose: Request.Purpose, _ what: DisplayText, in area: Area) {
        let part = Int((model.requests.progress(of: purpose) ?? 0) * 100)
        drawEmpty([what + glyphs.ellipsis + " \(part) %", "Esc stops it"], in: area)
    }

    // MARK: - The replay filter

    mutating func drawFilters() {
        let area = layout[.timeline]
        guard let report = model.filters else { return }
        drawRule(
            layout.titles[.timeline] ?? area,
            [
                title(.timeline, "Replay filter"), (DisplayText(report.id.description, as: .name), .text),
                (DisplayText(report.comparison.word), .accent),
            ])
        guard let outcomes = report.outcomes else {
            drawWaiting(for: .filters, "recovering with each mode", in: area)
            return
        }
        var line = 0
        let isTall = area.rows >= 12
        if isTall {
            let meaning: DisplayText =
                switch report.comparison {
                case .interleaved: "a conflict: an event of an older writer after one of a newer"
                case .anySecondWriter: "a conflict: an event by another writer than the one before"
                }
            put(meaning, 2, 0, in: area, role: .muted)
            line = 2
        } else if let index = outcomes.firstIndex(where: { $0.filter.mode == report.mode }) {
            // The chosen mode stays in sight, whatever else goes.
            line = min(0, area.rows - 2 - index)
        }
        line = drawModes(outcomes, report, from: line, in: area)
        if isTall { line += 1 }
        if let chosen = report.chosen, let conflict = chosen.conflicts.first {
            let more = chosen.conflictCount > 1 ? ", and \(chosen.conflictCount - 1) more" : ""
            put(
                "#\(conflict.sequenceNumber): " + model.sentence(about: conflict) + DisplayText(more), 2, line,
                in: area,
                role: .finding)
            line += isTall ? 2 : 1
        }
        drawStates(FilterColumns(outcomes), from: line, in: area)
    }

    /// A row for each mode; says where the next row is.
    private mutating func drawModes(
        _ outcomes: [RecoveryOutcome], _ report: FilterReport, from start: Int, in area: Area
    ) -> Int {
        let isWide = area.columns >= 60
        let end = isWide ? 39 : 10
        put("mode", 2, start, in: area, role: .title)
        if isWide {
            put("conflicts", 10, start, in: area, role: .title)
            put("folded", 22, start, in: area, role: .title)
            put("left out", 29, start, in: area, role: .title)
        }
        put("recovery", end, start, in: area, role: .title)
        for (index, outcome) in outcomes.enumerated() {
            let line = start + 1 + index
            let isChosen = outcome.filter.mode == report.mode
            let role: Role = isChosen ? .playhead : .text
            if isChosen { choose(line, in: area) }
            put(DisplayText(outcome.filter.mode.word), 2, line, in: area, role: role)
            if isWide {
                let conflicts: DisplayText =
                    outcome.filter.mode == .off ? "-" : Words.grouped(outcome.conflictCount)
                put(conflicts.padded(to: 9, alignment: .right), 10, line, in: area, role: role)
                put(Words.grouped(outcome.foldedCount).padded(to: 8, alignment: .right), 20, line, in: area, role: role)
                put(
                    Words.grouped(outcome.leftOutCount).padded(to: 8, alignment: .right), 29, line, in: area, role: role
                )
            }
            put(ending(of: outcome), end, line, in: area, role: outcome.failure == nil ? role : .error)
        }
        return start + 1 + outcomes.count
    }

    private func ending(of outcome: RecoveryOutcome) -> DisplayText {
        if let failure = outcome.failure {
            let cause: DisplayText =
                failure.phase == .filter
                ? "conflict at #\(failure.sequenceNumber)"
                : "\(failure.phase.rawValue) at #\(failure.sequenceNumber): " + DisplayText(failure.reason)
            return glyphs.anomaly + " no entity: " + cause
        }
        switch outcome.filter.mode {
        case .off: return "the state below, unasked"
        case .repairByDiscardOld where outcome.leftOutCount > 0:
            return "without " + RecoverySteps.numbers(outcome.leftOut, of: outcome.leftOutCount, most: 3)
        case .warn where outcome.conflictCount > 0:
            return Words.count(outcome.conflictCount, "warning", "warnings") + ", all kept"
        default: return "no conflict"
        }
    }

    /// The values that differ, a column for each state.
    private mutating func drawStates(_ states: FilterColumns, from start: Int, in area: Area) {
        guard start < area.rows else { return }
        guard states.columns.count > 1 else {
            let sentence: DisplayText =
                switch states.columns.first {
                case nil: "no mode gives a state"
                case let only?:
                    only.modes.count == FilterComparisonJob.modes.count
                        ? "all modes give the same state" : only.title + " give the same state"
                }
            put(sentence, 2, start, in: area, role: .muted)
            return
        }
        let nameWidth = max(10, area.columns * 3 / 10)
        let width = max(6, (area.columns - 2 - nameWidth) / states.columns.count)
        put("value", 2, start, in: area, role: .title)
        for (index, column) in states.columns.enumerated() {
            put(fit(column.title, width - 1), 2 + nameWidth + index * width, start, in: area, role: .title)
        }
        let room = area.rows - start - 1
        let shown = states.rows.count <= room ? states.rows.count : max(0, room - 1)
        for (index, row) in states.rows.prefix(shown).enumerated() {
            let line = start + 1 + index
            put(fit(DisplayText(row.path.description, as: .name), nameWidth - 1), 2, line, in: area, role: .changed)
            let isHidden = !model.showsSecrets && row.path.isSecret
            for (place, value) in row.values.enumerated() {
                let text: DisplayText =
                    isHidden ? DisplayText.mask : value.shortText(showsSecrets: model.showsSecrets)
                put(fit(text, width - 1), 2 + nameWidth + place * width, line, in: area)
            }
        }
        if shown < states.rows.count, room > 0 {
            put(
                glyphs.ellipsis + " \(states.rows.count - shown) more values", 2, area.rows - 1, in: area, role: .muted
            )
        }
    }
}
