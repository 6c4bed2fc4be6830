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

    /// Scans a text onto a tape.
    ///
    /// - Throws: `JSONError`, and the tape is then empty.
    static func scan(
        _ text: UnsafeBufferPointer<UInt8>, onto tape: JSONTape, depthLimit: Int, sizeLimit: Int, tolerant: Bool
    ) throws(JSONError) {
        let limit = min(sizeLimit, Int(Int32.max) - 1)
        guard text.count <= limit else {
            throw JSONError(.tooLong(limit: limit), at: limit, in: UnsafeBufferPointer(rebasing: text[..<limit]))
        }
        tape.borrow(text)
        do {
            let scanner = JSONScanner(tape, depthLimit: depthLimit, tolerant: tolerant)
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

    /// Everything that changes stands in local variables here, so that it stays in registers.
    private func run() throws(JSONError) {
        var index = 0
        var depth = 0
        var container: Int32 = -1
        var inObject = false
        if tolerant, count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { index = 3 }
        while true {
            // A key, when the container is an object.
            let node = tape.place()
            let place = Int32(truncatingIfNeeded: tape.count)
            if inObject {
                index = try key(from: index, node, container)
            } else {
                node.pointee.keyStart = 0
                node.pointee.keyLength = 0
                node.pointee.keyFlags = []
            }

            // A value.
            index = skipSpace(index)
            guard index < count else { throw failure("a value", index) }
            node.pointee.parent = container
            node.pointee.next = place &+ 1
            node.pointee.count = 0
            node.pointee.flags = []
            node.pointee.start = UInt32(truncatingIfNeeded: index)
            let byte = base[index]
            switch byte {
            case UInt8(ascii: "\""):
                index &+= 1
                let start = index
                node.pointee.kind = .string
                let ends = try string(from: index)
                node.pointee.flags = ends.flags
                index = ends.index
                node.pointee.start = UInt32(truncatingIfNeeded: start)
                node.pointee.length = UInt32(truncatingIfNeeded: index &- 1 &- start)
            case UInt8(ascii: "-"), 0x30...0x39:
                guard let number = JSONNumberScan(at: index, in: base, count: count) else { throw numberFailure(index) }
                node.pointee.kind = .number
                if !number.isInteger { node.pointee.flags = .complex }
                node.pointee.length = UInt32(truncatingIfNeeded: number.end &- index)
                index = number.end
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < depthLimit else { throw JSONError(.tooDeep(limit: depthLimit), at: index, in: tape.text) }
                index &+= 1
                inObject = byte == UInt8(ascii: "{")
                node.pointee.kind = inObject ? .object : .array
                node.pointee.length = 0
                node.pointee.seen = 0
                node.pointee.cursor = place &+ 1
                tape.keep()
                depth &+= 1
                container = place
                index = skipSpace(index)
                // '}' and ']' stand two after '{' and '['.
                if index == count || base[index] != byte &+ 2 {
                    node.pointee.count = 1
                    continue
                }
                let level = try leave(Level(index: index, depth: depth, container: container, inObject: inObject))
                (index, depth, container, inObject) = (level.index, level.depth, level.container, level.inObject)
                if container < 0 { return }
                continue
            case UInt8(ascii: "t"):
                index = try literal("true", at: index)
                node.pointee.kind = .bool
                node.pointee.flags = .isTrue
                node.pointee.length = 4
            case UInt8(ascii: "f"):
                index = try literal("false", at: index)
                node.pointee.kind = .bool
                node.pointee.length = 5
            case UInt8(ascii: "n"):
                index = try literal("null", at: index)
                node.pointee.kind = .null
                node.pointee.length = 4
            default:
                let mayClose = !inObject && container >= 0 && tape.nodes[Int(container)].count == 1
                throw failure(mayClose ? "a value or ']'" : "a value", index)
            }
            tape.keep()

            // What comes after it.
            index = skipSpace(index)
            if container >= 0, index < count, base[index] == UInt8(ascii: ",") {
                index &+= 1
                tape.nodes[Int(container)].count &+= 1
                continue
            }
            let level = try separate(Level(index: index, depth: depth, container: container, inObject: inObject))
            (index, depth, container, inObject) = (level.index, level.depth, level.container, level.inObject)
            if container < 0 { return }
        }
    }

    /// Where the scan stands.
    private struct Level {
        var index: Int
        var depth: Int
        /// The array or object around that place, -1 outside of all.
        var container: Int32
        var inObject: Bool
    }

    /// After a value that no comma follows: closes what ends here.
    private func separate(_ level: Level) throws(JSONError) -> Level {
        guard level.container >= 0 else {
            guard level.index == count else { throw failure("the end of the text", level.index) }
            return level
        }
        guard level.index < count, base[level.index] == UInt8(ascii: level.inObject ? "}" : "]") else {
            throw failure(level.inObject ? "',' or '}'" : "',' or ']'", level.index)
        }
        return try leave(level)
    }

    /// Closes the container whose closing bracket stands here, those that end with it, and goes past the comma after
    /// them. At the end of the text the container is then -1.
    @inline(never)
    private func leave(_ start: Level) throws(JSONError) -> Level {
        var level = start
        while true {
            level.index &+= 1
            level.depth &-= 1
            let closed = tape.nodes + Int(level.container)
            closed.pointee.next = Int32(truncatingIfNeeded: tape.count)
            closed.pointee.length = UInt32(truncatingIfNeeded: level.index) &- closed.pointee.start
            level.container = closed.pointee.parent
            level.index = skipSpace(level.index)
            guard level.container >= 0 else {
                guard level.index == count else { throw failure("the end of the text", level.index) }
                return level
            }
            let around = tape.nodes + Int(level.container)
            level.inObject = around.pointee.kind == .object
            if level.index < count, base[level.index] == UInt8(ascii: ",") {
                level.index &+= 1
                around.pointee.count &+= 1
                return level
            }
            guard level.index < count, base[level.index] == UInt8(ascii: level.inObject ? "}" : "]") else {
                throw failure(level.inObject ? "',' or '}'" : "',' or ']'", level.index)
            }
        }
    }

    // MARK: - Keys

    /// Reads a key and its colon, to after the colon.
    @inline(__always)
    private func key(
        from place: Int, _ node: UnsafeMutablePointer<JSONNode>, _ container: Int32
    ) throws(JSONError) -> Int {
        var index = skipSpace(place)
        guard index < count, base[index] == UInt8(ascii: "\"") else {
            let first = tape.nodes[Int(container)].count == 1
            throw failure(first ? "a key in quotes or '}'" : "a key in quotes", index)
        }
        let start = index &+ 1
        let end = try string(from: start)
        let length = end.index &- 1 &- start
        node.pointee.keyStart = UInt32(truncatingIfNeeded: start)
        node.pointee.keyLength = UInt32(truncatingIfNeeded: length)
        node.pointee.keyFlags = end.flags
        index = skipSpace(end.index)
        guard index < count, base[index] == UInt8(ascii: ":") else { throw failure("':'", index) }
        supersede(UnsafeBufferPointer(start: base + start, count: length), end.flags, in: container)
        return index &+ 1
    }

    /// Marks an earlier member with the key that was just read.
    @inline(__always)
    private func supersede(_ key: UnsafeBufferPointer<UInt8>, _ flags: JSONNode.Flags, in container: Int32) {
        let around = tape.nodes + Int(container)
        if around.pointee.flags.contains(.indexed) { return }
        if around.pointee.count > JSONScanner.mostWalkedKeys || !flags.isEmpty {
            around.pointee.flags.insert(.indexed)
            return
        }
        if key.count > 0 {
            // Most keys have a bit of their own; then none before can be the same.
            let ends = UInt64(key[0]) | UInt64(key[key.count &- 1]) << 8 | UInt64(key[key.count &>> 1]) << 16
            let mixed = (ends | UInt64(truncatingIfNeeded: key.count) << 24) &* 0x9E37_79B9_7F4A_7C15
            let bit: UInt64 = 1 &<< (mixed &>> 58)
            let met = around.pointee.seen & bit
            around.pointee.seen |= bit
            if met == 0 { return }
        }
        let length = UInt32(truncatingIfNeeded: key.count)
        let end = tape.nodes + tape.count
        var candidate = around + 1
        while candidate < end {
            if candidate.pointee.keyLength == length,
                JSONTape.equal(base + Int(candidate.pointee.keyStart), key)
            {
                candidate.pointee.flags.insert(.superseded)
            }
            candidate = tape.nodes + Int(candidate.pointee.next)
        }
    }

    // MARK: - Strings and literals

    /// Where a string ends, after its quote, and what is in it.
    private typealias StringEnd = (index: Int, flags: JSONNode.Flags)

    /// Reads a string after its opening quote, to after its closing one.
    @inline(__always)
    private func string(from start: Int) throws(JSONError) -> StringEnd {
        let (index, bits) = JSONWord.firstSpecial(in: base, from: start, count: count)
        let flags: JSONNode.Flags = JSONWord.beyondASCII(bits) == 0 ? [] : .beyondASCII
        if index < count, base[index] == UInt8(ascii: "\"") { return (index &+ 1, flags) }
        return try restOfString(from: index, flags)
    }

    /// Goes on byte by byte: at the end of the text, or where a string has escapes.
    @inline(never)
    private func restOfString(from start: Int, _ before: JSONNode.Flags) throws(JSONError) -> StringEnd {
        var index = start
        var flags = before
        while index < count {
            let byte = base[index]
            index &+= 1
            switch byte {
            case UInt8(ascii: "\""):
                return (index, flags)
            case UInt8(ascii: "\\"):
                flags.insert(.complex)
                index = try escape(at: index)
            case 0x80...:
                flags.insert(.beyondASCII)
            case ..<0x20:
                guard tolerant else { throw failure("an escape instead of a raw control character", index - 1) }
                flags.insert(.control)
            default:
                break
            }
        }
        throw failure("the closing '\"' of a string", index)
    }

    private func escape(at start: Int) throws(JSONError) -> Int {
        var index = start
        guard index < count else { throw failure("an escaped character", index) }
        switch base[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 1
        case UInt8(ascii: "u"):
            index &+= 1
            for _ in 0..<4 {
                guard index < count, JSONString.digit(base[index]) != nil else {
                    throw failure("four hexadecimal digits after '\\u'", index)
                }
                index &+= 1
            }
        default:
            throw failure("one of '\"\\/bfnrtu' after '\\'", index)
        }
        return index
    }

    @inline(__always)
    private func literal(_ text: StaticString, at place: Int) throws(JSONError) -> Int {
        var index = place
        let start = text.utf8Start
        for offset in 0..<text.utf8CodeUnitCount {
            guard index < count, base[index] == start[offset] else { throw failure("'\(text)'", index) }
            index &+= 1
        }
        return index
    }

    @inline(__always)
    private func skipSpace(_ start: Int) -> Int {
        var index = start
        while index < count {
            let byte = base[index]
            if byte > 0x20 { break }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            index &+= 1
        }
        return index
    }

    // MARK: - Failures

    @inline(never)
    private func failure(_ expected: String, _ index: Int) -> JSONError {
        index < count
            ? JSONError(.expected(expected), at: index, in: tape.text)
            : JSONError(.ended(expected: expected), at: count, in: tape.text)
    }

    /// Goes to the byte at which the number stops being one.
    @inline(never)
    private func numberFailure(_ start: Int) -> JSONError {
        var index = start + 1
        while index < count {
            switch base[index] {
            case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                index += 1
            default:
                return failure("a digit", index)
            }
        }
        return failure("a digit", index)
    }
}
