internal import EventSourcing

/// Writes rows as lines of JSON, in printable ASCII.
struct LineText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private let mostValues: Int
    private let freeSigns: Int

    /// The most signs that a byte of large content has; content that would need more is written as base64.
    static let longestForm = 3
    /// The most values that content has which is written as JSON; each takes about a hundred bytes when it is read.
    static let mostValues = 500_000

    /// - Parameters:
    ///   - mostValues: the most values that content has which is written as JSON.
    ///   - freeSigns: so many signs content may have beyond `longestForm` for each byte.
    init(mostValues: Int = mostValues, freeSigns: Int = 1 << 20) {
        self.mostValues = mostValues
        self.freeSigns = freeSigns
        bytes.reserveCapacity(512)
    }

    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() { bytes += [UInt8(ascii: "}"), 0x0A] }

    mutating func key(_ key: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        bytes += key.utf8
        bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
    }

    mutating func add(_ key: String, _ value: Int64) {
        self.key(key)
        bytes += String(value).utf8
    }

    mutating func add(_ key: String, _ value: String) {
        self.key(key)
        JSONValue.string(value).write(into: &bytes, .asciiOnly)
    }

    mutating func addNull(_ key: String) {
        self.key(key)
        bytes += "null".utf8
    }

    /// An object with one member.
    mutating func add(_ key: String, _ inner: String, _ value: JSONValue) {
        self.key(key)
        JSONValue.object([inner: value]).write(into: &bytes, .asciiOnly)
    }

    /// Bytes as the most readable of three forms from which they can be had again exactly.
    ///
    /// Large ones take a form only where a line with it can be read again in little memory: few values, and few signs for
    /// each byte.
    mutating func add(_ key: String, content: [UInt8]) {
        if !JSONPlaces.hasMoreValues(than: mostValues, in: content),
            let document = try? JSONReader().read(content),
            document.repaired == 0
        {
            var again: [UInt8] = []
            again.reserveCapacity(content.count)
            document.value.write(into: &again)
            if again == content, add(key, "json", document.value, for: content.count) { return }
        }
        if let text = String(validating: content, as: UTF8.self), add(key, "text", .string(text), for: content.count) {
            return
        }
        add(key, "base64", .string(Base64.text(of: content)))
    }

    /// Adds a form of so many bytes, and answers whether it is short enough to stay.
    private mutating func add(_ key: String, _ form: String, _ value: JSONValue, for count: Int) -> Bool {
        let (before, wasFirst) = (bytes.count, isFirst)
        add(key, form, value)
        if bytes.count - before <= Self.longestForm * count + freeSigns { return true }
        bytes.removeLast(bytes.count - before)
        isFirst = wasFirst
        return false
    }
}

/// Bytes as text of 64 signs (RFC 4648, section 4).
enum Base64 {
    private static let signs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, sign) in signs.enumerated() { values[Int(sign)] = UInt8(value) }
        return values
    }()

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            let word = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < count ? UInt32(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place > count ? UInt8(ascii: "=") : signs[Int(word >> (18 - 6 * UInt32(place)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil for one that is not complete, or has another sign in it.
    static func bytes(of text: String) -> [UInt8]? {
        let signs = Array(text.utf8)
        guard signs.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(signs.count / 4 * 3)
        for start in stride(from: 0, to: signs.count, by: 4) {
            let isLast = start + 4 == signs.count
            let filling = isLast ? signs[start..<start + 4].reversed().prefix { $0 == UInt8(ascii: "=") }.count : 0
            guard filling <= 2 else { return nil }
            var word: UInt32 = 0
            for place in 0..<4 {
                let value = place < 4 - filling ? values[Int(signs[start + place])] : 0
                guard value < 64 else { return nil }
                word = word << 6 | UInt32(value)
            }
            // What is filled up must be zeros, so that no two texts are the same bytes.
            guard filling == 0 || word & (filling == 1 ? 0xFF : 0xFFFF) == 0 else { return nil }
            for place in 0..<3 - filling { bytes.append(UInt8(truncatingIfNeeded: word >> (16 - 8 * UInt32(place)))) }
        }
        return bytes
    }
}
