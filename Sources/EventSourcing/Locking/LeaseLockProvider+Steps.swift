public import Actors

/// What becomes of the work under a lock that is lost.
public enum LockLossPolicy: Sendable {
    /// It is cancelled, and whatever comes of it is `LockError.lost`.
    case failFast
    /// It goes on, and the handler is told once, with `LockError.lost`; what is written by then is decided by its store.
    case `continue`(@Sendable (LockError) -> Void)
}

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
        if let outer = HeldLeases.current.held(of: id, in: store) {
            try outer.lock.check()
            return try await body(outer.lock)
        }
        let kept = try await take(id, in: system)
        let keeper = system.spawn(kept.keeper(renewingFor: settings.term), name: "lock-keeper")
        let outcome = await HeldLeases.$current.withValue(HeldLeases.current.adding(kept, of: id)) {
            await kept.run(policy, body)
        }
        system.stop(keeper)
        await kept.giveBack(in: system)
        return try outcome.get()
    }
}

extension KeptLease {
    private enum Step<Value: Sendable>: Sendable {
        case lost(LockError)
        case done(Result<Value, any Error>)
        case watched
    }

    /// Runs what the lock was taken for, and watches the lock meanwhile.
    fileprivate func run<Value: Sendable>(
        _ policy: LockLossPolicy, _ body: @escaping @Sendable (HeldLock) async throws -> Value
    ) async -> Result<Value, any Error> {
        await withTaskGroup(of: Step<Value>.self) { group in
            group.addTask { [self] in
                do {
                    return .done(.success(try await body(lock)))
                } catch {
                    return .done(.failure(error))
                }
            }
            group.addTask { [self] in await untilLost().map { .lost($0) } ?? .watched }
            var outcome = Result<Value, any Error>.failure(CancellationError())
            var told: LockError?
            for await step in group {
                switch step {
                case .watched: break
                case .done(let result):
                    outcome = result
                    endWatch()
                case .lost(let loss):
                    told = loss
                    switch policy {
                    case .failFast: group.cancelAll()
                    case .continue(let handler): handler(loss)
                    }
                }
            }
            return settled(outcome, told, policy)
        }
    }

    /// What came of it; a loss that only the clock knows of, as behind a pause, counts like any other.
    private func settled<Value: Sendable>(
        _ outcome: Result<Value, any Error>, _ told: LockError?, _ policy: LockLossPolicy
    ) -> Result<Value, any Error> {
        guard let loss = told ?? loss else { return outcome }
        switch policy {
        case .failFast: return .failure(loss)
        case .continue(let handler):
            if told == nil { handler(loss) }
            return outcome
        }
    }
}
