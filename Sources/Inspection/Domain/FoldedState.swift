public import EventSourcing

/// A state of some entity while its events are folded, whatever its Swift type is.
public protocol FoldedState: Sendable {
    /// Folds one stored event; throws when its payload can't be decoded or does not fold, and is then unchanged.
    mutating func fold(_ event: borrowing StoredEvent) throws

    /// The state as a tree, keys in the order in which the domain declares them.
    func tree() throws -> JSONValue
}
