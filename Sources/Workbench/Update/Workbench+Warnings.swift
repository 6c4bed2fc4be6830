import EventSourcing
import Inspection
import Terminal

/// What the engine warned of.
extension Workbench {
    /// Takes the warnings that have come, and says the newest.
    mutating func take(_ warnings: Warnings) {
        guard let newest = warnings.kept.last else { return }
        model.warnings.all.add(warnings)
        if model.place == .warnings {
            // The chosen one stays the chosen one.
            let last = max(0, model.warnings.shown.count - 1)
            model.warnings.cursor.selected = min(last, model.warnings.cursor.selected + warnings.count)
            model.warnings.cursor.top = min(last, model.warnings.cursor.top + warnings.count)
        } else {
            model.warnings.hasNews = true
        }
        model.toldFinding = nil
        let count: DisplayText = warnings.count == 1 ? "warning: " : "\(warnings.count) warnings, the last: "
        model.message = StatusMessage(count + WarningRows.text(of: newest), .warning)
    }

    mutating func showWarnings() {
        model.warnings.hasNews = false
        model.warnings.cursor = ListCursor()
        model.place = .warnings
        focus(on: .timeline)
    }

    mutating func moveInWarnings(to line: Int) {
        model.warnings.cursor.selected = max(0, min(line, model.warnings.shown.count - 1))
        model.warnings.cursor.top = WarningRows.top(of: model.warnings, in: model.layout[.timeline])
    }

    /// Goes to the event that the chosen warning is about.
    mutating func enterWarning() {
        guard let chosen = model.warnings.chosen else { return }
        guard let id = chosen.id else {
            model.message = StatusMessage("this warning is about no stream: j goes on")
            return
        }
        goTo(Address(id: id, sequenceNumber: chosen.sequenceNumber))
    }
}
