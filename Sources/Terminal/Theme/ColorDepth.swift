/// How many colours a terminal shows.
package enum ColorDepth: Int, Sendable, Hashable, Comparable, CaseIterable {
    case none, colors16, colors256, trueColor

    package static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }

    /// The name in theme files and after `--color`.
    package var name: String {
        switch self {
        case .none: "none"
        case .colors16: "16"
        case .colors256: "256"
        case .trueColor: "truecolor"
        }
    }

    package init?(name: some StringProtocol) {
        guard let depth = ColorDepth.allCases.first(where: { $0.name == name }) else { return nil }
        self = depth
    }

    /// What `--color` takes.
    package static let options = ["auto", "never", "16", "256", "truecolor"]

    /// The depth for a terminal: the option wins, then `NO_COLOR`, then what `COLORTERM` and `TERM` say.
    ///
    /// - Parameters:
    ///   - option: The value of `--color`; `auto` and an unknown one leave the choice to the environment.
    ///   - noColor: The value of `NO_COLOR`, which counts when it is not empty (no-color.org).
    package static func chosen(
        term: String?, colorTerm: String?, noColor: String?, option: String? = nil
    ) -> ColorDepth {
        switch option {
        case "never": return .none
        case .some(let name):
            if name != "none", let depth = ColorDepth(name: name) { return depth }
        case nil: break
        }
        if let noColor, !noColor.isEmpty { return .none }
        let term = term ?? ""
        if term.isEmpty || term == "dumb" || term.hasPrefix("vt") || term.hasSuffix("-mono") { return .none }
        if colorTerm == "truecolor" || colorTerm == "24bit" || term.hasSuffix("-direct") { return .trueColor }
        if term.hasSuffix("256color") { return .colors256 }
        return .colors16
    }
}
