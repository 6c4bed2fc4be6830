extension Frame {
    /// Neighbouring cells of one row that look the same.
    struct Run {
        var column: Int
        var columns: Int
        var row: Int
        var role: Role
        var attributes: Attributes
        /// The cells without continuations, with the column of each.
        var cells: [(column: Int, cell: Cell)]

        var text: String {
            var text = ""
            for (_, cell) in cells { text.unicodeScalars.append(contentsOf: cell.scalars) }
            return text
        }

        /// Spaces only: there is nothing to write but a background.
        var isBlank: Bool { cells.allSatisfy { $0.cell.base == 0x20 } }
    }

    /// The runs of a row from left to right.
    func runs(row: Int) -> [Run] {
        var runs: [Run] = []
        for column in 0..<size.columns {
            let cell = self[column, row]
            if let last = runs.last, last.role == cell.role, last.attributes == cell.attributes {
                runs[runs.count - 1].columns += 1
            } else {
                runs.append(
                    Run(
                        column: column, columns: 1, row: row, role: cell.role, attributes: cell.attributes, cells: []))
            }
            if !cell.isContinuation { runs[runs.count - 1].cells.append((column, cell)) }
        }
        return runs
    }
}

/// The colours of a run in a picture, where `default` has to be a colour.
struct PictureColors {
    let foreground: String
    let background: String
    /// Whether the background differs from the picture's.
    let isFilled: Bool
    let attributes: Attributes

    init(_ run: Frame.Run, theme: Theme, depth: ColorDepth) {
        let style = theme.style(for: run.role, depth: depth)
        attributes = style.attributes.union(run.attributes)
        let paper = theme.picture.background
        var front = style.foreground == .standard ? theme.picture.foreground : style.foreground
        var back = style.background == .standard ? paper : style.background
        if attributes.contains(.reverse) { swap(&front, &back) }
        foreground = front.components?.notation ?? "#d4d7dd"
        background = back.components?.notation ?? "#16181d"
        isFilled = back != paper
    }
}

/// Text for XML and HTML.
func escapedForMarkup(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}
