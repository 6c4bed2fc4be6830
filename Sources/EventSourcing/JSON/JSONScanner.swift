/// Reads a JSON text once, without recursion, and lays it out on a tape.
///
/// The whole text is checked, so a decoder that works on the tape meets no syntax errors.
struct JSONScanner {
    /// Objects with more keys than this, or with escapes in a key, look their keys up in a dictionary: else a hostile
    /// text could make every look-up walk past a million keys.
    private static let mostWalkedKeys: Int32 = 64

    private let tape: JSONTape
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private let depthLimit: Int
    /// Whether raw control characters in strings and a byte order mark pass.
    private let tolerant: Bool
    private var index = 0
    private var depth = 0
    private var container: Int32 = -1
    private var next = JSONNode()

    /// Scans a text onto a tape.
    ///
    /// - Throws: `JSONError`, and the tape is then empty.
    static func scan(
        _ text: UnsafeBufferPointer<UInt8>, onto tape: JSONTape, depthLimit: Int, sizeLimit: Int, tolerant: Bool
    ) throws(JSONError) {
        tape.clear()
        let limit = min(sizeLimit, Int(Int32.max) - 1)
        guard text.count <= limit else {
            throw JSONError(.tooLong(limit: limit), at: limit, in: UnsafeBufferPointer(rebasing: text[..<limit]))
        }
        if let base = text.baseAddress {
            tape.base = base
            tape.length = text.count
        }
        do {
            var scanner = JSONScanner(tape, depthLimit: depthLimit, tolerant: tolerant)
            try scanner.run()
        } catch {
            tape.clear()
            throw error
        }
    }

    @inline(__always)
    private init(_ tape: JSONTape, depthLimit: Int, tolerant: Bool) {
        self.tape = tape
        base = tape.base
        count = tape.length
        self.depthLimit = depthLimit
        self.tolerant = tolerant
    }

    // MARK: - Structure

    private mutating func run() throws(JSONError) {
        if tolerant, count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { index = 3 }
        while true {
            skipSpace()
            guard index < count else { throw failure("a value") }
            let opened = try value()
            if opened { continue }
            if try !separator() { return }
        }
    }

    /// Reads a value; true when it is a container that has been opened and another value follows.
    @inline(__always)
    private mutating func value() throws(JSONError) -> Bool {
        next.parent = container
        next.start = UInt32(truncatingIfNeeded: index)
        next.next = Int32(truncatingIfNeeded: tape.count + 1)
        next.flags = []
        let byte = base[index]
        switch byte {
        case UInt8(ascii: "\""):
            index += 1
            next.kind = .string
            next.start &+= 1
            next.flags = try string()
            next.length = UInt32(truncatingIfNeeded: index - 1) &- next.start
        case UInt8(ascii: "-"), 0x30...0x39:
            guard let number = JSONNumberScan(at: index, in: base, count: count) else { throw numberFailure() }
            next.kind = .number
            if !number.isInteger { next.flags = .complex }
            index = number.end
            next.length = UInt32(truncatingIfNeeded: index) &- next.start
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return try open(byte)
        case UInt8(ascii: "t"):
            try literal("true", .bool)
            next.flags = .isTrue
        case UInt8(ascii: "f"):
            try literal("false", .bool)
        case UInt8(ascii: "n"):
            try literal("null", .null)
        default:
            throw failure(container >= 0 && isEmptyArray ? "a value or ']'" : "a value")
        }
        tape.append(next)
        return false
    }

    private var isEmptyArray: Bool {
        let around = tape.node(container)
        return around.kind == .array && around.count == 1
    }

    @inline(__always)
    private mutating func open(_ byte: UInt8) throws(JSONError) -> Bool {
        guard depth < depthLimit else { throw JSONError(.tooDeep(limit: depthLimit), at: index, in: tape.text) }
        let isObject = byte == UInt8(ascii: "{")
        next.kind = isObject ? .object : .array
        next.length = 0
        next.count = 0
        let place = Int32(truncatingIfNeeded: tape.count)
        next.cursor = place + 1
        tape.append(next)
        next.count = 0
        next.keyLength = 0
        next.keyStart = 0
        next.keyFlags = []
        index += 1
        skipSpace()
        depth += 1
        container = place
        if index < count, base[index] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            close()
            return false
        }
        tape.nodes[Int(place)].count = 1
        if isObject { try key(orClose: true) }
        return true
    }

    /// After a value: closes what ends here; true when another value follows, false at the end of the text.
    @inline(__always)
    private mutating func separator() throws(JSONError) -> Bool {
        while true {
            skipSpace()
            guard container >= 0 else {
                guard index == count else { throw failure("the end of the text") }
                return false
            }
            let around = tape.nodes + Int(container)
            let isObject = around.pointee.kind == .object
            guard index < count else { throw failure(isObject ? "',' or '}'" : "',' or ']'") }
            let byte = base[index]
            if byte == UInt8(ascii: ",") {
                index += 1
                around.pointee.count += 1
                if isObject {
                    skipSpace()
                    try key(orClose: false)
                }
                return true
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw failure(isObject ? "',' or '}'" : "',' or ']'")
            }
            close()
        }
    }

    @inline(__always)
    private mutating func close() {
        index += 1
        depth -= 1
        let closed = tape.nodes + Int(container)
        closed.pointee.next = Int32(truncatingIfNeeded: tape.count)
        closed.pointee.length = UInt32(truncatingIfNeeded: index) &- closed.pointee.start
        container = closed.pointee.parent
        next.keyLength = 0
        next.keyStart = 0
        next.keyFlags = []
    }

    // MARK: - Keys

    @inline(__always)
    private mutating func key(orClose: Bool) throws(JSONError) {
        guard index < count, base[index] == UInt8(ascii: "\"") else {
            throw failure(orClose ? "a key in quotes or '}'" : "a key in quotes")
        }
        index += 1
        let start = index
        next.keyFlags = try string()
        next.keyStart = UInt32(truncatingIfNeeded: start)
        next.keyLength = UInt32(truncatingIfNeeded: index - 1 - start)
        skipSpace()
        guard index < count, base[index] == UInt8(ascii: ":") else { throw failure("':'") }
        index += 1
        supersede()
    }

    /// Marks an earlier member with the key that was just read.
    @inline(__always)
    private mutating func supersede() {
        let around = tape.nodes + Int(container)
        if around.pointee.flags.contains(.indexed) { return }
        if around.pointee.count > JSONScanner.mostWalkedKeys || !next.keyFlags.isEmpty {
            around.pointee.flags.insert(.indexed)
            return
        }
        let length = next.keyLength
        let key = UnsafeBufferPointer(start: base + Int(next.keyStart), count: Int(length))
        var child = Int(container) + 1
        while child < tape.count {
            let candidate = tape.nodes + child
            if candidate.pointee.keyLength == length,
                JSONTape.equal(base + Int(candidate.pointee.keyStart), key)
            {
                candidate.pointee.flags.insert(.superseded)
            }
            child = Int(candidate.pointee.next)
        }
    }

    // MARK: - Strings and literals

    /// Reads a string after its opening quote, to after its closing one.
    @inline(__always)
    private mutating func string() throws(JSONError) -> JSONNode.Flags {
        var flags: JSONNode.Flags = []
        while true {
            while index + 8 <= count {
                let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
                let special = JSONWord.specials(word)
                let beyond = JSONWord.beyondASCII(word)
                if special == 0 {
                    if beyond != 0 { flags.insert(.beyondASCII) }
                    index += 8
                    continue
                }
                let lowest = special.trailingZeroBitCount
                if beyond & ((1 << UInt64(truncatingIfNeeded: lowest)) &- 1) != 0 { flags.insert(.beyondASCII) }
                index += lowest >> 3
                break
            }
            guard index < count else { throw failure("the closing '\"' of a string") }
            let byte = base[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return flags }
            if byte == UInt8(ascii: "\\") {
                flags.insert(.complex)
                try escape()
            } else if byte >= 0x80 {
                flags.insert(.beyondASCII)
            } else if byte < 0x20 {
                guard tolerant else {
                    index -= 1
                    throw failure("an escape instead of a raw control character")
                }
                flags.insert(.control)
            }
        }
    }

    @inline(never)
    private mutating func escape() throws(JSONError) {
        guard index < count else { throw failure("an escaped character") }
        switch base[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard index < count, JSONString.digit(base[index]) != nil else {
                    throw failure("four hexadecimal digits after '\\u'")
                }
                index += 1
            }
        default:
            throw failure("one of '\"\\/bfnrtu' after '\\'")
        }
    }

    @inline(__always)
    private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind) throws(JSONError) {
        let size = text.utf8CodeUnitCount
        let start = text.utf8Start
        for offset in 0..<size {
            guard index < count, base[index] == start[offset] else { throw failure("'\(text)'") }
            index += 1
        }
        next.kind = kind
        next.length = UInt32(truncatingIfNeeded: size)
    }

    @inline(__always)
    private mutating func skipSpace() {
        while index < count {
            let byte = base[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    // MARK: - Failures

    @inline(never)
    private func failure(_ expected: String) -> JSONError {
        index < count
            ? JSONError(.expected(expected), at: index, in: tape.text)
            : JSONError(.ended(expected: expected), at: count, in: tape.text)
    }

    /// Goes to the byte at which the number stops being one.
    @inline(never)
    private mutating func numberFailure() -> JSONError {
        index += 1
        while index < count {
            switch base[index] {
            case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                index += 1
            default:
                return failure("a digit")
            }
        }
        return failure("a digit")
    }
}
