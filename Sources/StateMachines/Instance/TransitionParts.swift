internal import Glibc

/// The parts of a stored transition, found without reading what they hold.
///
/// That is for a text as it is written here: `{"event":{…}}`, or `{"event":{…},"to":"…","state":{…}}`, without a space. Any other
/// text has to be read as JSON. Whether the parts are JSON shows when they are read.
@usableFromInline
struct TransitionParts {
    /// What the event carries.
    @usableFromInline let event: UnsafeRawBufferPointer
    /// The name of the state that it led to, and what that carries; nil where it stayed.
    @usableFromInline let target: (name: UnsafeRawBufferPointer, values: UnsafeRawBufferPointer)?

    @usableFromInline
    init?(_ text: UnsafeRawBufferPointer) {
        var cursor = TextCursor(text)
        guard cursor.pass(#"{"event":"#), let event = cursor.object() else { return nil }
        self.event = event
        if cursor.pass("}") {
            target = nil
        } else {
            guard cursor.pass(#","to":""#), let name = cursor.plainString(), cursor.pass(#","state":"#),
                let values = cursor.object(), cursor.pass("}")
            else { return nil }
            target = (name, values)
        }
        if !cursor.isAtEnd { return nil }
    }
}

/// Goes through a text once.
private struct TextCursor {
    private let text: UnsafeRawBufferPointer
    private var place = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    var isAtEnd: Bool { place == text.count }

    /// Goes past a piece of text where it stands here.
    @inline(__always)
    mutating func pass(_ piece: StaticString) -> Bool {
        let count = piece.utf8CodeUnitCount
        guard text.count - place >= count else { return false }
        for index in 0..<count where text[place &+ index] != piece.utf8Start[index] { return false }
        place += count
        return true
    }

    /// Goes to the end of a string without escapes, whose opening quote has been passed, and answers what is in it.
    @inline(__always)
    mutating func plainString() -> UnsafeRawBufferPointer? {
        let start = place
        while place < text.count {
            let byte = text[place]
            if byte == UInt8(ascii: "\\") { return nil }
            place += 1
            if byte == UInt8(ascii: "\"") { return UnsafeRawBufferPointer(rebasing: text[start..<place - 1]) }
        }
        return nil
    }

    /// Goes past an object, as its brackets and strings say, and answers its text.
    @inline(__always)
    mutating func object() -> UnsafeRawBufferPointer? {
        let start = place
        guard place < text.count, text[place] == UInt8(ascii: "{") else { return nil }
        var depth = 0
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return UnsafeRawBufferPointer(rebasing: text[start..<place]) }
            case UInt8(ascii: "\""): guard passString() else { return nil }
            default: break
            }
        }
        return nil
    }

    /// Goes past the rest of a string, whose opening quote has been passed.
    @inline(__always)
    private mutating func passString() -> Bool {
        while let start = text.baseAddress, place < text.count,
            let quote = memchr(start + place, Int32(UInt8(ascii: "\"")), text.count - place)
        {
            let end = UnsafeRawPointer(quote) - start
            // A quote behind an odd number of backslashes is a part of the string.
            var first = end
            while first > place, text[first - 1] == UInt8(ascii: "\\") { first -= 1 }
            place = end + 1
            if (end - first) % 2 == 0 { return true }
        }
        return false
    }
}
