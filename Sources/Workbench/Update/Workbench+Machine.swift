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

    /// Waits until less is left of an armed timeout, as long as one is looked at: where none is, nothing is waited for.
    mutating func askForCountdown(in stream: OpenStream) {
        let shown = OpenStream.MachineKey(playhead: stream.playhead, last: stream.last)
        guard model.state.tab == .machine, !model.layout[.state].isEmpty, stream.machineFor == shown,
            let pause = stream.machine?.timeouts.compactMap(\.pause).min()
        else { return stop(.countdown) }
        want(.wait(milliseconds: pause), for: .countdown)
    }
}

extension MachineTimeoutView {
    /// How many milliseconds pass until another rest is worth showing; nil for a timeout that is not armed, or is due.
    ///
    /// The pause ends in the middle of a second, so that the rest that is shown then is a round one.
    fileprivate var pause: Int? {
        guard case .armed(_, let left) = timer, left > .zero else { return nil }
        let milliseconds = Int((left / .milliseconds(1)).rounded(.up))
        if milliseconds <= 1_000 { return milliseconds }
        let step =
            switch left {
            case ...Duration.seconds(120): 1_000
            case ...Duration.seconds(3_600): 10_000
            case ...Duration.seconds(86_400): 60_000
            default: 3_600_000
            }
        let rest = (milliseconds - 500) % step
        return rest == 0 ? step : rest
    }
}
