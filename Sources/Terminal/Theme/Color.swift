/// A colour as a theme names it.
package enum Color: Sendable, Hashable {
    /// The terminal's own.
    case standard
    /// One of the 256 colours of a terminal; the first 16 are the person's own choice.
    case indexed(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)

    /// The names of the first 16, with `gray` for bright black.
    static let names: [(name: String, index: UInt8)] = [
        ("black", 0), ("red", 1), ("green", 2), ("yellow", 3), ("blue", 4), ("magenta", 5), ("cyan", 6), ("white", 7),
        ("gray", 8), ("bright-red", 9), ("bright-green", 10), ("bright-yellow", 11), ("bright-blue", 12),
        ("bright-magenta", 13), ("bright-cyan", 14), ("bright-white", 15),
    ]

    /// A colour by its name, `default`, a number from 0 to 255, or `#rrggbb`.
    package init?(notation: String) {
        let bytes = notation.utf8
        if notation == "default" {
            self = .standard
        } else if bytes.first == UInt8(ascii: "#") {
            guard bytes.count == 7, bytes.dropFirst().allSatisfy(isHex),
                let value = UInt32(notation.dropFirst(), radix: 16)
            else { return nil }
            self = Color(value)
        } else if bytes.first.map({ (0x30...0x39).contains($0) }) == true {
            guard let index = UInt8(notation) else { return nil }
            self = .indexed(index)
        } else if let named = Color.names.first(where: { $0.name == notation }) {
            self = .indexed(named.index)
        } else {
            return nil
        }
    }

    private init(_ value: UInt32) {
        self = .rgb(
            red: UInt8(value >> 16 & 0xFF), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
    }

    /// The nearest colour that this depth has.
    package func reduced(to depth: ColorDepth) -> Color {
        switch depth {
        case .trueColor: return self
        case .none: return .standard
        case .colors256:
            guard case .rgb = self, let components else { return self }
            return .indexed(Palette.nearest(to: components, among: 16...255))
        case .colors16:
            switch self {
            case .standard: return self
            case .indexed(let index) where index < 16: return self
            default: return components.map { .indexed(Palette.nearest(to: $0, among: 0...15)) } ?? self
            }
        }
    }

    /// Red, green and blue; nothing for the terminal's own.
    var components: Palette.Components? {
        switch self {
        case .standard: nil
        case .indexed(let index): Palette.components(of: index)
        case .rgb(let red, let green, let blue):
            Palette.Components(red: Int(red), green: Int(green), blue: Int(blue))
        }
    }
}

private func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
}

/// The 256 colours as xterm has them.
enum Palette {
    struct Components: Hashable {
        var red: Int
        var green: Int
        var blue: Int

        /// `#rrggbb`.
        var notation: String {
            let digits = String(red << 16 | green << 8 | blue, radix: 16)
            return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
        }
    }

    private static let first16: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    private static let steps = [0, 95, 135, 175, 215, 255]

    static func components(of index: UInt8) -> Components {
        let number = Int(index)
        switch number {
        case 0..<16:
            let value = Int(first16[number])
            return Components(red: value >> 16 & 0xFF, green: value >> 8 & 0xFF, blue: value & 0xFF)
        case 16..<232:
            let cube = number - 16
            return Components(red: steps[cube / 36], green: steps[cube / 6 % 6], blue: steps[cube % 6])
        default:
            let level = 8 + (number - 232) * 10
            return Components(red: level, green: level, blue: level)
        }
    }

    static func nearest(to wanted: Components, among indexes: ClosedRange<UInt8>) -> UInt8 {
        var best = indexes.lowerBound
        var shortest = Int.max
        for index in indexes {
            let candidate = components(of: index)
            let red = candidate.red - wanted.red
            let green = candidate.green - wanted.green
            let blue = candidate.blue - wanted.blue
            // The eye sees green best and blue worst.
            let distance = 3 * red * red + 6 * green * green + 2 * blue * blue
            if distance < shortest {
                shortest = distance
                best = index
            }
        }
        return best
    }
}
