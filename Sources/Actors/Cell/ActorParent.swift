/// Whoever spawned an actor: another actor's cell, or the guardian of the system.
protocol ActorParent: AnyObject, Sendable {
    /// The child has stopped; with a cause if its failure is the parent's to deal with.
    func childDidStop(_ child: Cell, escalating cause: (any Error)?)

    /// The living children but one, in the order they were spawned in.
    func siblings(of child: Cell) -> [Cell]
}
