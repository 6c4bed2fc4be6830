import Actors

/// Carries out the commands of one running entity.
protocol CommandDriver: Sendable {
    associatedtype Command: Sendable

    /// Takes over what others have written since.
    func reload() async throws

    /// Decides a command and carries it out.
    func handle(
        _ command: Command, under lock: HeldLock?, in context: ActorContext<Command>
    ) async throws -> Behavior<Command>
}
