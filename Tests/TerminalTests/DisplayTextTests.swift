import CTerminal
import TestSupport
import Testing

@testable import Terminal

@Suite("Foreign text is made harmless")
struct DisplayTextTests {
    @Test(
        "a string is shown as",
        arguments: [
            ("A\u{1B}[2JB", "A␛[2JB"), ("A\u{1B}]52;c;cm0gLXJm\u{07}B", "A␛]52;c;cm0gLXJm␇B"),
            ("A\u{1B}]0;pwn\u{07}B", "A␛]0;pwn␇B"),
            ("A\u{1B}]8;;http://x\u{1B}\\t\u{1B}]8;;\u{1B}\\", "A␛]8;;http://x␛\\t␛]8;;␛\\"),
            ("A\u{1B}Pq\u{1B}\\B", "A␛Pq␛\\B"), ("A\u{1B}[6n", "A␛[6n"), ("A\u{1B}c", "A␛c"), ("A\u{1B}", "A␛"),
            ("A\u{1B}]", "A␛]"), ("\u{202E}abc\u{202C}", "⟨202E⟩abc⟨202C⟩"), ("\u{2066}x\u{2069}", "⟨2066⟩x⟨2069⟩"),
            ("\u{200B}", "⟨200B⟩"), ("👨\u{200D}👩", "👨⟨200D⟩👩"), ("\u{FEFF}", "⟨FEFF⟩"), ("\u{AD}", "⟨00AD⟩"),
            ("\u{2028}", "⟨2028⟩"), ("\u{85}", "⟨0085⟩"), ("\u{E0041}", "⟨E0041⟩"), ("\u{FE0F}", "⟨FE0F⟩"),
            ("A" + String(repeating: "\u{301}", count: 200), "A\u{301}\u{301}⟨+198⟩"), ("\u{301}first", "⟨0301⟩first"),
            ("\u{3164}", "⟨3164⟩"), ("%s%n%x", "%s%n%x"), ("\u{061C}\u{200E}\u{200F}", "⟨061C⟩⟨200E⟩⟨200F⟩"),
            ("\u{115F}\u{1160}\u{FFA0}\u{17B4}", "⟨115F⟩⟨1160⟩⟨FFA0⟩⟨17B4⟩"), ("\u{FFF9}\u{E000}", "⟨FFF9⟩⟨E000⟩"),
            ("\u{378}", "⟨0378⟩"), ("\n\u{301}", "␊⟨0301⟩"), ("日本橋", "日本橋"),
            ("e\u{301}", "e\u{301}"), ("", ""), (" a ", " a "), ("a\u{A0}b", "a\u{A0}b"),
        ])
    func string(foreign: String, shown: String) {
        let text = DisplayText(foreign)
        #expect(Array(text.plainString.unicodeScalars) == Array(shown.unicodeScalars))
        expectHarmless(text)
    }

    @Test(
        "bytes are shown as",
        arguments: [
            ([0xC2, 0x9B, 0x32, 0x4A], "⟨009B⟩2J"), ([0x9B, 0x32, 0x4A], "\u{FFFD}2J"), ([0xFF], "\u{FFFD}"),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xE2, 0x98], "\u{FFFD}"),
            ([0xE2, 0x98, 0x41], "\u{FFFD}A"), ([0x00], "␀"), ([0x07], "␇"), ([0x08, 0x08], "␈␈"), ([0x0D], "␍"),
            ([0x0A], "␊"), ([0x09], "␉"), ([0x7F], "␡"),
            ([0xEF, 0xB7, 0x90], "⟨FDD0⟩"), ([0xF4, 0x8F, 0xBF, 0xBF], "⟨10FFFF⟩"),
        ] as [([UInt8], String)])
    func bytes(foreign: [UInt8], shown: String) {
        let text = DisplayText(bytes: foreign)
        #expect(text.plainString == shown)
        expectHarmless(text)
    }

    @Test(
        "a name marks leading, trailing and unusual spaces",
        arguments: [
            (" a b ", "␠a b␠"), ("  ", "␠␠"), ("a\u{A0}b", "a⟨00A0⟩b"), ("a\u{3000}", "a⟨3000⟩"),
            ("a\u{2800}b", "a⟨2800⟩b"), ("order-1", "order-1"), ("", ""), (" \u{1B} ", "␠␛␠"),
        ])
    func name(foreign: String, shown: String) {
        let text = DisplayText(foreign, as: .name)
        #expect(text.plainString == shown)
        expectHarmless(text)
    }

    @Test("what stands for something else is dimmed, and nothing more")
    func dimmed() {
        var dimmed = ""
        let text: DisplayText = "x" + DisplayText("a\u{1B}b\u{202E}") + "y"
        text.forEachGlyph { glyph in
            if glyph.isDimmed { dimmed.unicodeScalars.append(glyph.base) }
            return true
        }
        #expect(dimmed == "␛⟨202E⟩")
    }

    @Test("ten megabytes are cut at 64 KiB, and the rest is counted")
    func cap() {
        let text = DisplayText(String(repeating: "A", count: 10_000_000))
        #expect(text.plainString.hasSuffix("A⟨… 9934464 bytes more⟩"))
        #expect(text.width == 65_536 + "⟨… 9934464 bytes more⟩".count)
    }

    @Test("a cut never falls into the middle of a character", arguments: 1...12)
    func cutCharacter(limit: Int) {
        let bytes = Array("é日😀x".utf8)
        let text = DisplayText(bytes: bytes, limit: limit)
        #expect(!text.plainString.contains("\u{FFFD}"))
        expectHarmless(text)
    }

    @Test("every scalar there is becomes harmless, with the width of what is shown")
    func everyScalar() {
        // Planes 4 to 13 are unassigned and 15 and 16 private: some of them are enough.
        let sparse = (UInt32(0x40000)...0xDFFFF).by(997) + (UInt32(0xF0000)...0x10FFFF).by(997)
        for value in (UInt32(0)...0x3FFFF).by(1) + (UInt32(0xE0000)...0xEFFFF).by(1) + sparse {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = DisplayText(String(scalar))
            var width = 0
            for shown in text.plainString.unicodeScalars {
                guard case .printable(let columns) = ScalarClass(shown) else {
                    Issue.record("U+\(String(value, radix: 16)) is shown with something that is not printable")
                    return
                }
                if ScalarClass.width(ofPrintable: shown) != columns || terminal_column_width(shown.value) != columns {
                    Issue.record("U+\(String(value, radix: 16)) is measured in two ways")
                }
                width += columns
            }
            if text.width != width || width == 0 { Issue.record("U+\(String(value, radix: 16)) has a wrong width") }
        }
    }

    @Test("random bytes become harmless, in one piece and in two")
    func randomBytes() {
        var random = SeededRandom.announced()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in random.interestingByte() }
            let kind: DisplayText.Kind = Bool.random(using: &random) ? .text : .name
            let text = DisplayText(bytes: bytes, as: kind)
            expectHarmless(text)
            let columns = Int.random(in: 0...50, using: &random)
            let clipped = text.clipped(to: columns)
            #expect(clipped.width <= columns)
            expectHarmless(clipped)
            let rest = text.dropping(columns: columns)
            #expect(rest.width == max(0, text.width - columns))
            expectHarmless(rest)
            expectHarmless(text.prefix(columns: columns) + rest)
        }
    }

    @Test("interpolation takes numbers and safe text, and makes strings harmless")
    func interpolation() {
        let name = "\u{1B}x "
        let text: DisplayText = "#\(17) of \(name, as: .name) and \(DisplayText("y"))"
        #expect(text.plainString == "#17 of ␛x␠ and y")
        expectHarmless(text)
    }

    private func expectHarmless(_ text: DisplayText, _ location: SourceLocation = #_sourceLocation) {
        var width = 0
        var marks = 0
        var hasBase = false
        for scalar in text.plainString.unicodeScalars {
            switch ScalarClass(scalar) {
            case .printable(let columns):
                width += columns
                marks = 0
                hasBase = true
            case .mark:
                marks += 1
                #expect(hasBase && marks <= 2, sourceLocation: location)
            case .control, .escaped:
                Issue.record("U+\(String(scalar.value, radix: 16)) got through", sourceLocation: location)
            }
        }
        #expect(text.width == width, sourceLocation: location)
        #expect(text.dimmed.allSatisfy { $0.upperBound <= text.plainString.utf8.count }, sourceLocation: location)
    }
}

extension ClosedRange<UInt32> {
    fileprivate func by(_ step: UInt32) -> [UInt32] {
        Array(stride(from: lowerBound, through: upperBound, by: Int(step)))
    }
}
