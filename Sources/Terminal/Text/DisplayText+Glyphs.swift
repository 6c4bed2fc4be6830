extension DisplayText {
    /// One base character with its combining marks: what one cell (or a wide pair of cells) shows.
    struct Glyph {
        var base: Unicode.Scalar
        var marks: Marks
        var width: Int
        var isDimmed: Bool
        /// UTF-8 offset behind the last mark.
        var end: Int
    }

    /// Up to two combining marks, without an allocation; 0 means none.
    struct Marks: Hashable, Sendable {
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    /// Visits the characters from left to right until the visitor says `false`.
    func forEachGlyph(_ visit: (Glyph) -> Bool) {
        var offset = 0
        var pending: Glyph?
        var range = 0
        for scalar in plainString.unicodeScalars {
            let length = scalar.utf8Length
            let width = isSimple ? 1 : ScalarClass.width(ofPrintable: scalar)
            if width == 0, var glyph = pending {
                if glyph.marks.first == 0 {
                    glyph.marks.first = scalar.value
                } else {
                    glyph.marks.second = scalar.value
                }
                glyph.end = offset + length
                pending = glyph
            } else {
                if let glyph = pending, !visit(glyph) { return }
                while range < dimmed.count, dimmed[range].upperBound <= offset { range += 1 }
                let isDimmed = range < dimmed.count && dimmed[range].contains(offset)
                pending = Glyph(
                    base: scalar, marks: Marks(), width: width, isDimmed: isDimmed, end: offset + length)
            }
            offset += length
        }
        if let glyph = pending { _ = visit(glyph) }
    }
}

extension Unicode.Scalar {
    /// Bytes of the scalar in UTF-8.
    var utf8Length: Int {
        switch value {
        case 0..<0x80: 1
        case 0x80..<0x800: 2
        case 0x800..<0x10000: 3
        default: 4
        }
    }
}
