/// A machine can't be stored as its states and events say.
public struct MachineCodingError: Error, Hashable, CustomStringConvertible {
    /// The type of the states or of the events.
    public var family: String
    /// Cases without a row.
    public var missing: [String]
    /// Rows without a case.
    public var unknown: [String]

    /// A sentence that names both.
    public var description: String {
        var clauses: [String] = []
        if !missing.isEmpty { clauses.append("no row for \(missing.joined(separator: ", "))") }
        if !unknown.isEmpty { clauses.append("no case for \(unknown.joined(separator: ", "))") }
        return "the registry of \(family) has \(clauses.joined(separator: ", and "))"
    }
}
