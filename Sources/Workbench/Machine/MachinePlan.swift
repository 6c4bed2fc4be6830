import EventSourcing
import Inspection
import StateMachines
import Terminal

/// How the Machine tab shares its cells: the drawing with the lines below or beside it, or where there is no room for one
/// the lines alone, with the table behind them.
struct MachinePlan {
    /// The drawing; nil where there is no room.
    let drawing: MachineDrawing?
    /// Where the drawing stands, or all lines where there is none.
    let main: Area
    /// Where the lines stand beside or below a drawing.
    let notes: Area
    /// How many lines `main` has to show.
    let lines: Int
    /// The first line that is shown as long as nobody scrolls.
    let start: Int

    /// A drawing is not shown in fewer rows, and lines are not put beside one in fewer columns.
    private static let least = (rows: 8, columns: 40)

    init(area: Area, view: MachineView, lines: MachineLines) {
        let notesCount = lines.notes.count
        let chosen = Self.placed(view.drawings, in: area, notes: notesCount)
        guard let (drawing, main, notes) = chosen else {
            self.drawing = nil
            main = area
            notes = Area(columns: 0, rows: 0)
            self.lines = notesCount + 1 + lines.table.count
            start = 0
            return
        }
        self.drawing = drawing
        self.main = main
        self.notes = notes
        self.lines = drawing.lines.count
        // The present state stands in the middle, with what led there where both have room.
        let lit = drawing.lit.flatMap { $0.count <= main.rows ? $0 : nil } ?? drawing.current ?? 0..<0
        start = max(0, min(lit.lowerBound + lit.count / 2 - main.rows / 2, drawing.lines.count - main.rows))
    }

    /// The first of the lines that is shown, behind as much scrolling as was done.
    func top(scrolledBy offset: Int) -> Int { max(0, min(start + offset, lines - main.rows)) }

    private static func placed(
        _ drawings: [MachineDrawing], in area: Area, notes: Int
    ) -> (MachineDrawing, Area, Area)? {
        for drawing in drawings {
            let columns = drawing.columns
            if area.rows >= least.rows, columns + 2 + least.columns <= area.columns {
                let (main, rest) = area.split(left: columns)
                return (drawing, main, rest.split(left: 2).rest)
            }
            // A row of its own says which part of the drawing is seen.
            let below = min(notes, area.rows / 2) + 1
            if columns <= area.columns, area.rows - below >= least.rows {
                let (lower, upper) = area.split(bottom: below)
                return (drawing, upper, lower)
            }
        }
        return nil
    }
}

extension MachineDrawing {
    /// How many columns it takes.
    fileprivate var columns: Int {
        lines.map { line in line.reduce(0) { $0 + DisplayText($1.text).width } }.max() ?? 0
    }
}

extension Model {
    /// How the machine of the open stream is shown; nil where it is not known yet.
    var machinePlan: MachinePlan? {
        stream?.machine.map { view in
            MachinePlan(area: layout[.state], view: view, lines: MachineLines(view: view, glyphs: .unicode))
        }
    }

    /// Why there is no machine to be seen; nil where there is one.
    var whyNoMachine: DisplayText? {
        guard let stream else { return "no stream is open: s lists the streams" }
        guard stream.domain?.isMachine != true else { return nil }
        return DisplayText(stream.id.entityType, as: .name) + " is no state machine: gs shows its state"
    }
}
