import Testing

@testable import Terminal

@Suite("A frame becomes text, ANSI, HTML and SVG")
struct RenderingTests {
    private var frame: Frame {
        var frame = Frame(size: Size(columns: 8, rows: 2))
        frame.put("a<b", column: 0, row: 0, role: .added)
        frame.put("日", column: 4, row: 0, role: .error)
        frame.put("─│▄", column: 0, row: 1, role: .rule)
        frame.put("on", column: 4, row: 1, role: .focus, attributes: .underline)
        frame.cursor = Position(column: 6, row: 1)
        return frame
    }

    @Test("as ANSI, each change of look is one sequence")
    func ansi() {
        let theme = Theme.parse("added = green default\nerror = #ff0000 default bold", name: "t", file: "t").theme
        #expect(
            frame.ansi(theme: theme) == "\u{1B}[0;32ma<b\u{1B}[0m \u{1B}[0;1;38;2;255;0;0m日\u{1B}[0m  \u{1B}[0m\n"
                + "\u{1B}[0m─│▄ \u{1B}[0;4mon\u{1B}[0m  \u{1B}[0m\n")
        #expect(frame.ansi(theme: theme, depth: .colors256).contains("\u{1B}[0;1;38;5;196m日"))
        #expect(frame.ansi(theme: theme, depth: .none).hasPrefix("\u{1B}[0ma<b"))
    }

    @Test("as HTML, foreign text stays text")
    func html() {
        let page = frame.html(theme: .standard)
        #expect(page.contains("<span style=\"color:#98c379;font-weight:bold\">a&lt;b</span>"))
        #expect(page.contains("text-decoration:underline"))
    }

    @Test("as SVG, words have a place and a length, and lines and bars are shapes")
    func svg() {
        let picture = frame.svg(theme: .standard)
        #expect(picture.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"104\" height=\"70\""))
        #expect(
            picture.contains(
                "<text x=\"16\" y=\"30\" fill=\"#98c379\" textLength=\"27\" lengthAdjust=\"spacingAndGlyphs\" "
                    + "font-weight=\"bold\">a&lt;b</text>"))
        #expect(picture.contains("textLength=\"18\" lengthAdjust=\"spacingAndGlyphs\" font-weight=\"bold\">日</text>"))
        #expect(!picture.contains("─") && !picture.contains("▄"))
        #expect(picture.hasSuffix("</svg>\n"))
    }

    @Test("a memory surface keeps its frames")
    func memory() {
        let surface = MemorySurface(size: Size(columns: 8, rows: 2))
        surface.draw(frame)
        #expect(surface.frames == [frame])
    }
}
