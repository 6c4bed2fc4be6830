/// What every role looks like, at every depth of colour.
package struct Theme: Sendable, Hashable {
    package var name: String
    /// What `default` is in pictures, where there is no terminal to ask: foreground and background.
    package var picture: Style
    /// What holds at every depth, reduced to the colours there are.
    var styles: [Role: Style]
    /// What holds at one depth only.
    var variants: [ColorDepth: [Role: Style]]

    package init(name: String) {
        self.name = name
        picture = Style(
            foreground: .rgb(red: 0xD4, green: 0xD7, blue: 0xDD), background: .rgb(red: 0x16, green: 0x18, blue: 0x1D))
        styles = [:]
        variants = [:]
    }

    /// How a role looks with so many colours; a role that the theme does not name looks like plain text.
    package func style(for role: Role, depth: ColorDepth) -> Style {
        let style = variants[depth]?[role] ?? styles[role] ?? variants[depth]?[.text] ?? styles[.text] ?? Style()
        return style.reduced(to: depth)
    }

    /// The names of the themes that are built into the program; the first is the one to start with.
    package static let shippedNames = ["dusk", "day", "high-contrast", "deuter", "trit", "mono"]
}
