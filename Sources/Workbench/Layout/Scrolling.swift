/// Which line comes first where only some of many fit.
enum Scrolling {
    /// The first line, moved no more than needed: by a third of what is seen, or, from far away, so that the shown line
    /// stands in the middle.
    static func top<Line: BinaryInteger>(
        from top: Line, showing line: Line, in lines: ClosedRange<Line>, rows: Int
    ) -> Line {
        let rows = Line(max(1, rows))
        var result = top
        if line < top - rows || line >= top + 2 * rows {
            result = line - rows / 2
        } else if line < top {
            result = line - max(0, rows / 3 - 1)
        } else if line >= top + rows {
            result = line - rows + max(1, rows / 3)
        }
        return max(lines.lowerBound, min(result, lines.upperBound - rows + 1))
    }
}
