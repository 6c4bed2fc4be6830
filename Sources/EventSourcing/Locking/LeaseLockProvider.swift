public import Actors

/// Locks that are leases in a store, renewed for as long as a command runs.
///
///     let locks = try LeaseLockProvider(store, term: .seconds(10), waitingAtMost: .seconds(2))
///     let cart = cart.withLocking(.pessimistic(locks))
///
/// Each command is an acquisition of its own, but for those within a lock of the same task, which is theirs too. Its lease is renewed three times in a term, by the system's timers; should
/// that fail until the term is over, the lock is lost. Whoever waits asks again and again, and is not served in order; a
/// task that is cancelled leaves with `CancellationError` instead of asking again.
public struct LeaseLockProvider: LockProvider {
    let store: any LeaseStore
    let settings: LockSettings
    private let checksAppends: Bool

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - store: keeps the leases, each under the entity's `Type|id`.
    ///   - term: how long a lease lasts unless it is renewed, and so how long others wait for a process that died; at least
    ///     a millisecond.
    ///   - limit: how long a command waits for its lock, and no longer with a store that answers late; an entity that stops
    ///     waits until then too.
    ///   - pause: how long to wait before asking again; at least a millisecond.
    /// - Throws: `LeaseLockProviderError` for a term, a limit or a pause that is too short.
    public init(
        _ store: any LeaseStore, term: Duration = .seconds(10), waitingAtMost limit: Duration = .seconds(5),
        askingEvery pause: Duration = .milliseconds(50)
    ) throws(LeaseLockProviderError) {
        self.init(
            store, try LockSettings(term: term, waitingAtMost: limit, askingEvery: pause), checkingAppends: false)
    }

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - store: keeps the leases, each under the entity's `Type|id`.
    ///   - settings: how long leases last, and are waited for.
    ///   - checkingAppends: whether what is written under the lock is refused in its own transaction once another
    ///     acquisition has followed; the entity must then keep its events in the same store.
    public init(_ store: any LeaseStore, _ settings: LockSettings, checkingAppends: Bool = true) {
        self.store = store
        self.settings = settings
        checksAppends = checkingAppends
    }

    public func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, _ body: (HeldLock) async throws -> Result
    ) async throws -> Result {
        try await holding(id, in: system, orHeld: body) { kept in
            do {
                return .success(try await body(kept.lock))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Runs `body` with the lease taken, renewed and given back; where the task holds the lock already, in the same store,
    /// runs `nested` under that, which stays until its own end.
    func holding<Result: Sendable>(
        _ id: PersistenceID, in system: ActorSystem, orHeld nested: (HeldLock) async throws -> Result,
        _ body: (KeptLease) async -> Swift.Result<Result, any Error>
    ) async throws -> Result {
        if let outer = HeldLeases.current.held(of: id, in: store) {
            try outer.lock.check()
            return try await nested(outer.lock)
        }
        let kept = try await take(id, in: system)
        let keeper = system.spawn(kept.keeper(renewingFor: settings.term), name: "lock-keeper")
        let outcome = await HeldLeases.$current.withValue(HeldLeases.current.adding(kept, of: id)) {
            await body(kept)
        }
        system.stop(keeper)
        await kept.giveBack(in: system)
        return try outcome.get()
    }

    /// Takes the lease, waiting for others within the limit.
    func take(_ id: PersistenceID, in system: ActorSystem) async throws -> KeptLease {
        let acquisition = system.identifiers.next(at: system.now)
        // By a clock that never jumps, and from here on: a store that answers late takes of it too.
        let begin = system.uptime
        while true {
            // Who does not wait any more must not get it when it is free.
            try Task.checkCancellation()
            let answer = try await store.acquire(
                id.description, for: settings.term, as: acquisition, by: system.writerID, at: system.now)
            switch answer {
            case .acquired(let lease):
                return KeptLease(lease, of: id, in: store, clock: system.clock, isFence: checksAppends)
            case .held(let lease):
                let left = settings.limit - (system.uptime - begin)
                guard left > .zero else { throw refusal(of: id, lease) }
                // A lease that runs out earlier is asked for then.
                let rest = max(lease.expires.duration(since: system.now), LockSettings.shortest)
                await system.pause(for: min(settings.pause, left, rest))
            }
        }
    }

    private func refusal(of id: PersistenceID, _ lease: Lease) -> LockError {
        if settings.limit == .zero { return .busy(id, holder: lease.holder, fencingNumber: lease.fencingNumber) }
        return .timedOut(
            id, holder: lease.holder, fencingNumber: lease.fencingNumber, waited: settings.limit)
    }
}
