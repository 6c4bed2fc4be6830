import Glibc
import Testing

@testable import Terminal

@Suite("The colors of the shipped themes can be told from one another")
struct ThemeColorTests {
    /// A color of the screen, its parts from 0 to 1 and proportional to the light.
    private struct Light {
        var red: Double
        var green: Double
        var blue: Double

        init(red: Double, green: Double, blue: Double) { (self.red, self.green, self.blue) = (red, green, blue) }

        /// By the curve of sRGB; nil for a color that belongs to the terminal.
        init?(_ color: Color) {
            guard case .rgb(let red, let green, let blue) = color else { return nil }
            func light(_ part: UInt8) -> Double {
                let value = Double(part) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            self.init(red: light(red), green: light(green), blue: light(blue))
        }

        var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

        /// As WCAG 2 has it: from 1 for the same, to 21 for black on white.
        func contrast(to other: Light) -> Double {
            let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
            return (high + 0.05) / (low + 0.05)
        }

        /// As eyes see it that lack one kind of cone.
        func seen(by eyes: Eyes) -> Light {
            func part(_ row: [Double]) -> Double { min(1, max(0, row[0] * red + row[1] * green + row[2] * blue)) }
            return Light(red: part(eyes.matrix[0]), green: part(eyes.matrix[1]), blue: part(eyes.matrix[2]))
        }

        /// The distance in CIE L*a*b*, where 2 can just be told apart beside each other.
        func distance(to other: Light) -> Double {
            let (own, its) = (lab, other.lab)
            return sqrt(zip(own, its).map { ($0 - $1) * ($0 - $1) }.reduce(0, +))
        }

        private var lab: [Double] {
            func root(_ value: Double) -> Double {
                value > 216.0 / 24_389 ? cbrt(value) : (24_389.0 / 27 * value + 16) / 116
            }
            let x = root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
            let y = root(luminance)
            let z = root((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
            return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
        }
    }

    /// Eyes that lack one kind of cone; Machado, Oliveira and Fernandes 2009, severity 1.
    enum Eyes: CaseIterable {
        case all, deuteranopia, tritanopia

        var matrix: [[Double]] {
            switch self {
            case .all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            case .deuteranopia:
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
            case .tritanopia:
                [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
            }
        }
    }

    @Test(
        "every color stands out from its background, in the theme of high contrast by 7 to 1",
        arguments: Theme.shippedNames)
    func contrast(name: String) throws {
        let theme = try #require(Theme.shipped(name))
        let (text, ground) = (
            try #require(Light(theme.picture.foreground)), try #require(Light(theme.picture.background))
        )
        let least = name == "high-contrast" ? 7 : 4.5
        #expect(text.contrast(to: ground) >= least, "the text of pictures")
        for role in Role.allCases {
            let style = theme.style(for: role, depth: .trueColor)
            let contrast = (Light(style.foreground) ?? text).contrast(to: Light(style.background) ?? ground)
            #expect(contrast >= least, "\(role.name) has \(contrast) to 1")
        }
    }

    @Test(
        "the writers are told apart by the eyes that a theme is for, and by all others",
        arguments: [("deuter", Eyes.deuteranopia), ("trit", .tritanopia), ("high-contrast", .all), ("dusk", .all)])
    func writers(name: String, eyes: Eyes) throws {
        let theme = try #require(Theme.shipped(name))
        let colors = try (1...8).map { number in
            try #require(Light(theme.style(for: Role.writer(number), depth: .trueColor).foreground))
        }
        let least = eyes == .all ? 12.0 : 25
        for first in colors.indices {
            for second in colors.indices where second > first {
                for seen in Set([Eyes.all, eyes]) {
                    let distance = colors[first].seen(by: seen).distance(to: colors[second].seen(by: seen))
                    #expect(distance >= least, "writers \(first + 1) and \(second + 1), \(seen): \(distance)")
                }
            }
        }
    }

    @Test("what an event added, changed and removed is told apart by the eyes that a theme is for")
    func changes() throws {
        for (name, eyes) in [("deuter", Eyes.deuteranopia), ("trit", .tritanopia)] {
            let theme = try #require(Theme.shipped(name))
            let colors = try [Role.added, .changed, .removed].map { role in
                try #require(Light(theme.style(for: role, depth: .trueColor).foreground)).seen(by: eyes)
            }
            for (first, second) in [(0, 1), (0, 2), (1, 2)] {
                #expect(colors[first].distance(to: colors[second]) >= 25, "\(name), \(first) and \(second)")
            }
        }
    }
}
