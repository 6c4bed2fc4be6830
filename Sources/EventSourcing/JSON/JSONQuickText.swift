/// Goes once through the text of a flat object, without laying it out on a tape.
///
/// It reads what our own writer leaves: members without space between them, asked for in their order. Whatever it finds
/// else ends it for good. What was read counts only if the text was read to its end, for then every member of it was asked
/// for once, and it is JSON.
struct JSONQuickText {
    /// The bracket or comma before the next member, or the value of the member that was just passed.
    private var cursor: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private var separator = UInt8(ascii: "{")

    /// Begins with a text that is borrowed as long as this is used.
    init(_ text: UnsafeBufferPointer<UInt8>, from start: UnsafePointer<UInt8>) {
        cursor = start
        end = start + text.count
    }

    /// Whether the text was read to its very end.
    var isAtEnd: Bool {
        if separator == UInt8(ascii: "{") {
            return end - cursor == 2 && cursor[0] == UInt8(ascii: "{") && cursor[1] == UInt8(ascii: "}")
        }
        return end - cursor == 1 && cursor[0] == UInt8(ascii: "}")
    }

    /// Ends it for good.
    mutating func giveUp() {
        cursor = end
    }

    /// Goes past a key and its colon where it is the next one.
    @inline(__always)
    mutating func pass(_ key: UnsafePointer<UInt8>, count: Int) -> Bool {
        guard end - cursor >= count &+ 4, cursor[0] == separator, cursor[1] == UInt8(ascii: "\""),
            cursor[count &+ 2] == UInt8(ascii: "\""), cursor[count &+ 3] == UInt8(ascii: ":"),
            JSONWord.isPlain(cursor + 2, key, count: count)
        else { return false }
        cursor += count &+ 4
        separator = UInt8(ascii: ",")
        return true
    }

    /// The string that stands here; nil, and the end, for anything else and for one with escapes.
    @inline(__always)
    mutating func string() -> String? {
        guard cursor < end, cursor[0] == UInt8(ascii: "\"") else { return over() }
        let left = end - cursor
        var (index, bits) = JSONWord.firstSpecial(in: cursor, from: 1, count: left)
        while index < left, cursor[index] != UInt8(ascii: "\"") {
            guard cursor[index] >= 0x20, cursor[index] != UInt8(ascii: "\\") else { return over() }
            bits |= UInt64(cursor[index])
            index &+= 1
        }
        guard index < left else { return over() }
        let bytes = UnsafeBufferPointer(start: cursor + 1, count: index &- 1)
        cursor += index &+ 1
        if JSONWord.beyondASCII(bits) == 0 { return JSONString.ascii(bytes) }
        let (text, repaired) = JSONString.decode(bytes, .beyondASCII)
        return repaired == 0 ? text : over()
    }

    /// The integer that stands here; nil, and the end, for anything else and for one written otherwise.
    @inline(__always)
    mutating func integer() -> Int? {
        guard let number = number(), number.isInteger,
            let (magnitude, isNegative) = JSONNumberValue.integer(number.bytes), magnitude <= UInt64(Int.max)
        else { return over() }
        return isNegative ? -Int(magnitude) : Int(magnitude)
    }

    /// The number that stands here; nil, and the end, for anything else.
    @inline(__always)
    mutating func double() -> Double? {
        guard let number = number(), let value = JSONNumberValue.double(number.bytes) else { return over() }
        return value
    }

    @inline(__always)
    private mutating func number() -> (bytes: UnsafeBufferPointer<UInt8>, isInteger: Bool)? {
        guard let number = JSONNumberScan(at: 0, in: cursor, count: end - cursor) else { return nil }
        let bytes = UnsafeBufferPointer(start: cursor, count: number.end)
        cursor += number.end
        return (bytes, number.isInteger)
    }

    /// The boolean that stands here; nil, and the end, for anything else.
    @inline(__always)
    mutating func bool() -> Bool? {
        if isNext("true") {
            cursor += 4
            return true
        }
        guard isNext("false") else { return over() }
        cursor += 5
        return false
    }

    @inline(__always)
    private func isNext(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        return end - cursor >= count && JSONTape.equal(cursor, UnsafeBufferPointer(start: word.utf8Start, count: count))
    }

    private mutating func over<Value>() -> Value? {
        giveUp()
        return nil
    }
}
