/// Finds places in a text without reading its values.
enum JSONPlaces {
    /// Tells the bytes of strings from those between them.
    private struct Strings {
        private var isOpen = false
        private var isEscaped = false

        /// Whether a byte, in its turn, belongs to a string, quotes included.
        mutating func take(_ byte: UInt8) -> Bool {
            guard isOpen else {
                isOpen = byte == UInt8(ascii: "\"")
                return isOpen
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isOpen = false
            }
            return true
        }
    }

    /// Whether a text has more values than so many, which is at least 1; one of fewer bytes is not looked at.
    static func hasMoreValues(than limit: Int, in bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count > limit else { return false }
        var (values, strings) = (1, Strings())
        for byte in bytes where !strings.take(byte) {
            // Each begins another value, beside the one that it stands in or behind.
            guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") else { continue }
            values += 1
            if values > limit { return true }
        }
        return false
    }

    /// The column, from 1 and in Unicode scalars, of the value of an object's member, in an object that was read already.
    static func column(ofMember member: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var (depth, commas, column, strings) = (0, 0, 0, Strings())
        for byte in bytes {
            if byte & 0xC0 != 0x80 { column += 1 }
            if strings.take(byte) { continue }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: commas += 1
            case UInt8(ascii: ":") where depth == 1 && commas == member: return column + 1
            default: break
            }
        }
        return 1
    }
}
