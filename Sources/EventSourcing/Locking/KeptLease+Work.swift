extension KeptLease {
    private enum Step<Value: Sendable>: Sendable {
        case lost(LockError)
        case done(Result<Value, any Error>)
        case watched
    }

    /// Runs what the lock was taken for, and watches the lock meanwhile.
    func run<Value: Sendable>(
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
