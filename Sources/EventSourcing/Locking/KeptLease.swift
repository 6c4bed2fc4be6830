import Actors

/// The lease of a lock that is held, with what its renewals say.
final class KeptLease: Sendable {
    private struct State: Sendable {
        var lease: Lease
        var loss: LeaseLostError?
        var isGivenBack = false
        /// The loss, once its watcher was told, or the end of its watch.
        var told: LockError??
        var watcher: UnsafeContinuation<LockError?, Never>?
    }

    /// Where the lease is kept.
    let store: any LeaseStore
    private let id: PersistenceID
    private let clock: any ActorClock
    private let isFence: Bool
    private let state: Locked<State>

    /// - Parameter isFence: whether an append under the lock is checked by the lease.
    init(
        _ lease: Lease, of id: PersistenceID, in store: any LeaseStore, clock: any ActorClock, isFence: Bool
    ) {
        self.id = id
        self.store = store
        self.clock = clock
        self.isFence = isFence
        state = Locked(State(lease: lease))
    }

    /// The lock as its command sees it.
    var lock: HeldLock {
        let lease = state.withLock { $0.lease }
        return HeldLock(of: id, fencingNumber: lease.fencingNumber, fence: isFence ? lease : nil) { [self] in
            if let error = loss { throw error }
        }
    }

    var isGivenBack: Bool { state.withLock { $0.isGivenBack } }

    /// Why the lock is not held any more. A process that was paused finds out by its clock, before any renewal does.
    var loss: LockError? {
        let now = clock.now
        return state.withLock { state in
            if state.loss == nil, !state.isGivenBack, now < state.lease.expires { return nil }
            return .lost(id, fencingNumber: state.lease.fencingNumber, holder: state.loss?.current?.holder)
        }
    }

    // MARK: - The keeper

    /// An actor that renews the lease three times in each term, whatever else fails at the top level.
    func keeper(renewingFor term: Duration) -> Behavior<KeptLeaseRenewal> {
        .setup { [self] context in
            context.startTimer("renewal", after: term / 3, repeating: true, sending: KeptLeaseRenewal())
            return .receive { context, _ in
                let isRenewed = await self.renew(for: term, log: context.log)
                if let loss = self.loss { self.tell(loss) }
                // The loss of a lease whose store is away is told when its term is over.
                if !isRenewed, let rest = self.rest {
                    context.startTimer("end", after: rest, sending: KeptLeaseRenewal())
                } else {
                    context.cancelTimer("end")
                }
                return self.state.withLock { $0.loss == nil } ? .same : .stopped
            }
        }.apartFromSiblings()
    }

    /// How long it is still held; nil where it is not.
    private var rest: Duration? {
        let rest = state.withLock { $0.lease.expires }.duration(since: clock.now)
        return rest > .zero ? rest : nil
    }

    /// Renews the lease, and answers whether that succeeded.
    private func renew(for term: Duration, log: ActorLog) async -> Bool {
        let (lease, isGivenBack) = state.withLock { ($0.lease, $0.isGivenBack) }
        if isGivenBack { return true }
        do {
            let renewed = try await store.renew(lease, for: term, at: clock.now)
            state.withLock { $0.lease = renewed }
            return true
        } catch let error as LeaseLostError {
            let isNews = state.withLock { state in
                state.loss = error
                return !state.isGivenBack
            }
            if isNews { log(.warning, "A lock was lost.", ["persistenceID": "\(id)", "error": "\(error)"]) }
        } catch {
            // The store may be back before the term is over.
            log(.warning, "A lock was not renewed.", ["persistenceID": "\(id)", "error": "\(error)"])
        }
        return false
    }

    /// Gives the lease back; where that fails it runs out by itself.
    func giveBack(in system: ActorSystem) async {
        let lease = state.withLock { state in
            state.isGivenBack = true
            return state.lease
        }
        do {
            if try await store.release(lease) { return }
            system.log(
                .warning, "A lock was lost while its command ran; the command stands as its store has decided.",
                ["persistenceID": "\(id)", "fencingNumber": "\(lease.fencingNumber)"])
        } catch {
            system.log(
                .warning, "A lock was not given back; it is free when its term is over.",
                ["persistenceID": "\(id)", "error": "\(error)"])
        }
    }

    // MARK: - The watch

    /// Waits until the lock is lost, and answers why; nil once the watch has ended.
    func untilLost() async -> LockError? {
        await withUnsafeContinuation { continuation in
            let told = state.withLock { state in
                if state.told == nil { state.watcher = continuation }
                return state.told
            }
            if let told { continuation.resume(returning: told) }
        }
    }

    /// Ends the watch, unless a loss was told before.
    func endWatch() { tell(nil) }

    private func tell(_ loss: LockError?) {
        let watcher = state.withLock { state in
            if state.told == nil { state.told = .some(loss) }
            return state.watcher.take()
        }
        watcher?.resume(returning: loss)
    }
}
