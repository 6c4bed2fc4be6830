extension Frame {
    /// The rows as plain text, each as wide as the frame.
    package var lines: [String] {
        (0..<size.rows).map { row in
            var line = ""
            for column in 0..<size.columns { line.unicodeScalars.append(contentsOf: self[column, row].scalars) }
            return line
        }
    }

    /// The screen as text without spaces at the ends of lines: what golden tests compare.
    package var text: String {
        lines.map { line in
            var end = line.endIndex
            while end > line.startIndex, line[line.index(before: end)] == " " { end = line.index(before: end) }
            return String(line[..<end])
        }.joined(separator: "\n")
    }
}
