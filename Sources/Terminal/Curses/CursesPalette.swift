internal import CNcurses

/// Gives every role its pair of colours and its attributes in curses, and redefines colours where that is possible.
struct CursesPalette {
    /// Attributes by `Role.rawValue`; the pair of a role is its raw value and one.
    private var looks: [Attributes]
    /// What is really shown, after what the terminal can do.
    let depth: ColorDepth
    /// Whether colours of the terminal were redefined, so that they must be reset at the end.
    private(set) var hasChangedColors = false

    /// Colours that one redefinition already claims, so that another does not change it.
    private var claimed: [UInt8: Color] = [:]

    /// Call when curses is open, and again when it comes back from a suspension, because leaving resets all colours.
    init(theme: Theme, depth wanted: ColorDepth) {
        let count = Int(curses_color_count())
        let canColor = has_colors() && count >= 8 && Int(curses_color_pair_count()) > Role.allCases.count
        depth = !canColor ? .none : count < 256 ? min(wanted, .colors16) : wanted
        looks = Array(repeating: [], count: Role.allCases.count)
        for role in Role.allCases {
            let style = theme.style(for: role, depth: depth)
            looks[Int(role.rawValue)] = style.attributes
            guard depth != .none else { continue }
            // A terminal of eight colours shows the bright ones as bold.
            if count < 16, case .indexed(let index) = style.foreground, index >= 8 {
                looks[Int(role.rawValue)].insert(.bold)
            }
            init_extended_pair(
                CursesPalette.pair(of: role), number(for: style.foreground, of: count),
                number(for: style.background, of: count))
        }
    }

    static func pair(of role: Role) -> Int32 { Int32(role.rawValue) + 1 }

    /// The pair and the attributes of a cell.
    func look(of cell: Cell) -> (pair: Int32, attributes: attr_t) {
        let attributes = looks[Int(cell.role.rawValue)].union(cell.attributes)
        var bits: attr_t = 0
        if attributes.contains(.bold) { bits |= curses_bold() }
        if attributes.contains(.dim) { bits |= curses_dim() }
        if attributes.contains(.reverse) { bits |= curses_reverse() }
        if attributes.contains(.underline) { bits |= curses_underline() }
        if attributes.contains(.italic) { bits |= curses_italic() }
        return (depth == .none ? 0 : CursesPalette.pair(of: cell.role), bits)
    }

    private mutating func number(for color: Color, of count: Int) -> Int32 {
        switch color {
        case .standard:
            return -1
        case .indexed(let index):
            return Int32(Int(index) % max(count, 8))
        case .rgb(let red, let green, let blue):
            if count >= 1 << 24 { return Int32(red) << 16 | Int32(green) << 8 | Int32(blue) }
            return redefined(color)
        }
    }

    /// The nearest of the 256 is redefined to be exact: a terminal that ignores it still shows the nearest.
    private mutating func redefined(_ color: Color) -> Int32 {
        guard case .indexed(let index) = color.reduced(to: .colors256) else { return -1 }
        guard can_change_color(), let components = color.components else { return Int32(index) }
        guard claimed[index] == nil else { return Int32(index) }
        claimed[index] = color
        init_extended_color(
            Int32(index), thousandths(components.red), thousandths(components.green), thousandths(components.blue))
        hasChangedColors = true
        return Int32(index)
    }

    private func thousandths(_ value: Int) -> Int32 { Int32((value * 1000 + 127) / 255) }
}
