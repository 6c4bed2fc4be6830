/// An operation or a value of a file that does not fit the state or the event that it meets.
///
/// It names places and kinds of values, never the values themselves.
struct RuleFailure: Error, Hashable, CustomStringConvertible {
    /// A clause that says what does not fit.
    var clause: String
    /// Whether the event itself is at fault, whatever the state is.
    var isAboutPayload = false
    /// The operation's place, as in `orders.fold line 12`; set where the operation is run.
    var place: String?

    init(_ clause: String, isAboutPayload: Bool = false) {
        self.clause = clause
        self.isAboutPayload = isAboutPayload
    }

    var description: String { place.map { "\(clause) (\($0))" } ?? clause }
}
