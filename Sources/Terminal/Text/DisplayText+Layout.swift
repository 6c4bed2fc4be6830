extension DisplayText {
    /// Where text stands in a wider field.
    package enum Alignment: Sendable {
        case left, right, center
    }

    package static func + (left: DisplayText, right: DisplayText) -> DisplayText {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        let offset = left.plainString.utf8.count
        return DisplayText(
            sanitized: left.plainString + right.plainString,
            width: left.width + right.width,
            dimmed: right.dimmed.isEmpty
                ? left.dimmed
                : left.dimmed + right.dimmed.map { $0.lowerBound + offset..<$0.upperBound + offset },
            isSimple: left.isSimple && right.isSimple)
    }

    package static func += (left: inout DisplayText, right: DisplayText) {
        left = left + right
    }

    /// The text many times over.
    package func repeated(_ count: Int) -> DisplayText {
        guard count > 0, !isEmpty else { return DisplayText() }
        let length = plainString.utf8.count
        var ranges: [Range<Int>] = []
        if !dimmed.isEmpty {
            for index in 0..<count {
                ranges += dimmed.map { $0.lowerBound + index * length..<$0.upperBound + index * length }
            }
        }
        return DisplayText(
            sanitized: String(repeating: plainString, count: count), width: width * count, dimmed: ranges,
            isSimple: isSimple)
    }

    /// At most so many columns of the text, cut between characters, with an ellipsis where something is missing.
    ///
    /// Where a wide character does not fit any more, the result is a column narrower than asked.
    package func clipped(to columns: Int, ellipsis: DisplayText = "…") -> DisplayText {
        if width <= columns { return self }
        if columns <= 0 { return DisplayText() }
        if ellipsis.width > columns { return prefix(columns: columns) }
        return prefix(columns: columns - ellipsis.width) + ellipsis
    }

    /// Exactly so many columns, filled up with spaces; longer text stays as long as it is.
    package func padded(to columns: Int, alignment: Alignment = .left) -> DisplayText {
        let missing = columns - width
        if missing <= 0 { return self }
        let before =
            switch alignment {
            case .left: 0
            case .right: missing
            case .center: missing / 2
            }
        let space: DisplayText = " "
        return space.repeated(before) + self + space.repeated(missing - before)
    }

    /// The first columns, without a sign that something is missing.
    package func prefix(columns: Int) -> DisplayText {
        if width <= columns { return self }
        var taken = 0
        var end = 0
        forEachGlyph { glyph in
            if taken + glyph.width > columns { return false }
            taken += glyph.width
            end = glyph.end
            return true
        }
        return slice(0..<end, width: taken)
    }

    /// What is left after the first columns; half of a wide character that is cut becomes a space.
    package func dropping(columns: Int) -> DisplayText {
        if columns <= 0 { return self }
        if columns >= width { return DisplayText() }
        var dropped = 0
        var start = 0
        forEachGlyph { glyph in
            if dropped >= columns { return false }
            dropped += glyph.width
            start = glyph.end
            return true
        }
        let rest = slice(start..<plainString.utf8.count, width: width - dropped)
        return dropped > columns ? " " + rest : rest
    }

    private func slice(_ range: Range<Int>, width: Int) -> DisplayText {
        let utf8 = plainString.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(start, offsetBy: range.count)
        return DisplayText(
            sanitized: String(plainString[start..<end]),
            width: width,
            dimmed: dimmed.compactMap { part in
                let cut = part.clamped(to: range)
                if cut.isEmpty { return nil }
                return cut.lowerBound - range.lowerBound..<cut.upperBound - range.lowerBound
            },
            isSimple: isSimple)
    }
}
