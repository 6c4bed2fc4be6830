/// The one door through which foreign text reaches a screen or a terminal.
///
/// Works on scalars, not on `Character`s, because a terminal does not know grapheme clusters.
struct Sanitizer {
    private var output: [UInt8] = []
    private var width = 0
    private var dimmed: [Range<Int>] = []
    private var hasBase = false
    private var marks = 0
    private var surplusMarks = 0
    private let kind: DisplayText.Kind

    private init(kind: DisplayText.Kind, capacity: Int) {
        self.kind = kind
        output.reserveCapacity(capacity)
    }

    static func display(_ string: String, as kind: DisplayText.Kind, limit: Int) -> DisplayText {
        let simple = string.utf8.withContiguousStorageIfAvailable { isSimple($0, as: kind, limit: limit) } ?? false
        if simple {
            return DisplayText(sanitized: string, width: string.utf8.count, dimmed: [], isSimple: true)
        }
        let count = string.utf8.count
        if count <= limit { return display(string.unicodeScalars, count: count, as: kind, omitted: 0) }
        return display(string.utf8, as: kind, limit: limit)
    }

    static func display(_ bytes: some Collection<UInt8>, as kind: DisplayText.Kind, limit: Int) -> DisplayText {
        let count = bytes.count
        var window = Array(bytes.prefix(limit))
        if window.count < count { window.removeLast(incompleteTail(of: window)) }
        let string = String(decoding: window, as: UTF8.self)
        let omitted = count - window.count
        if omitted == 0, window.withUnsafeBufferPointer({ isSimple($0, as: kind, limit: limit) }) {
            return DisplayText(sanitized: string, width: count, dimmed: [], isSimple: true)
        }
        return display(string.unicodeScalars, count: window.count, as: kind, omitted: omitted)
    }

    private static func display(
        _ scalars: String.UnicodeScalarView, count: Int, as kind: DisplayText.Kind, omitted: Int
    ) -> DisplayText {
        var sanitizer = Sanitizer(kind: kind, capacity: count + 32)
        if kind == .name {
            sanitizer.addName(scalars)
        } else {
            for scalar in scalars { sanitizer.add(scalar) }
        }
        sanitizer.closeMarks()
        if omitted > 0 { sanitizer.addDimmed("⟨… \(omitted) bytes more⟩") }
        return DisplayText(
            sanitized: String(decoding: sanitizer.output, as: UTF8.self), width: sanitizer.width,
            dimmed: sanitizer.dimmed, isSimple: false)
    }

    /// Printable ASCII needs no work; this is nearly all text there is, so it is decided without a branch per byte.
    private static func isSimple(_ bytes: UnsafeBufferPointer<UInt8>, as kind: DisplayText.Kind, limit: Int) -> Bool {
        guard bytes.count <= limit else { return false }
        if kind == .name, bytes.first == 0x20 || bytes.last == 0x20 { return false }
        var others: UInt8 = 0
        for byte in bytes { others |= byte &- 0x20 > 0x5E ? 1 : 0 }
        return others == 0
    }

    /// Bytes at the end that begin a scalar which the limit cuts off.
    private static func incompleteTail(of bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > back ? back : 0
        }
        return 0
    }

    private mutating func addName(_ scalars: String.UnicodeScalarView) {
        let leading = scalars.prefix { $0 == " " }
        let inner = scalars[leading.endIndex...]
        let trailing = inner.reversed().prefix { $0 == " " }.count
        for _ in leading { addDimmed("␠") }
        for scalar in inner.dropLast(trailing) {
            if ScalarClass.isUnusualSpace(scalar) { addEscape(scalar) } else { add(scalar) }
        }
        for _ in 0..<trailing { addDimmed("␠") }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        switch ScalarClass(scalar) {
        case .printable(let columns):
            closeMarks()
            append(scalar)
            width += columns
            hasBase = true
        case .mark:
            addMark(scalar)
        case .control(let picture):
            addDimmed(String(Character(picture)))
        case .escaped:
            addEscape(scalar)
        }
    }

    /// At most two marks on a base, so that no text can paint over the rows above it.
    private mutating func addMark(_ scalar: Unicode.Scalar) {
        if !hasBase {
            addEscape(scalar)
        } else if marks < 2 {
            append(scalar)
            marks += 1
        } else {
            surplusMarks += 1
        }
    }

    /// Says how many marks were left out, because nothing is shortened silently.
    private mutating func closeMarks() {
        let surplus = surplusMarks
        surplusMarks = 0
        marks = 0
        if surplus > 0 { addDimmed("⟨+\(surplus)⟩") }
    }

    private mutating func addEscape(_ scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        addDimmed("⟨" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "⟩")
    }

    /// Adds a replacement of ours, each of whose scalars is one column wide.
    private mutating func addDimmed(_ replacement: String) {
        closeMarks()
        let start = output.count
        output += replacement.utf8
        width += replacement.unicodeScalars.count
        hasBase = false
        if let last = dimmed.last, last.upperBound == start {
            dimmed[dimmed.count - 1] = last.lowerBound..<output.count
        } else {
            dimmed.append(start..<output.count)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case 0..<0x80:
            output.append(UInt8(value))
        case 0x80..<0x800:
            output.append(0xC0 | UInt8(value >> 6))
            output.append(0x80 | UInt8(value & 0x3F))
        case 0x800..<0x10000:
            output.append(0xE0 | UInt8(value >> 12))
            output.append(0x80 | UInt8(value >> 6 & 0x3F))
            output.append(0x80 | UInt8(value & 0x3F))
        default:
            output.append(0xF0 | UInt8(value >> 18))
            output.append(0x80 | UInt8(value >> 12 & 0x3F))
            output.append(0x80 | UInt8(value >> 6 & 0x3F))
            output.append(0x80 | UInt8(value & 0x3F))
        }
    }
}
