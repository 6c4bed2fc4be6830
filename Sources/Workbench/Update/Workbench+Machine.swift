import Inspection
import Terminal

/// Scrolling in the Machine tab, whose drawing begins where the present state stands.
extension Workbench {
    mutating func scrollMachine(_ id: Command.ID, count: Int?) {
        guard let plan = model.machinePlan else { return }
        let rows = plan.main.rows
        let line = target(
            id, id == .lastLine || id == .firstLine ? nil : count, from: plan.top(scrolledBy: model.state.tree.top),
            of: plan.lines, rows)
        // Kept as the distance from where it would be by itself, so that it stays there when the state changes.
        model.state.tree.top = max(0, min(line, plan.lines - rows)) - plan.start
    }
}
