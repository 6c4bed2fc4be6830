import TestSupport
import Testing

@testable import Terminal

@Suite("Themes give roles their looks")
struct ThemeTests {
    @Test("the shipped themes name every role and have nothing to warn about", arguments: Theme.shippedNames)
    func shipped(name: String) throws {
        let theme = try #require(Theme.shipped(name))
        for role in Role.allCases { #expect(theme.styles[role] != nil, "\(role.name)") }
        let text = try #require(Theme.source(of: name))
        #expect(Theme.parse(text, name: name, file: "\(name).theme").warnings.isEmpty)
    }

    @Test("the shipped themes use the terminal's own background for text", arguments: Theme.shippedNames)
    func background(name: String) throws {
        let theme = try #require(Theme.shipped(name))
        for depth in ColorDepth.allCases {
            #expect(theme.style(for: .text, depth: depth).background == .standard)
        }
    }

    @Test("without color, what differs in meaning differs in attributes", arguments: Theme.shippedNames)
    func withoutColor(name: String) throws {
        let theme = try #require(Theme.shipped(name))
        let plain = theme.style(for: .text, depth: .none)
        #expect(plain == Style())
        for role in [Role.focus, .playhead, .error, .finding, .accent, .future, .muted, .added, .changed] {
            #expect(theme.style(for: role, depth: .none) != plain, "\(role.name)")
        }
    }

    @Test("a file is read line by line")
    func parse() {
        let (theme, warnings) = Theme.parse(
            """
            # A comment
            inherits mono
            accent = #ff8000 default bold   # another
              added   =   green   17   underline italic
            [16]
            accent = red default
            [none]
            accent = default default reverse
            """, name: "mine", file: "mine.theme")
        #expect(warnings.isEmpty)
        #expect(
            theme.style(for: .accent, depth: .trueColor)
                == Style(foreground: .rgb(red: 255, green: 128, blue: 0), attributes: .bold))
        #expect(theme.style(for: .accent, depth: .colors256).foreground == .indexed(208))
        #expect(theme.style(for: .accent, depth: .colors16) == Style(foreground: .indexed(1)))
        #expect(theme.style(for: .accent, depth: .none) == Style(attributes: .reverse))
        #expect(
            theme.style(for: .added, depth: .colors256)
                == Style(foreground: .indexed(2), background: .indexed(17), attributes: [.underline, .italic]))
        #expect(theme.style(for: .focus, depth: .colors16).attributes == .reverse)
    }

    @Test("what is not understood is left out with a warning at its place, and nothing fails")
    func warnings() {
        let (theme, warnings) = Theme.parse(
            """
            acent = red default
            muted = grey default
            added = green default blod
            [17]
            just words
            inherits mono
            error =
            break = red default
            """, name: "mine", file: "~/mine.theme")
        #expect(
            warnings.map(\.description) == [
                "~/mine.theme:1: there is no role 'acent'; did you mean 'accent'?",
                "~/mine.theme:2: 'grey' is no color: a name like 'gray', a number from 0 to 255, #rrggbb or default is one",
                "~/mine.theme:3: there is no attribute 'blod'; did you mean 'bold'?",
                "~/mine.theme:4: there is no color depth '17': [truecolor], [256], [16] and [none] are the variants",
                "~/mine.theme:5: a line is 'role = foreground background attributes', 'inherits theme', '[depth]' "
                    + "or a # comment",
                "~/mine.theme:6: 'inherits' stands after other lines; it belongs at the top, so this line is left out",
                "~/mine.theme:7: 'error =' needs a foreground and a background, as in 'error = cyan default bold'",
            ])
        #expect(theme.style(for: .added, depth: .colors16) == Style(foreground: .indexed(2)))
        #expect(theme.style(for: .breakpoint, depth: .colors16) == Style(foreground: .indexed(1)))
    }

    @Test("themes that inherit in a circle, or from nobody, still load")
    func circles() {
        let own = Theme.parse("inherits mine", name: "mine", file: "mine.theme")
        #expect(own.warnings.map(\.problem) == [.inheritsItself("mine")])
        let pair = Theme.parse("inherits b", name: "a", file: "a.theme", others: ["b": "inherits a\ntext = red 7"])
        #expect(pair.warnings.isEmpty)
        #expect(pair.theme.style(for: .text, depth: .colors16).foreground == .indexed(1))
        let none = Theme.parse("inherits dsuk", name: "a", file: "a.theme")
        #expect(none.warnings.map(\.problem) == [.unknownTheme("dsuk", nearest: "dusk")])
    }

    @Test("random text never fails to load")
    func randomText() {
        var random = SeededRandom.announced()
        let words = [
            "accent", "=", "red", "#", "#12", "[16]", "[", "inherits", "mono", "\n", " ", "bold", "\u{1B}", "é",
        ]
        for _ in 0..<500 {
            let text = (0..<30).map { _ in words[Int.random(in: 0..<words.count, using: &random)] + " " }.joined()
            let (_, warnings) = Theme.parse(text, name: "x", file: "x")
            #expect(warnings.allSatisfy { $0.line >= 1 && $0.line <= 31 })
        }
    }

    @Test(
        "the depth of color is chosen from the option, NO_COLOR, COLORTERM and TERM",
        arguments: [
            (nil, nil, nil, nil, ColorDepth.none), ("dumb", "truecolor", nil, nil, .none),
            ("vt100", nil, nil, nil, .none),
            ("xterm", nil, nil, nil, .colors16), ("xterm-256color", nil, nil, nil, .colors256),
            ("xterm-256color", "truecolor", nil, nil, .trueColor), ("xterm", "24bit", nil, nil, .trueColor),
            ("xterm-256color", "truecolor", "1", nil, .none), ("xterm-256color", "truecolor", "", nil, .trueColor),
            ("xterm-256color", nil, "1", "256", .colors256), ("xterm-256color", "truecolor", nil, "16", .colors16),
            ("xterm-256color", "truecolor", nil, "never", .none), ("xterm-256color", nil, nil, "auto", .colors256),
            ("xterm", nil, nil, "none", .colors16), ("xterm-direct", nil, nil, nil, .trueColor),
        ] as [(String?, String?, String?, String?, ColorDepth)])
    func depth(term: String?, colorTerm: String?, noColor: String?, option: String?, depth: ColorDepth) {
        #expect(ColorDepth.chosen(term: term, colorTerm: colorTerm, noColor: noColor, option: option) == depth)
    }

    @Test("glyphs have the widths that the screen counts on")
    func glyphs() {
        let unicode = Glyphs.unicode
        for glyph in [unicode.snapshot, unicode.breakpoint, unicode.mark, unicode.anomaly, unicode.playhead] {
            #expect(glyph.width == 1)
        }
        #expect(unicode.bar(0, of: 9) == "▁" && unicode.bar(9, of: 9) == "█" && unicode.bar(99, of: 9) == "█")
        #expect(Glyphs.ascii.bar(5, of: 9) == "-")
        #expect(Glyphs.ascii.arrowRight.plainString.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("roles have the names that theme files use, and writers come round again")
    func roles() {
        #expect(Role(name: "break") == .breakpoint)
        #expect(Role(name: "writer.8") == .writer8)
        #expect(Role(name: "writer.9") == nil)
        #expect(Role.writer(9) == .writer1 && Role.writer(8) == .writer8 && Role.writer(0) == .writer8)
        #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
    }
}
