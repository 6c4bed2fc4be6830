public import Actors

extension LeaseLockProvider {
    /// Runs `body` once, while nobody else holds the entity's lock, and answers what it answers.
    ///
    /// The lock is given back when `body` has ended, also by an error or a cancellation. Where the task holds the lock
    /// already, by this function and in the same store, it is that one, which stays until its own end.
    ///
    /// Throws what `body` throws, `LockError`, `CancellationError` where the task is cancelled while it waits, and
    /// `StoreError`.
    ///
    /// - Parameters:
    ///   - id: the entity.
    ///   - system: whose clock and timers it goes by.
    ///   - policy: what becomes of `body` when the lock is lost.
    ///   - body: runs under the lock, which `ActorRef.ask(timeout:under:_:)` takes along.
    public func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, whenLost policy: LockLossPolicy,
        _ body: @escaping @Sendable (HeldLock) async throws -> Result
    ) async throws -> Result {
        try await holding(id, in: system, orHeld: body) { kept in await kept.run(policy, body) }
    }
}
