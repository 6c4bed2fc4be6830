public import Actors

/// Gives one command at a time the lock of an entity, across all systems that share it.
public protocol LockProvider: Sendable {
    /// Runs `body` once, while nobody else holds the entity's lock, and answers what it answers.
    ///
    /// Throws what `body` throws; before it has run `body`, why the lock can't be got, such as `LockError.timedOut`.
    func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, _ body: (HeldLock) async throws -> Result
    ) async throws -> Result
}
