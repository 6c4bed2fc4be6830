import Testing

@testable import Terminal

@Suite("Text is measured, cut and joined by columns")
struct DisplayTextLayoutTests {
    @Test("widths", arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("😀", 2), ("", 0), ("⟨x⟩", 3)])
    func width(string: String, columns: Int) {
        #expect(DisplayText(string).width == columns)
    }

    @Test(
        "clipping leaves an ellipsis and never half a character",
        arguments: [
            ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("日本橋", 4, "日…"),
            ("日本橋", 5, "日本…"), ("日本橋", 6, "日本橋"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("ab", -1, ""),
        ])
    func clip(string: String, columns: Int, shown: String) {
        #expect(DisplayText(string).clipped(to: columns).plainString == shown)
    }

    @Test("an ellipsis of two columns is left out where it does not fit")
    func clipWithASCII() {
        #expect(DisplayText("hello").clipped(to: 4, ellipsis: "..").plainString == "he..")
        #expect(DisplayText("hello").clipped(to: 1, ellipsis: "..").plainString == "h")
    }

    @Test("dropping columns turns half of a wide character into a space")
    func dropping() {
        #expect(DisplayText("日本").dropping(columns: 1).plainString == " 本")
        #expect(DisplayText("日本").dropping(columns: 2).plainString == "本")
        #expect(DisplayText("abc").dropping(columns: 2).plainString == "c")
    }

    @Test("padding fills up to the width on the side asked for")
    func padding() {
        #expect(DisplayText("日").padded(to: 4).plainString == "日  ")
        #expect(DisplayText("7").padded(to: 3, alignment: .right).plainString == "  7")
        #expect(DisplayText("x").padded(to: 4, alignment: .center).plainString == " x  ")
        #expect(DisplayText("long").padded(to: 2).plainString == "long")
    }

    @Test("repeating keeps widths and what is dimmed")
    func repeated() {
        let text = DisplayText("a\u{1B}").repeated(3)
        #expect(text.plainString == "a␛a␛a␛")
        #expect(text.width == 6)
        #expect(text.dimmed == [1..<4, 5..<8, 9..<12])
        #expect(DisplayText("a").repeated(0) == DisplayText())
    }
}
