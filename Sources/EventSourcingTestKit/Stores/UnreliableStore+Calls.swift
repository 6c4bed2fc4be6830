import Actors
import EventSourcing

extension UnreliableStore {
    /// Waits while the store is slow; throws while it is disconnected.
    func enter(_ id: PersistenceID? = nil) async throws {
        let delay = script.withLock { script in
            if script.delay != nil { script.waiting += 1 }
            return script.delay
        }
        if let delay {
            _ = try? await delay.sleeper.ask(timeout: delay.duration) { (_: ActorRef<Bool>) in Pause() }
            script.withLock { $0.waiting -= 1 }
        }
        if script.withLock({ !$0.isConnected }) {
            throw StoreError(.closed, stream: id, detail: "the test has disconnected it")
        }
    }

    /// Asks the first question of a recovery.
    func beginRecovery(of id: PersistenceID) async throws {
        let reason = script.withLock { script in
            script.recoveries += 1
            return script.recoveryFaults.isEmpty ? nil : script.recoveryFaults.removeFirst()
        }
        try await enter(id)
        if let reason { throw StoreError(reason, stream: id) }
    }

    /// Asks a further question of a recovery.
    func continueRecovery(of id: PersistenceID) async throws {
        try await enter(id)
        let interruption = script.withLock { $0.recoveryInterruption.take() }
        try await interruption?(base)
    }

    /// Writes as planned; `conflict` and `fence` make the errors that the store beneath would throw.
    func write<Answer>(
        _ plan: Plan, to id: PersistenceID, conflict: () async throws -> any Error,
        fence: (WriterID) async throws -> any Error, _ body: () async throws -> Answer
    ) async throws -> Answer {
        try await enter(id)
        try await plan.interruption?(base)
        switch plan.fault {
        case .refused(let reason): throw StoreError(reason, stream: id)
        case .conflict: throw try await conflict()
        case .fenced(let other): throw try await fence(other)
        case .lostBeforeCommit: throw StoreError(.outcomeUnknown, stream: id)
        case .error(let error): throw error
        case .lostAfterCommit, .errorAfterCommit, nil: break
        }
        let answer = try await body()
        switch plan.fault {
        case .lostAfterCommit: throw StoreError(.outcomeUnknown, stream: id)
        case .errorAfterCommit(let error): throw error
        default: return answer
        }
    }

    /// Carries out what can only be refused.
    func change<Answer>(_ plan: Plan, of id: PersistenceID, _ body: () async throws -> Answer) async throws -> Answer {
        try await enter(id)
        if case .refused(let reason) = plan.fault { throw StoreError(reason, stream: id) }
        return try await body()
    }
}
