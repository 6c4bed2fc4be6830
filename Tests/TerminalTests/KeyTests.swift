import TestSupport
import Testing

@testable import Terminal

@Suite("Keys are read from bytes and written as text")
struct KeyTests {
    @Test(
        "a key's notation and the key are one",
        arguments: [
            ("x", Key.character("x")), ("X", .character("X")), ("^D", .control("d")), ("Alt-1", .alt("1")),
            ("S-Tab", .backTab), ("Enter", .enter), ("Space", .space), ("PgUp", .pageUp), ("PgDn", .pageDown),
            ("Esc", .escape), ("F2", Key(.function(2))), ("^", .character("^")), ("-", .character("-")),
            ("Alt--", .alt("-")), ("^Up", Key(.up, .control)), ("S-Left", Key(.left, .shift)),
            ("Alt-^X", Key(.character("x"), [.alt, .control])), ("^Space", Key(.character(" "), .control)),
            ("é", .character("é")), ("F", .character("F")), ("Del", .delete), ("S", .character("S")),
            ("Alt-S-F12", Key(.function(12), [.alt, .shift])), ("^^", Key(.character("^"), .control)),
        ])
    func notation(text: String, key: Key) {
        #expect(Key(notation: text) == key)
        #expect(key.description == text)
    }

    @Test("what names no key is refused", arguments: ["", "xy", "S-x", "F0", "F99", "Alt-", "Foo", "^Foo"])
    func noKey(text: String) {
        #expect(Key(notation: text) == nil)
    }

    @Test("a sequence of keys is words and letters")
    func sequence() {
        #expect(Key.sequence(notation: "]s") == [.character("]"), .character("s")])
        #expect(Key.sequence(notation: "42G Tab ^D gg").map(\.description) == ["4", "2", "G", "Tab", "^D", "g", "g"])
    }

    @Test(
        "bytes are keys",
        arguments: [
            ("\r", "Enter"), ("\n", "Enter"), ("\t", "Tab"), ("\u{7F}", "Backspace"), ("\u{8}", "Backspace"),
            ("\u{1}", "^A"), ("\u{1D}", "^]"), ("\u{1B}[A", "Up"), ("\u{1B}OB", "Down"), ("\u{1B}[1;2C", "S-Right"),
            ("\u{1B}[1;5D", "^Left"), ("\u{1B}[Z", "S-Tab"), ("\u{1B}[H", "Home"), ("\u{1B}[4~", "End"),
            ("\u{1B}[5~", "PgUp"), ("\u{1B}[6;3~", "Alt-PgDn"), ("\u{1B}[3~", "Del"), ("\u{1B}[2~", "Ins"),
            ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"), ("\u{1B}[24~", "F12"), ("\u{1B}[[B", "F2"), ("\u{1B}x", "Alt-x"),
            ("\u{1B}1", "Alt-1"), ("\u{1B}\r", "Alt-Enter"), ("日", "日"), ("\u{1B}é", "Alt-é"), ("\0", "^Space"),
        ])
    func decode(bytes: String, key: String) {
        var decoder = InputDecoder()
        #expect(decoder.decode(bytes.utf8).map(name) == [key])
        #expect(decoder.delay == nil)
    }

    @Test(
        "what is no key is swallowed whole",
        arguments: [
            "\u{1B}[<0;10;5M", "\u{1B}[<65;1;1m", "\u{1B}[M !!", "\u{1B}[?62;c", "\u{1B}[12;40R", "\u{1B}[I",
            "\u{1B}[99~", "\u{1B}[1;2;3;4q", "\u{1B}Oz",
        ])
    func swallowed(bytes: String) {
        var decoder = InputDecoder()
        #expect((decoder.decode(bytes.utf8) + decoder.decode("j".utf8)).map(name) == ["j"])
    }

    @Test("an escape waits for what may follow, and then stands for itself")
    func escape() {
        var decoder = InputDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.delay == InputDecoder.escapeDelay)
        #expect(decoder.flush().map(name) == ["Esc"])
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.decode([0x5B, 0x41]).map(name) == ["Up"])
        #expect(decoder.decode("\u{1B}[".utf8).isEmpty)
        #expect(decoder.flush().map(name) == ["Alt-["])
        #expect(decoder.decode("\u{1B}\u{1B}".utf8).map(name) == ["Esc"])
        #expect(decoder.flush().map(name) == ["Esc"])
        #expect(decoder.delay == nil)
    }

    @Test("what the terminal's description names comes first")
    func described() {
        var decoder = InputDecoder(described: [Array("\u{1B}[25~".utf8): Key(.function(3), .shift)])
        #expect(decoder.decode("\u{1B}[25~".utf8).map(name) == ["S-F3"])
    }

    @Test("a paste is one input, whatever is in it, and however it arrives", arguments: 1...8)
    func paste(pieces: Int) {
        let text = "a\r\nb\rc\u{1B}[A\u{1B}[201x\u{3}日"
        let bytes = Array("j\u{1B}[200~\(text)\u{1B}[201~k".utf8)
        var decoder = InputDecoder()
        var inputs: [Input] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            inputs += decoder.decode(bytes[start..<min(start + pieces, bytes.count)])
        }
        #expect(
            inputs == [
                .key(.character("j")), .paste("a\nb\nc\u{1B}[A\u{1B}[201x\u{3}日"), .key(.character("k")),
            ])
    }

    @Test("a paste whose end never comes is given after a silence")
    func endlessPaste() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\u{1B}[200~abc\u{1B}[20".utf8).isEmpty)
        #expect(decoder.delay == InputDecoder.pasteDelay)
        #expect(decoder.flush() == [.paste("abc\u{1B}[20")])
        #expect(decoder.decode("j".utf8).map(name) == ["j"])
    }

    @Test("a paste of megabytes takes no more than its limit")
    func largePaste() {
        var decoder = InputDecoder()
        _ = decoder.decode("\u{1B}[200~".utf8)
        for _ in 0..<100 { _ = decoder.decode(repeatElement(0x41, count: 65_536)) }
        let inputs = decoder.decode("\u{1B}[201~".utf8)
        #expect(inputs == [.paste(String(repeating: "A", count: InputDecoder.pasteLimit))])
    }

    @Test("random bytes are the same keys in one piece and byte by byte, and the decoder always comes to rest")
    func randomBytes() {
        var random = SeededRandom.announced()
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.interestingByte() }
            var whole = InputDecoder()
            var pieces = InputDecoder()
            var first = whole.decode(bytes)
            var second = bytes.flatMap { pieces.decode([$0]) }
            while whole.delay != nil { first += whole.flush() }
            while pieces.delay != nil { second += pieces.flush() }
            #expect(first == second, "\(bytes)")
        }
    }

    private func name(_ input: Input) -> String {
        if case .key(let key) = input { return key.description }
        return "\(input)"
    }
}
