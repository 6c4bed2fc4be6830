/// A row takes a value of its event, and the event has none; nothing happens.
public struct MissingValue: Error, Hashable, CustomStringConvertible {
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The row.
    public var place: SourcePlace

    /// A sentence that names the row.
    public var description: String {
        "the row at \(place) takes a value of \(event) in \(state), and this one has none; take one that it always has"
    }
}
