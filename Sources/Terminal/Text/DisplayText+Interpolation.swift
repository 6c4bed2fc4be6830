/// Lets views write `"\(position) of \(count)"`: literals are ours, and everything put in is made harmless.
extension DisplayText: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        var text = DisplayText()

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { text = text + DisplayText(literal) }
        }

        package mutating func appendInterpolation(_ part: DisplayText) {
            text = text + part
        }

        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            text = text + DisplayText(number)
        }

        /// Foreign text, made harmless on its way in.
        package mutating func appendInterpolation(_ string: String, as kind: DisplayText.Kind = .text) {
            text = text + DisplayText(string, as: kind)
        }
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.text
    }
}
