internal import CTerminal

/// What the sanitiser does with one Unicode scalar.
enum ScalarClass: Equatable {
    /// Shown as it is, in one or two columns.
    case printable(width: Int)
    /// Belongs to the character before it and takes no column.
    case mark
    /// C0 or DEL: shown as its control picture.
    case control(picture: Unicode.Scalar)
    /// Invisible, reordering or unknown: shown as its number.
    case escaped

    init(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case 0x20...0x7E:
            self = .printable(width: 1)
        case 0x00...0x1F:
            self = Unicode.Scalar(0x2400 + value).map { .control(picture: $0) } ?? .escaped
        case 0x7F:
            self = .control(picture: "\u{2421}")
        case 0x80...0x9F, 0xAD:
            self = .escaped
        case 0xA0...0xFF:
            self = .printable(width: 1)
        default:
            self = ScalarClass(beyondLatin: scalar)
        }
    }

    /// Bidi controls, zero width, fillers, variation selectors and tags are all "default ignorable" or of category
    /// Cf in the Unicode database, so the list in the design is kept by asking for those and not by a table of ours.
    private init(beyondLatin scalar: Unicode.Scalar) {
        // Letters of Latin, Greek and Cyrillic, kana and the common ideographs need no look-up.
        switch scalar.value {
        case 0x100...0x2FF, 0x400...0x482, 0x48A...0x52F:
            self = .printable(width: 1)
            return
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFC:
            self = .printable(width: 2)
            return
        default:
            break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            self = .escaped
            return
        default:
            break
        }
        if properties.isDefaultIgnorableCodePoint {
            self = .escaped
            return
        }
        switch terminal_column_width(scalar.value) {
        case 0: self = .mark
        case 1: self = .printable(width: 1)
        case 2: self = .printable(width: 2)
        default: self = .escaped
        }
    }

    /// Columns of a scalar that has already passed the sanitiser.
    static func width(ofPrintable scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if (0x4E00...0x9FFC).contains(value) { return 2 }
        return max(0, Int(terminal_column_width(value)))
    }

    /// Spaces that look like U+0020 or like nothing, and so let two different names look the same.
    static func isUnusualSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar != " " && (scalar.properties.generalCategory == .spaceSeparator || scalar.value == 0x2800)
    }
}
