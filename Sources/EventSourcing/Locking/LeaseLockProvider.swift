public import Actors

/// Locks that are leases in a store, renewed for as long as a command runs.
///
///     let locks = try LeaseLockProvider(store, term: .seconds(10), waitingAtMost: .seconds(2))
///     let cart = cart.withLocking(.pessimistic(locks))
///
/// Each command is an acquisition of its own. Its lease is renewed three times in a term, by the system's timers; should
/// that fail until the term is over, the lock is lost. Whoever waits asks again and again, and is not served in order; a
/// task that is cancelled leaves with `CancellationError` instead of asking again.
public struct LeaseLockProvider: LockProvider {
    private let store: any LeaseStore
    private let term: Duration
    private let limit: Duration
    private let pause: Duration

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - store: keeps the leases, each under the entity's `Type|id`.
    ///   - term: how long a lease lasts unless it is renewed, and so how long others wait for a process that died; at least
    ///     a millisecond.
    ///   - limit: how long a command waits for its lock; an entity that stops waits until then too.
    ///   - pause: how long to wait before asking again; at least a millisecond.
    /// - Throws: `LeaseLockProviderError` for a term, a limit or a pause that is too short.
    public init(
        _ store: any LeaseStore, term: Duration = .seconds(10), waitingAtMost limit: Duration = .seconds(5),
        askingEvery pause: Duration = .milliseconds(50)
    ) throws(LeaseLockProviderError) {
        guard term >= Self.shortest else { throw .term(term) }
        guard limit >= .zero else { throw .limit(limit) }
        guard pause >= Self.shortest else { throw .pause(pause) }
        self.store = store
        self.term = term
        self.limit = limit
        self.pause = pause
    }

    private static let shortest = Duration.milliseconds(1)

    public func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, _ body: (HeldLock) async throws -> Result
    ) async throws -> Result {
        let kept = KeptLease(try await acquire(id, in: system), of: id, in: store, clock: system.clock)
        let keeper = system.spawn(kept.keeper(renewingFor: term), name: "lock-keeper")
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(kept.lock))
        } catch {
            outcome = .failure(error)
        }
        system.stop(keeper)
        await kept.giveBack(in: system)
        return try outcome.get()
    }

    /// Takes the lease, waiting for others within the limit.
    private func acquire(_ id: PersistenceID, in system: ActorSystem) async throws -> Lease {
        let acquisition = system.identifiers.next(at: system.now)
        var left = limit
        while true {
            // Who does not wait any more must not get it when it is free.
            try Task.checkCancellation()
            let answer = try await store.acquire(
                id.description, for: term, as: acquisition, by: system.writerID, at: system.now)
            switch answer {
            case .acquired(let lease): return lease
            case .held(let lease):
                guard left > .zero else {
                    throw LockBusyError(
                        persistenceID: id, holder: lease.holder, fencingNumber: lease.fencingNumber, waited: limit)
                }
                // A lease that runs out earlier is asked for then.
                let rest = max(lease.expires.duration(since: system.now), Self.shortest)
                let next = min(pause, left, rest)
                await system.pause(for: next)
                left -= next
            }
        }
    }
}

/// Locks were described in a way that can't work.
public enum LeaseLockProviderError: Error, Hashable, CustomStringConvertible {
    case term(Duration)
    case limit(Duration)
    case pause(Duration)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .term(let term): "a lock's lease lasts at least a millisecond, not \(term)"
        case .limit(let limit): "a lock is waited for for no time or longer, not \(limit)"
        case .pause(let pause): "a lock is asked for again after a millisecond or more, not after \(pause)"
        }
    }
}
