/// Reads a theme file: `role = foreground background attributes`, `inherits name`, `[depth]`, and # comments.
///
/// Whatever it does not understand is left out with a warning, so that a theme written for a newer program still
/// works.
struct ThemeParser {
    private let file: String
    private let ancestors: [String]
    /// The text of another theme, for `inherits`.
    private let source: (String) -> String?
    private let known: [String]

    private var theme: Theme
    private var warnings: [ThemeWarning] = []
    private var depth: ColorDepth?
    private var hasBegun = false
    private var line = 0

    static func parse(
        _ text: String, name: String, file: String, ancestors: [String] = [], known: [String],
        source: @escaping (String) -> String?
    ) -> (theme: Theme, warnings: [ThemeWarning]) {
        var parser = ThemeParser(name: name, file: file, ancestors: ancestors + [name], known: known, source: source)
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) { parser.read(line) }
        return (parser.theme, parser.warnings)
    }

    private init(
        name: String, file: String, ancestors: [String], known: [String], source: @escaping (String) -> String?
    ) {
        self.file = file
        self.ancestors = ancestors
        self.known = known
        self.source = source
        theme = Theme(name: name)
    }

    private mutating func read(_ text: Substring.UTF8View) {
        line += 1
        let words = words(of: text)
        guard let first = words.first else { return }
        if first.hasPrefix("["), first.hasSuffix("]"), words.count == 1 {
            readDepth(String(first.dropFirst().dropLast()))
        } else if first == "inherits", words.count == 2 {
            inherit(words[1])
        } else if words.count > 1, words[1] == "=" {
            assign(first, Array(words.dropFirst(2)))
        } else {
            warn(.notAnAssignment)
        }
        hasBegun = true
    }

    /// The words before a comment, which begins at a `#` that stands alone or at the start; `#rrggbb` is a color.
    private func words(of text: Substring.UTF8View) -> [String] {
        var words: [String] = []
        for word in text.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
            if word.first == UInt8(ascii: "#"), words.isEmpty || word.count == 1 { break }
            words.append(String(Substring(word)))
        }
        return words
    }

    private mutating func readDepth(_ name: String) {
        guard let depth = ColorDepth(name: name) else { return warn(.unknownDepth(name)) }
        self.depth = depth
    }

    private mutating func inherit(_ name: String) {
        if hasBegun { return warn(.inheritsLate) }
        if ancestors.contains(name) { return warn(.inheritsItself(name)) }
        guard let text = source(name) else {
            return warn(.unknownTheme(name, nearest: NearestName.of(name, among: known)))
        }
        // What is wrong in the other file is said when that one is loaded.
        let parent = ThemeParser.parse(
            text, name: name, file: name, ancestors: ancestors, known: known, source: source)
        theme.styles = parent.theme.styles
        theme.variants = parent.theme.variants
        theme.picture = parent.theme.picture
    }

    private mutating func assign(_ name: String, _ values: [String]) {
        let role = Role(name: name)
        guard role != nil || name == "picture" else {
            let names = Role.allCases.map(\.name) + ["picture"]
            return warn(.unknownRole(name, nearest: NearestName.of(name, among: names)))
        }
        guard values.count >= 2 else { return warn(.withoutColors(name)) }
        guard let foreground = color(values[0]), let background = color(values[1]) else { return }
        var style = Style(foreground: foreground, background: background)
        for value in values.dropFirst(2) {
            if let named = Attributes.named.first(where: { $0.name == value }) {
                style.attributes.insert(named.attribute)
            } else {
                warn(.unknownAttribute(value, nearest: NearestName.of(value, among: Attributes.named.map(\.name))))
            }
        }
        if let role {
            set(style, for: role)
        } else {
            theme.picture = style
        }
    }

    private mutating func set(_ style: Style, for role: Role) {
        if let depth {
            theme.variants[depth, default: [:]][role] = style
        } else {
            theme.styles[role] = style
            // A theme's own colors win over the variants it inherits; without colors the inherited attributes still
            // tell roles apart.
            for depth in theme.variants.keys where depth != .none { theme.variants[depth]?[role] = nil }
        }
    }

    private mutating func color(_ text: String) -> Color? {
        if let color = Color(notation: text) { return color }
        warn(.unknownColor(text, nearest: NearestName.of(text, among: Color.names.map(\.name) + ["default"])))
        return nil
    }

    private mutating func warn(_ problem: ThemeWarning.Problem) {
        warnings.append(ThemeWarning(file: file, line: line, problem: problem))
    }
}
