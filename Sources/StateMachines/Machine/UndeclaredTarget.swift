/// A row led to a state that it does not name; nothing happens.
public struct UndeclaredTarget: Error, Hashable, CustomStringConvertible {
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// Where it led.
    public var target: String
    /// The row.
    public var place: SourcePlace

    /// A sentence that says what to add.
    public var description: String {
        "the row at \(place) leads from \(state) on \(event) to \(target), which it does not name; add it to the row's goto"
    }
}
