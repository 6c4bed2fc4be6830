/// Why a sample entity refuses a request, as a clause.
struct Refusal: Error, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation, CustomStringConvertible {
    let reason: String

    init(stringLiteral value: String) { reason = value }

    var description: String { reason }
}
