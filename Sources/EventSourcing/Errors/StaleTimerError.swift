/// A timer that was to fire is not its claimer's any more; nothing was written.
public struct StaleTimerError: Error, Hashable, CustomStringConvertible {
    /// The entity.
    public var persistenceID: PersistenceID
    /// The timer's name.
    public var name: String
    /// The generation that was to fire.
    public var generation: Int64
    /// The generation that is armed; nil where none is.
    public var armed: Int64?

    /// Describes a refusal.
    public init(persistenceID: PersistenceID, name: String, generation: Int64, armed: Int64?) {
        self.persistenceID = persistenceID
        self.name = name
        self.generation = generation
        self.armed = armed
    }

    /// A sentence that says what became of the timer.
    public var description: String {
        let timer = "the timer '\(name)' of \(persistenceID) with the generation \(generation)"
        return switch armed {
        case nil: "\(timer) has fired or was cancelled; there is nothing left to do"
        case generation: "\(timer) is not held by this claim any more; whoever holds it lets it fire"
        case let armed?: "\(timer) was armed anew with the generation \(armed), which fires in its own time"
        }
    }
}
