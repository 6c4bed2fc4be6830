internal import CNcurses
internal import CTerminal

/// Shows frames on the real terminal through curses, which sends only what changed.
///
/// Made and kept by a `TerminalSession`, which restores the terminal when it ends.
package final class CursesSurface: Surface {
    package private(set) var size: Size
    /// How many colours are really shown.
    package var depth: ColorDepth { palette.depth }
    /// Whether the locale can show more than ASCII.
    package let isUnicode: Bool

    private var palette: CursesPalette
    private var theme: Theme
    private let wantedDepth: ColorDepth
    private var previous: Frame?
    private var isCursorVisible = true

    /// Curses must be open.
    init(theme: Theme, depth: ColorDepth, isUnicode: Bool) {
        self.theme = theme
        self.isUnicode = isUnicode
        wantedDepth = depth
        start_color()
        use_default_colors()
        palette = CursesPalette(theme: theme, depth: depth)
        hasChangedColors = palette.hasChangedColors
        size = CursesSurface.windowSize()
        // Curses believes LINES and COLUMNS of the environment, which may be older than the window.
        resizeterm(Int32(max(1, size.rows)), Int32(max(1, size.columns)))
    }

    /// Whether the terminal's own colours were redefined, by this theme or one before.
    private(set) var hasChangedColors: Bool

    /// The signs that this terminal can show.
    package var glyphs: Glyphs { isUnicode ? .unicode : .ascii }

    /// Shows everything in another theme from the next frame on.
    package func apply(_ theme: Theme) {
        self.theme = theme
        palette = CursesPalette(theme: theme, depth: wantedDepth)
        if palette.hasChangedColors, !hasChangedColors {
            hasChangedColors = true
            terminal_guard_arm(true)
        }
        previous = nil
    }

    package func draw(_ frame: Frame) {
        let columns = min(size.columns, frame.size.columns)
        let rows = min(size.rows, frame.size.rows)
        if let previous, previous.size == frame.size {
            for row in 0..<rows {
                for column in 0..<columns {
                    let cell = frame[column, row]
                    if cell != previous[column, row] { set(cell, column: column, row: row) }
                }
            }
        } else {
            werase(curses_window())
            for row in 0..<rows {
                for column in 0..<columns { set(frame[column, row], column: column, row: row) }
            }
        }
        previous = frame
        place(frame.cursor)
        wnoutrefresh(curses_window())
        let isGathered = terminal_frame_begin()
        doupdate()
        // A terminal that does not take it is gone, which the session hears of by itself.
        if isGathered { _ = terminal_frame_end() }
    }

    /// Repaints all of it with the next frame, whatever stands there.
    package func redraw() {
        clearok(curses_physical_screen(), true)
        previous = nil
    }

    /// Asks the window's size again and repaints all of it with the next frame.
    func resize() {
        size = CursesSurface.windowSize()
        resizeterm(Int32(max(1, size.rows)), Int32(max(1, size.columns)))
        clearok(curses_physical_screen(), true)
        previous = nil
    }

    /// Comes back after the terminal was given to somebody else.
    func resume() {
        resize()
        wrefresh(curses_window())
        palette = CursesPalette(theme: theme, depth: wantedDepth)
    }

    private func set(_ cell: Cell, column: Int, row: Int) {
        if cell.isContinuation { return }
        let (pair, attributes) = palette.look(of: cell)
        if isUnicode {
            curses_put_cell(
                Int32(row), Int32(column), cell.base, cell.marks.first, cell.marks.second, attributes, pair)
            return
        }
        let base = Unicode.Scalar(cell.base) ?? "?"
        let character = UInt32(ASCIIFallback.character(for: base))
        curses_put_cell(Int32(row), Int32(column), character, 0, 0, attributes, pair)
        // A wide character keeps its two columns, so that what follows stays in its place.
        let isWide = column + 1 < size.columns && ScalarClass.width(ofPrintable: base) == 2
        if isWide { curses_put_cell(Int32(row), Int32(column + 1), character, 0, 0, attributes, pair) }
    }

    private func place(_ cursor: Position?) {
        let place = cursor.flatMap { Area(size).contains($0) ? $0 : nil }
        if (place != nil) != isCursorVisible {
            curs_set(place == nil ? 0 : 1)
            isCursorVisible = place != nil
        }
        if let place {
            leaveok(curses_window(), false)
            wmove(curses_window(), Int32(place.row), Int32(place.column))
        } else {
            leaveok(curses_window(), true)
        }
    }

    private static func windowSize() -> Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard terminal_window_size(1, &columns, &rows) == 0, columns > 0, rows > 0 else {
            return Size(columns: Int(getmaxx(curses_window())), rows: Int(getmaxy(curses_window())))
        }
        return Size(
            columns: min(Int(columns), Size.largest.columns), rows: min(Int(rows), Size.largest.rows))
    }
}
