/// A timeout or a row made an event of a case that it does not name.
public struct UndeclaredEvent: Error, Hashable, CustomStringConvertible {
    /// What was made.
    public var event: String
    /// The timeout or the row.
    public var place: SourcePlace

    /// A sentence that says what to add.
    public var description: String { "what stands at \(place) made a \(event), which it does not name; add it there" }
}
