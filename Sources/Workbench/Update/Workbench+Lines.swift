import EventSourcing
import Inspection
import Terminal

/// Choosing a line: in the state's tree, in the lists in the Timeline's place, in the help.
extension Workbench {
    mutating func performInLines(_ id: Command.ID, count: Int?) {
        switch model.context {
        case .help: scrollHelp(id, count: count ?? 1)
        case .streams:
            let rows = model.rows(of: .timeline)
            model.streams.cursor.move(
                to: target(id, count, from: model.streams.cursor.selected, of: model.streams.heads.count, rows),
                of: model.streams.heads.count, seen: rows)
        case .setters:
            let rows = model.rows(of: .timeline)
            model.setters.cursor.move(
                to: target(id, count, from: model.setters.cursor.selected, of: model.setters.setters.count, rows),
                of: model.setters.setters.count, seen: rows)
        case .log: moveInLog(id, count: count)
        case .reactions: moveInReactions(id, count: count)
        case .report: moveInReport(id, count: count)
        case .state: moveInState(id, count: count)
        default: break
        }
    }

    /// The line that a command means, from another one.
    func target(_ id: Command.ID, _ count: Int?, from line: Int, of lines: Int, _ rows: Int) -> Int {
        let steps = min(count ?? 1, Int(Int32.max))
        let screen = max(1, rows - 1) * min(steps, 100_000)
        return switch id {
        case .nextLine: line + steps
        case .previousLine: line - steps
        case .lineScreenForward: line + screen
        case .lineScreenBack: line - screen
        case .firstLine: (count ?? 1) - 1
        case .lastLine: (count ?? lines) - 1
        default: line
        }
    }

    private mutating func scrollHelp(_ id: Command.ID, count: Int) {
        guard let help = model.help else { return }
        // The title takes one.
        let rows = max(1, model.layout.body.rows - 1)
        let lines = HelpLines.rows(for: help.context, model: model, columns: model.layout.body.columns).count
        let top = target(id, id == .lastLine || id == .firstLine ? nil : count, from: help.top, of: lines, rows)
        model.help?.top = max(0, min(top, lines - rows))
    }

    // MARK: - The state's tree

    private mutating func moveInState(_ id: Command.ID, count: Int?) {
        let tab = model.state.tab
        if tab == .machine { return scrollMachine(id, count: count ?? 1) }
        guard tab == .state || tab == .event else {
            scrollStateLines(id, count: count ?? 1)
            return
        }
        let tree = StateTree(model: model)
        let rows = tree.rows
        guard !rows.isEmpty else { return }
        var cursor = model.state.tree
        let current = tree.index(of: cursor.selected)
        switch id {
        case .unfold, .fold:
            guard let current else { return choose(rows[0].path, in: tree) }
            turn(rows[current], id == .unfold, &cursor, tree, at: current)
            model.state.tree = cursor
            scrollTree()
        default:
            guard let current else { return choose(rows[0].path, in: tree) }
            let line = target(id, count, from: current, of: rows.count, treeHeight)
            choose(rows[max(0, min(line, rows.count - 1))].path, in: tree)
        }
    }

    /// Opens or folds a row; what is open already is gone into, what is folded already is gone out of.
    private func turn(_ row: StateTree.Row, _ opens: Bool, _ cursor: inout TreeCursor, _ tree: StateTree, at index: Int)
    {
        if opens {
            if row.canOpen, !row.isOpen {
                cursor.isOpen[row.path] = true
            } else if row.isOpen, tree.rows.indices.contains(index + 1) {
                cursor.selected = tree.rows[index + 1].path
            }
        } else if row.isOpen {
            cursor.isOpen[row.path] = false
        } else if let parent = tree.rows[..<index].last(where: { $0.isOpen && $0.path.isAround(row.path) }) {
            cursor.selected = parent.path
        }
    }

    private var treeHeight: Int { StateTree.height(in: model.layout[.state], tab: model.state.tab, model: model) }

    private mutating func choose(_ path: StatePath, in tree: StateTree) {
        model.state.tree.selected = path
        scrollTree()
    }

    /// Keeps the chosen value in sight.
    mutating func scrollTree() {
        let tree = StateTree(model: model)
        guard let index = tree.index(of: model.state.tree.selected) else { return }
        model.state.tree.top = Scrolling.top(
            from: model.state.tree.top, showing: index, in: 0...max(0, tree.rows.count - 1), rows: treeHeight)
    }

    /// Chooses the first value when the pane gets the keys and none is chosen.
    mutating func chooseFirstValue() {
        guard model.state.tab == .state || model.state.tab == .event, model.state.tree.selected == nil,
            let first = StateTree(model: model).rows.first
        else { return }
        model.state.tree.selected = first.path
    }

    private mutating func scrollStateLines(_ id: Command.ID, count: Int) {
        let rows = model.rows(of: .state)
        let lines = StateLines.count(model: model)
        let top = target(
            id, id == .lastLine || id == .firstLine ? nil : count, from: model.state.tree.top, of: lines, rows)
        model.state.tree.top = max(0, min(top, lines - rows))
    }
}

extension StatePath {
    /// Whether the other path goes on from here.
    func isAround(_ other: StatePath) -> Bool {
        steps.count < other.steps.count && other.steps.starts(with: steps)
    }
}
