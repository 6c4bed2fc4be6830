internal import ShippedThemes

extension Theme {
    /// One of the themes that are built into the program; an unknown name gives none.
    package static func shipped(_ name: String) -> Theme? {
        source(of: name).map { parse($0, name: name, file: "\(name).theme").theme }
    }

    /// The theme to start with.
    package static var standard: Theme {
        shipped("dusk") ?? Theme(name: "dusk")
    }

    /// Reads a theme from the text of its file, with one warning for each line that was left out.
    ///
    /// - Parameters:
    ///   - file: How the file is called in warnings.
    ///   - others: The person's own themes by name, for `inherits`; those that are built in are always there.
    package static func parse(
        _ text: String, name: String, file: String, others: [String: String] = [:]
    ) -> (theme: Theme, warnings: [ThemeWarning]) {
        ThemeParser.parse(text, name: name, file: file, known: shippedNames + others.keys.sorted()) { name in
            others[name] ?? source(of: name)
        }
    }

    /// The text of a theme's file that is built in.
    static func source(of name: String) -> String? {
        ShippedThemes.source(of: name).map { String(decoding: $0, as: UTF8.self) }
    }
}
