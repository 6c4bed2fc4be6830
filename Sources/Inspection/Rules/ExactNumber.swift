import EventSourcing

/// A decimal number that is added and multiplied without rounding, so that `0.10 + 0.20` is `0.30`.
struct ExactNumber: Hashable {
    /// More digits than this are beyond what can be counted: `Int128` holds 38.
    private static let mostDigits = 36

    /// The number times ten to the power of `scale`.
    private(set) var coefficient: Int128
    /// How many digits stand behind the point.
    private(set) var scale: Int

    static let zero = ExactNumber(coefficient: 0, scale: 0)

    private init(coefficient: Int128, scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    init(_ integer: Int) { self.init(coefficient: Int128(integer), scale: 0) }

    /// Reads a number; nil for one with too many digits.
    init?(_ number: JSONNumber) {
        var (coefficient, scale, digits) = (Int128(0), 0, 0)
        var bytes = number.text.utf8[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        var isFraction = false
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let exponent = Int(String(decoding: bytes, as: UTF8.self)),
                    (-Self.mostDigits...Self.mostDigits).contains(exponent)
                else { return nil }
                scale -= exponent
                bytes = bytes[bytes.endIndex...]
            default:
                if coefficient != 0 || byte != UInt8(ascii: "0") { digits += 1 }
                if digits > Self.mostDigits { return nil }
                coefficient = coefficient * 10 + Int128(byte - UInt8(ascii: "0"))
                if isFraction { scale += 1 }
            }
        }
        guard scale <= Self.mostDigits else { return nil }
        self.init(coefficient: isNegative ? -coefficient : coefficient, scale: 0)
        // A number with an exponent above its digits is written out, as in 1e3.
        if scale < 0 {
            guard let whole = Self.raised(self.coefficient, by: -scale) else { return nil }
            self.coefficient = whole
        } else {
            self.scale = scale
        }
    }

    /// The sum; nil where it has too many digits.
    func adding(_ other: ExactNumber) -> ExactNumber? {
        let scale = max(scale, other.scale)
        guard let left = Self.raised(coefficient, by: scale - self.scale),
            let right = Self.raised(other.coefficient, by: scale - other.scale)
        else { return nil }
        return Self.checked(left + right, scale)
    }

    /// The product; nil where it has too many digits.
    func times(_ other: ExactNumber) -> ExactNumber? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        return overflow ? nil : Self.checked(product, scale + other.scale)
    }

    var negated: ExactNumber { ExactNumber(coefficient: -coefficient, scale: scale) }

    /// The number where it is a whole one; nil for one with a fraction, and for one that is too large.
    var whole: Int? {
        var (rest, digits) = (coefficient, scale)
        while digits > 0, rest % 10 == 0 { (rest, digits) = (rest / 10, digits - 1) }
        return digits > 0 ? nil : Int(exactly: rest)
    }

    /// Whether it is the same number, however many zeros stand at its end.
    func isEqual(to other: ExactNumber) -> Bool { order(to: other) == 0 }

    /// Below zero for a number below another one, zero for the same; nil where they are too far apart to be counted with.
    func order(to other: ExactNumber) -> Int? { adding(other.negated).map { Int($0.coefficient.signum()) } }

    /// The number with all digits behind the point that it was made of.
    var number: JSONNumber {
        var digits = String(coefficient.magnitude)
        if scale > 0 {
            if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        }
        return JSONNumber((coefficient < 0 ? "-" : "") + digits) ?? JSONNumber(0)
    }

    private static func checked(_ coefficient: Int128, _ scale: Int) -> ExactNumber? {
        guard coefficient.magnitude < limit, scale <= mostDigits else { return nil }
        return ExactNumber(coefficient: coefficient, scale: scale)
    }

    /// Ten to the power of the most digits.
    private static let limit = (0..<mostDigits).reduce(into: UInt128(1)) { power, _ in power *= 10 }

    private static func raised(_ coefficient: Int128, by digits: Int) -> Int128? {
        var raised = coefficient
        if raised == 0 { return 0 }
        for _ in 0..<digits {
            raised *= 10
            if raised.magnitude >= limit { return nil }
        }
        return raised
    }
}
