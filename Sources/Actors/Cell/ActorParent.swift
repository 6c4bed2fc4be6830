/// Whoever spawned an actor: another actor's cell, or the guardian of the system.
protocol ActorParent: AnyObject, Sendable {
    /// The child has stopped; with a cause if its failure is the parent's to deal with.
    func childDidStop(_ child: Cell, escalating cause: (any Error)?)
}
