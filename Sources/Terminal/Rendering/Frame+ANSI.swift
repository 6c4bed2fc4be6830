extension Frame {
    /// The screen as lines with colours, to be shown by `cat` on a terminal.
    package func ansi(theme: Theme, depth: ColorDepth = .trueColor) -> String {
        var result = ""
        for row in 0..<size.rows {
            var current = ""
            for run in runs(row: row) {
                var style = theme.style(for: run.role, depth: depth)
                style.attributes.formUnion(run.attributes)
                let sequence = ANSISequence.select(style)
                if sequence != current {
                    result += sequence
                    current = sequence
                }
                result += run.text
            }
            result += ANSISequence.reset + "\n"
        }
        return result
    }
}

/// "Select graphic rendition" sequences (ECMA-48, 8.3.117).
enum ANSISequence {
    static let reset = "\u{1B}[0m"

    static func select(_ style: Style) -> String {
        var codes = ["0"]
        let attributes: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
        ]
        for (attribute, code) in attributes where style.attributes.contains(attribute) { codes.append(code) }
        codes += color(style.foreground, base: 30)
        codes += color(style.background, base: 40)
        return "\u{1B}[" + codes.joined(separator: ";") + "m"
    }

    private static func color(_ color: Color, base: Int) -> [String] {
        switch color {
        case .standard: []
        case .indexed(let index) where index < 8: [String(base + Int(index))]
        case .indexed(let index) where index < 16: [String(base + 60 + Int(index) - 8)]
        case .indexed(let index): ["\(base + 8);5;\(index)"]
        case .rgb(let red, let green, let blue): ["\(base + 8);2;\(red);\(green);\(blue)"]
        }
    }
}
