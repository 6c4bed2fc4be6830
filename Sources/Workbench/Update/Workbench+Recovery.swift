import EventSourcing
import Inspection
import Terminal

/// Recovery step by step, and what the modes of the replay filter make of a stream.
extension Workbench {
    mutating func showRecovery() {
        guard let stream = model.stream else { return }
        model.recovery = RecoveryReport(id: stream.id)
        model.place = .recovery
        focus(on: .timeline)
        ask(.recovery(stream.id), for: .recovery)
    }

    /// Reads `fail|warn|repair|off` and `interleaved|any`, in any order, and compares all modes.
    mutating func compareFilters(_ argument: String) {
        guard let stream = model.stream else { return }
        var filter = ReplayFilter(mode: model.filters?.mode ?? ReplayFilter.standard.mode)
        do {
            try filter.read(argument.split(separator: " ").map(String.init))
        } catch {
            model.message = StatusMessage("\(error.word, as: .name) is none: \(UnknownFilterWord.choices)", .failure)
            return
        }
        let report = FilterReport(id: stream.id, comparison: filter.comparison, mode: filter.mode)
        model.filters = report
        model.place = .filters
        focus(on: .timeline)
        ask(.filters(stream.id, report.comparison), for: .filters)
    }

    mutating func take(_ outcome: RecoveryOutcome, to question: Question?) {
        guard case .recovery(let id)? = question, model.recovery?.id == id else { return }
        model.recovery?.outcome = outcome
    }

    mutating func take(_ outcomes: [RecoveryOutcome], to question: Question?) {
        guard case .filters(let id, let comparison)? = question, model.filters?.id == id,
            model.filters?.comparison == comparison
        else { return }
        model.filters?.outcomes = outcomes
    }

    // MARK: - The cursor

    mutating func moveInReport(_ id: Command.ID, count: Int?) {
        let rows = model.rows(of: .timeline)
        switch model.place {
        case .recovery:
            guard var report = model.recovery, let outcome = report.outcome else { return }
            let steps = RecoverySteps.steps(of: outcome, model: model)
            let line = target(id, count, from: report.cursor.selected, of: steps.count, rows)
            report.cursor.selected = max(0, min(line, steps.count - 1))
            report.cursor.top = RecoverySteps.top(of: report, steps, in: model.layout[.timeline])
            model.recovery = report
        case .chain: moveInChain(id, count: count)
        case .warnings:
            let list = model.warnings
            moveInWarnings(to: target(id, count, from: list.cursor.selected, of: list.shown.count, rows))
        default:
            guard let report = model.filters else { return }
            let modes = FilterComparisonJob.modes
            let line = target(id, count, from: modes.firstIndex(of: report.mode) ?? 0, of: modes.count, rows)
            model.filters?.mode = modes[max(0, min(line, modes.count - 1))]
        }
    }

    /// Goes to the event that the chosen line is about.
    mutating func enterReport() {
        let number: Int64?
        switch model.place {
        case .recovery:
            guard let report = model.recovery, let outcome = report.outcome else { return }
            let steps = RecoverySteps.steps(of: outcome, model: model)
            guard steps.indices.contains(report.cursor.selected) else { return }
            number = steps[report.cursor.selected].number
        case .warnings: return enterWarning()
        case .chain: return enterChain()
        default:
            guard let chosen = model.filters?.chosen else { return }
            number = chosen.conflicts.first?.sequenceNumber
            if number == nil {
                model.message = StatusMessage("\(chosen.filter.mode.word) meets no conflict here")
                return
            }
        }
        guard let number else {
            model.message = StatusMessage("this step is about no event: j goes on")
            return
        }
        model.place = .events
        jump(to: number)
    }
}

extension RecoverySteps {
    /// The first row to show, so that the chosen step is seen whole where it fits.
    static func top(of report: RecoveryReport, _ steps: [Step], in area: Area) -> Int {
        let rows = rows(of: steps, through: report.cursor.selected, columns: area.columns)
        let own = rows.indices.filter { rows[$0].step == report.cursor.selected }
        guard let first = own.first, let last = own.last else { return 0 }
        let height = max(1, area.rows)
        return max(0, min(first, max(report.cursor.top, last - height + 1)))
    }
}
