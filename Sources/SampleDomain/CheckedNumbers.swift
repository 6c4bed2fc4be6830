/// An amount or a count in an event is beyond what can be counted with.
///
/// A store may hold anything, so folding checks what the rules would never have let in.
struct UncountableError: Error, Hashable, CustomStringConvertible {
    let what: String

    var description: String { "the \(what) is beyond what can be counted" }
}

extension Int {
    /// The sum; throws where it does not fit.
    func adding(_ other: Int, as what: String) throws(UncountableError) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        if overflow { throw UncountableError(what: what) }
        return sum
    }

    /// The difference; throws where it does not fit.
    func subtracting(_ other: Int, as what: String) throws(UncountableError) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        if overflow { throw UncountableError(what: what) }
        return difference
    }

    /// The product; throws where it does not fit.
    func times(_ other: Int, as what: String) throws(UncountableError) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        if overflow { throw UncountableError(what: what) }
        return product
    }
}
