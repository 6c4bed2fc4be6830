import Terminal

/// Lines of columns that stand under each other, written as they come: a column grows with what it is given.
struct Table {
    /// One column.
    struct Column {
        var title: DisplayText
        var isNumber = false
        var width: Int

        init(_ title: DisplayText, isNumber: Bool = false, width: Int = 0) {
            self.title = title
            self.isNumber = isNumber
            self.width = max(width, title.width)
        }
    }

    private var columns: [Column]
    private var hasTitles: Bool
    private let output: PlainOutput

    /// A table whose titles stand above it on a terminal, and nowhere else.
    init(_ columns: [Column], on output: PlainOutput) {
        self.columns = columns
        self.output = output
        hasTitles = !output.isTerminal
    }

    /// Makes room for lines that are about to be written.
    mutating func fit(_ lines: [[DisplayText]]) {
        for line in lines {
            for (index, cell) in line.enumerated() where index < columns.count {
                columns[index].width = max(columns[index].width, cell.width)
            }
        }
    }

    mutating func write(_ cells: [DisplayText]) {
        if !hasTitles {
            hasTitles = true
            write(line: columns.map(\.title))
        }
        write(line: cells)
    }

    private func write(line cells: [DisplayText]) {
        var line = DisplayText()
        for (index, cell) in cells.enumerated() where index < columns.count {
            if index > 0 { line += "  " }
            let column = columns[index]
            // The last column needs no space behind it.
            let isLast = index == columns.count - 1
            line +=
                column.isNumber
                ? cell.padded(to: column.width, alignment: .right) : isLast ? cell : cell.padded(to: column.width)
        }
        output.writeLine(line)
    }
}
