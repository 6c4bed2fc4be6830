/// Finds where everything in a drawing stands.
///
/// The states stand below each other. All edges to one state share a lane on the right, which leads to the state's first
/// line; so a line that ends at a lane belongs to it, and one that crosses it does not. Short lanes stand further left.
struct DrawingLayout {
    /// A line below a state's name.
    private enum Line {
        case edge(MachineOutline.Edge, target: String?)
        case timeout(String)
    }

    private struct Box {
        var state: String
        var top: Int
        var lines: [Line]

        /// The row of the name.
        var entry: Int { top + 1 }
        var bottom: Int { top + 2 + lines.count }
    }

    private struct Lane {
        var target: String
        var rows: ClosedRange<Int>
    }

    private let outline: MachineOutline
    private let trace: MachineTrace?
    private let isShort: Bool
    private let columns: (Character) -> Int
    private let taken: [MachineOutline.Edge: Int]
    private let boxes: [Box]
    private let lanes: [Lane]
    /// The columns of the boxes' right sides, and of the first lane.
    private let side: Int
    private let firstLane: Int
    private(set) var grid: DrawingGrid

    init(
        _ outline: MachineOutline, after trace: MachineTrace?, isShort: Bool,
        measuring columns: @escaping (Character) -> Int
    ) {
        self.isShort = isShort
        self.outline = outline
        self.trace = trace
        self.columns = columns
        taken = outline.taken(in: trace)
        var boxes: [Box] = []
        for state in outline.states {
            let timeouts = isShort ? outline.shortTimeoutLabels(of: state) : outline.timeoutLabels(of: state)
            var lines = timeouts.map { Line.timeout(PictureText.visible($0)) }
            for edge in outline.edges where edge.state == state {
                let targets = outline.targets(of: edge)
                lines += targets.isEmpty ? [Line.edge(edge, target: nil)] : targets.map { Line.edge(edge, target: $0) }
            }
            boxes.append(Box(state: state, top: boxes.last.map { $0.bottom + 1 } ?? 0, lines: lines))
        }
        self.boxes = boxes

        func width(_ text: String) -> Int { Self.width(of: text, measuring: columns) }
        side = 5 + (outline.states.map { width(PictureText.visible($0)) }.max() ?? 0)
        let labels = boxes.flatMap(\.lines).map { line in
            switch line {
            case .edge(let edge, _):
                width(PictureText.visible(isShort ? outline.shortLabel(of: edge) : outline.label(of: edge)))
            case .timeout(let text): width(text)
            }
        }
        firstLane = side + 5 + (labels.max() ?? 0)

        var reach: [String: ClosedRange<Int>] = [:]
        for box in boxes {
            for (index, line) in box.lines.enumerated() {
                guard case .edge(_, let target?) = line, let goal = boxes.first(where: { $0.state == target })
                else { continue }
                let row = box.entry + 1 + index
                let known = reach[target] ?? goal.entry...goal.entry
                reach[target] = min(known.lowerBound, row)...max(known.upperBound, row)
            }
        }
        lanes = boxes.compactMap { box in reach[box.state].map { Lane(target: box.state, rows: $0) } }
            .enumerated().sorted { ($0.element.rows.count, $0.offset) < ($1.element.rows.count, $1.offset) }
            .map(\.element)
        grid = DrawingGrid(columns: firstLane + 2 * max(1, lanes.count), rows: (boxes.last?.bottom ?? -1) + 1)
    }

    private static func width(of text: String, measuring columns: (Character) -> Int) -> Int {
        text.reduce(0) { $0 + max(1, columns($1)) }
    }

    /// What stands at the line of an edge.
    private func text(of edge: MachineOutline.Edge) -> String {
        PictureText.visible(isShort ? outline.shortLabel(of: edge) : outline.label(of: edge))
    }

    mutating func draw() {
        for box in boxes { draw(box) }
        for (index, lane) in lanes.enumerated() { draw(lane, at: firstLane + 2 * index) }
    }

    private mutating func draw(_ box: Box) {
        let isCurrent = trace?.current.state == box.state
        let role: MachineDrawing.Role = isCurrent ? .currentState : .state
        let edge = String(repeating: "─", count: side - 1)
        write("┌\(edge)┐", at: 0, box.top, role)
        write("└\(edge)┘", at: 0, box.bottom, role)
        let mark =
            if isCurrent { "●" } else if box.state == outline.initial {
                "▸"
            } else if outline.finals.contains(box.state) {
                "◎"
            } else { " " }
        for row in box.entry..<box.bottom {
            write("│\(String(repeating: " ", count: side - 1))│", at: 0, row, role)
        }
        write("\(mark) \(PictureText.visible(box.state))", at: 2, box.entry, role)
        for (index, line) in box.lines.enumerated() {
            let row = box.entry + 1 + index
            switch line {
            case .timeout(let text): write(text, at: side + 3, row, .timeout)
            case .edge(let edge, let target):
                let isTaken = isTaken(edge, to: target)
                write("├", at: side, row, role)
                write("─", at: side + 1, row, isTaken ? .takenLine : .line)
                write(text(of: edge), at: side + 3, row, isTaken ? .takenLabel : .label)
            }
        }
    }

    private mutating func draw(_ lane: Lane, at column: Int) {
        guard let goal = boxes.first(where: { $0.state == lane.target }) else { return }
        var isEntered = false
        for box in boxes {
            for (index, line) in box.lines.enumerated() {
                guard case .edge(let edge, lane.target) = line else { continue }
                let row = box.entry + 1 + index
                let isTaken = isTaken(edge, to: lane.target)
                isEntered = isEntered || isTaken
                let start = side + 4 + Self.width(of: text(of: edge), measuring: columns)
                for place in start..<column { grid.join([.left, .right], at: place, row, taken: isTaken) }
                grid.join(.left, at: column, row, taken: isTaken)
                for place in min(row, goal.entry)..<max(row, goal.entry) {
                    grid.join(.down, at: column, place, taken: isTaken)
                    grid.join(.up, at: column, place + 1, taken: isTaken)
                }
            }
        }
        write("◀", at: side + 1, goal.entry, isEntered ? .takenLine : .line)
        for place in side + 2..<column { grid.join([.left, .right], at: place, goal.entry, taken: isEntered) }
        grid.join(.left, at: column, goal.entry, taken: isEntered)
    }

    /// Whether an edge was taken to one of its targets.
    private func isTaken(_ edge: MachineOutline.Edge, to target: String?) -> Bool {
        guard taken[edge] != nil, let trace else { return false }
        guard let target else { return true }
        return trace.steps.contains { step in
            guard step.from.state == edge.state, step.event == edge.event, case .goto(let place) = step.target
            else { return false }
            return place.state == target
        }
    }

    private mutating func write(_ text: String, at column: Int, _ row: Int, _ role: MachineDrawing.Role) {
        grid.write(text, at: column, row, role, measuring: columns)
    }
}
