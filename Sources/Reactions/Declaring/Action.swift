/// What somebody wants done to one stream: an aggregate decides which events come of it.
public protocol Action<State>: Sendable {
    /// The aggregate that it is done to.
    associatedtype State: Aggregate

    /// What it is called in metadata and errors; the type's own name, unless it says another.
    static var name: String { get }

    /// Throws what is wrong with it, whatever the state; it is asked before anything is read.
    func validate() throws
}

extension Action {
    public static var name: String { String(describing: Self.self) }

    public func validate() throws {}
}
