extension Frame {
    /// The screen as a picture that looks the same with any monospaced font: each run has its place and its length,
    /// and lines and bars are drawn as shapes, so that they join.
    package func svg(theme: Theme, depth: ColorDepth = .trueColor, title: DisplayText = "Playhead") -> String {
        let drawing = SVGDrawing(frame: self, theme: theme, depth: depth)
        return drawing.document(title: title)
    }
}

/// The parts of a picture of a frame, in whole pixels.
private struct SVGDrawing {
    let frame: Frame
    let theme: Theme
    let depth: ColorDepth

    // A size of 15 makes a column of 9: monospaced fonts are 0.6 as wide as high.
    private let fontSize = 15
    private let cellWidth = 9
    private let cellHeight = 19
    private let baseline = 14
    private let margin = 16

    func document(title: DisplayText) -> String {
        let width = frame.size.columns * cellWidth + 2 * margin
        let height = frame.size.rows * cellHeight + 2 * margin
        let paper = theme.picture.background.components?.notation ?? "#16181d"
        var backgrounds = ""
        var shapes = ""
        var texts = ""
        for row in 0..<frame.size.rows {
            for run in frame.runs(row: row) {
                let colors = PictureColors(run, theme: theme, depth: depth)
                if colors.isFilled { backgrounds += background(of: run, colors) }
                draw(run, colors, shapes: &shapes, texts: &texts)
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img">
            <title>\(escapedForMarkup(title.plainString))</title>
            <rect width="\(width)" height="\(height)" rx="8" fill="\(paper)"/>
            \(backgrounds)\(shapes)<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" \
            font-size="\(fontSize)" xml:space="preserve">
            \(texts)</g>
            \(cursor)</svg>

            """
    }

    private func x(_ column: Int) -> Int { margin + column * cellWidth }
    private func y(_ row: Int) -> Int { margin + row * cellHeight }

    private var cursor: String {
        guard let place = frame.cursor, frame.area.contains(place) else { return "" }
        let ink = theme.picture.foreground.components?.notation ?? "#d4d7dd"
        return rectangle(x: x(place.column), y: y(place.row) + 1, width: 2, height: cellHeight - 2, fill: ink)
    }

    private func background(of run: Frame.Run, _ colors: PictureColors) -> String {
        rectangle(
            x: x(run.column), y: y(run.row), width: run.columns * cellWidth, height: cellHeight,
            fill: colors.background)
    }

    private func rectangle(x: Int, y: Int, width: Int, height: Int, fill: String, opacity: String = "") -> String {
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\"\(opacity)/>\n"
    }

    /// Neighbouring ASCII goes into one element; everything else has its own place, as fonts differ in its width.
    private func draw(_ run: Frame.Run, _ colors: PictureColors, shapes: inout String, texts: inout String) {
        var words: [(column: Int, cell: Cell)] = []
        for (column, cell) in run.cells {
            if let shape = shape(of: cell, column: column, row: run.row, colors) {
                texts += text(words, row: run.row, colors)
                words = []
                shapes += shape
            } else if (0x20...0x7E).contains(cell.base), cell.marks.first == 0 {
                words.append((column, cell))
            } else {
                texts += text(words, row: run.row, colors)
                words = []
                texts += text([(column, cell)], row: run.row, colors)
            }
        }
        texts += text(words, row: run.row, colors)
    }

    private func text(_ cells: [(column: Int, cell: Cell)], row: Int, _ colors: PictureColors) -> String {
        guard let first = cells.firstIndex(where: { $0.cell.base != 0x20 }),
            let last = cells.lastIndex(where: { $0.cell.base != 0x20 })
        else { return underline(cells, row: row, colors) }
        var characters = ""
        for (_, cell) in cells[first...last] { characters.unicodeScalars.append(contentsOf: cell.scalars) }
        let columns = cells[last].column - cells[first].column + 1
        let isWide = columns == 1 && frame[cells[first].column + 1, row].isContinuation
        let length = (isWide ? 2 : columns) * cellWidth
        var attributes = "x=\"\(x(cells[first].column))\" y=\"\(y(row) + baseline)\" fill=\"\(colors.foreground)\""
        // A sign from another font keeps its own width; words keep the columns'.
        if columns > 1 || isWide { attributes += " textLength=\"\(length)\" lengthAdjust=\"spacingAndGlyphs\"" }
        if colors.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
        if colors.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
        attributes += opacity(colors)
        return "<text \(attributes)>\(escapedForMarkup(characters))</text>\n" + underline(cells, row: row, colors)
    }

    private func underline(_ cells: [(column: Int, cell: Cell)], row: Int, _ colors: PictureColors) -> String {
        guard colors.attributes.contains(.underline), let first = cells.first else { return "" }
        return rectangle(
            x: x(first.column), y: y(row) + baseline + 2, width: cells.count * cellWidth, height: 1,
            fill: colors.foreground, opacity: opacity(colors))
    }

    private func opacity(_ colors: PictureColors) -> String {
        colors.attributes.contains(.dim) ? " fill-opacity=\".6\"" : ""
    }

    /// Lines and bars as rectangles.
    private func shape(of cell: Cell, column: Int, row: Int, _ colors: PictureColors) -> String? {
        let left = x(column)
        let top = y(row)
        let middleX = left + cellWidth / 2
        let middleY = top + cellHeight / 2
        func line(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String {
            rectangle(x: x, y: y, width: width, height: height, fill: colors.foreground, opacity: opacity(colors))
        }
        let across = line(left, middleY, cellWidth, 1)
        let down = line(middleX, top, 1, cellHeight)
        switch cell.base {
        case 0x2500: return across
        case 0x2502: return down
        case 0x252C: return across + line(middleX, middleY, 1, top + cellHeight - middleY)
        case 0x2534: return across + line(middleX, top, 1, middleY - top)
        case 0x253C: return across + down
        case 0x251C: return down + line(middleX, middleY, left + cellWidth - middleX, 1)
        case 0x2524: return down + line(left, middleY, middleX - left, 1)
        case 0x2581...0x2588:
            // A pixel stays free at the right and on top, so that neighbours can be told apart.
            let height = (cellHeight - 2) * Int(cell.base - 0x2580) / 8
            return line(left, top + cellHeight - height, cellWidth - 1, height)
        default: return nil
        }
    }
}
