/// Turns the bytes of a terminal into keys and pastes: a pure state machine, so that it can be tested byte by byte.
///
/// It knows the sequences of xterm and its kin by their grammar (ECMA-48) and whatever else the terminal's own
/// description names. A sequence that it does not know, such as a mouse report, is swallowed whole: never run as keys.
struct InputDecoder {
    /// How long bytes that may begin a sequence are held back, in milliseconds.
    static let escapeDelay: Int32 = 25
    /// After this silence a paste without an end is taken as complete, in milliseconds.
    static let pasteDelay: Int32 = 1000
    /// More of one paste is left out, in bytes.
    static let pasteLimit = 4 << 20

    private var pending: [UInt8] = []
    private var paste: [UInt8]?
    /// Sequences of this terminal's own description.
    private let described: [[UInt8]: Key]

    private static let pasteBegin = "200~"
    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    init(described: [[UInt8]: Key] = [:]) {
        self.described = described
    }

    /// How long to wait for more bytes before `flush()`, in milliseconds; nothing when nothing is held back.
    var delay: Int32? {
        if paste != nil { return InputDecoder.pasteDelay }
        return pending.isEmpty ? nil : InputDecoder.escapeDelay
    }

    /// Takes bytes and gives what is complete.
    mutating func decode(_ bytes: some Sequence<UInt8>) -> [Input] {
        pending += bytes
        return drain(isFinal: false)
    }

    /// No more bytes came in time: what was held back stands for itself.
    mutating func flush() -> [Input] {
        if var text = paste {
            append(pending[...], to: &text)
            paste = nil
            pending = []
            return [.paste(InputDecoder.normalized(text))]
        }
        return drain(isFinal: true)
    }

    private mutating func drain(isFinal: Bool) -> [Input] {
        var inputs: [Input] = []
        var position = 0
        while position < pending.count {
            if paste != nil {
                guard let next = readPaste(from: position, into: &inputs) else { return inputs }
                position = next
                continue
            }
            let step = read(pending[position...], isFinal: isFinal)
            if step.length == 0 { break }
            position += step.length
            if step.beginsPaste { paste = [] }
            if let input = step.input { inputs.append(input) }
        }
        pending.removeFirst(position)
        return inputs
    }

    // MARK: Pastes

    /// Takes what belongs to the paste; gives the place behind its end, or nothing while the end is missing.
    private mutating func readPaste(from start: Int, into inputs: inout [Input]) -> Int? {
        var text = paste ?? []
        let end = InputDecoder.pasteEnd
        var index = start
        while index < pending.count {
            if pending[index] == 0x1B, pending[index...].prefix(end.count).elementsEqual(end) {
                append(pending[start..<index], to: &text)
                inputs.append(.paste(InputDecoder.normalized(text)))
                paste = nil
                return index + end.count
            }
            if pending[index] == 0x1B, end.starts(with: pending[index...]) { break }
            index += 1
        }
        append(pending[start..<index], to: &text)
        paste = text
        pending.removeFirst(index)
        return nil
    }

    private func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text += bytes.prefix(max(0, InputDecoder.pasteLimit - text.count))
    }

    /// Terminals send line ends of pasted text as CR, as if Enter had been typed.
    private static func normalized(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
            result.append(byte == 0x0D ? 0x0A : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: Keys

    /// What was read: zero bytes when more are needed; no input when the bytes are swallowed.
    private struct Step {
        var length: Int
        var input: Input?
        var beginsPaste = false

        static let incomplete = Step(length: 0)

        static func key(_ key: Key, _ length: Int) -> Step { Step(length: length, input: .key(key)) }
    }

    private func read(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        guard let first = bytes.first else { return .incomplete }
        switch first {
        case 0x1B: return readEscape(bytes, isFinal: isFinal)
        case 0x03: return Step(length: 1, input: .interrupt)
        case 0x0D, 0x0A: return .key(.enter, 1)
        case 0x09: return .key(.tab, 1)
        case 0x08, 0x7F: return .key(.backspace, 1)
        case 0x00: return .key(Key(.character(" "), .control), 1)
        case 0x01...0x1A: return .key(.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0x1C...0x1F: return .key(.control(Character(Unicode.Scalar(first + 0x40))), 1)
        default: return readCharacter(bytes, isFinal: isFinal)
        }
    }

    private func readCharacter(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        let first = bytes.first ?? 0
        let needed = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        if bytes.count < needed, !isFinal, bytes.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) { return .incomplete }
        var decoder = UTF8()
        var iterator = bytes.prefix(needed).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return Step(length: 1) }
        return .key(.character(Character(scalar)), needed)
    }

    private func readEscape(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        for length in stride(from: min(bytes.count, 12), to: 1, by: -1) {
            if let key = described[Array(bytes.prefix(length))] { return .key(key, length) }
        }
        guard let second = bytes.dropFirst().first else {
            return isFinal ? .key(.escape, 1) : .incomplete
        }
        switch second {
        case UInt8(ascii: "["): return readControlSequence(bytes, isFinal: isFinal)
        case UInt8(ascii: "O"):
            guard let third = bytes.dropFirst(2).first else { return isFinal ? .key(.alt("O"), 2) : .incomplete }
            return Step(length: 3, input: Self.key(final: third, modifiers: []).map { .key($0) })
        case 0x1B:
            return .key(.escape, 1)
        default:
            let rest = read(bytes.dropFirst(), isFinal: isFinal)
            if rest.length == 0 { return .incomplete }
            if case .key(let key) = rest.input {
                return .key(Key(key.code, key.modifiers.union(.alt)), rest.length + 1)
            }
            return Step(length: rest.length + 1, input: rest.input)
        }
    }

    /// `ESC [`, parameters, and one final byte from `@` to `~`.
    private func readControlSequence(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        var body = bytes.dropFirst(2)
        // The Linux console's function keys: ESC [ [ A.
        if body.first == UInt8(ascii: "["), body.count >= 2 {
            let number = Int(body[body.startIndex + 1]) - Int(UInt8(ascii: "A")) + 1
            return (1...5).contains(number) ? .key(Key(.function(number)), 4) : Step(length: 4)
        }
        if body.isEmpty, isFinal { return .key(.alt("["), 2) }
        let parameters = body.prefix { (0x20...0x3F).contains($0) }
        body = body.dropFirst(parameters.count)
        let length = 2 + parameters.count
        guard let final = body.first else {
            return isFinal || parameters.count > 64 ? Step(length: length) : .incomplete
        }
        guard (0x40...0x7E).contains(final), final != UInt8(ascii: "[") || !parameters.isEmpty else {
            // Broken off by something else, which is read by itself; a single "[" waits for its letter.
            if final == UInt8(ascii: "[") { return isFinal ? Step(length: length + 1) : .incomplete }
            return Step(length: length)
        }
        let text = String(decoding: parameters, as: UTF8.self) + String(decoding: [final], as: UTF8.self)
        if text == Self.pasteBegin { return Step(length: length + 1, beginsPaste: true) }
        // The old mouse report is followed by three bytes of its own.
        if parameters.isEmpty, final == UInt8(ascii: "M") {
            return bytes.count >= 6 || isFinal ? Step(length: min(6, bytes.count)) : .incomplete
        }
        return Step(length: length + 1, input: Self.key(parameters: parameters, final: final).map { .key($0) })
    }

    private static func key(parameters: ArraySlice<UInt8>, final: UInt8) -> Key? {
        guard parameters.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x3B }) else { return nil }
        let numbers = parameters.split(separator: 0x3B, omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 1 }
        let modifiers = modifiers(numbers.count > 1 ? numbers[1] : 1)
        if final == UInt8(ascii: "~") {
            guard let code = codesByNumber[numbers.first ?? 0] else { return nil }
            return Key(code, modifiers)
        }
        // With another first number it is an answer of the terminal's, such as where its cursor is.
        guard parameters.isEmpty || numbers.first == 1 else { return nil }
        return key(final: final, modifiers: modifiers)
    }

    private static func key(final: UInt8, modifiers: Key.Modifiers) -> Key? {
        switch final {
        case UInt8(ascii: "A"): Key(.up, modifiers)
        case UInt8(ascii: "B"): Key(.down, modifiers)
        case UInt8(ascii: "C"): Key(.right, modifiers)
        case UInt8(ascii: "D"): Key(.left, modifiers)
        case UInt8(ascii: "H"): Key(.home, modifiers)
        case UInt8(ascii: "F"): Key(.end, modifiers)
        case UInt8(ascii: "Z"): Key(.tab, modifiers.union(.shift))
        case UInt8(ascii: "M"): Key(.enter, modifiers)
        case UInt8(ascii: "P")...UInt8(ascii: "S"): Key(.function(Int(final) - 0x4F), modifiers)
        default: nil
        }
    }

    /// xterm's number is one more than a sum of 1 Shift, 2 Alt, 4 Control.
    private static func modifiers(_ number: Int) -> Key.Modifiers {
        let bits = max(0, number - 1)
        var modifiers: Key.Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 2 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private static let codesByNumber: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6),
        18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]
}
