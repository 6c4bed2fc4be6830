import Actors

/// The lease of a lock that is held, with what its renewals say.
final class KeptLease: Sendable {
    private struct State: Sendable {
        var lease: Lease
        var loss: LeaseLostError?
        var isGivenBack = false
    }

    private let id: PersistenceID
    private let store: any LeaseStore
    private let clock: any ActorClock
    private let state: Locked<State>

    init(_ lease: Lease, of id: PersistenceID, in store: any LeaseStore, clock: any ActorClock) {
        self.id = id
        self.store = store
        self.clock = clock
        state = Locked(State(lease: lease))
    }

    /// The lock as its command sees it.
    var lock: HeldLock {
        HeldLock(fencingNumber: state.withLock { $0.lease.fencingNumber }) { [self] in
            if let error = loss { throw error }
        }
    }

    /// Why the lock is not held any more. A process that was paused finds out by its clock, before any renewal does.
    private var loss: LockLostError? {
        let now = clock.now
        return state.withLock { state in
            if state.loss == nil, now < state.lease.expires { return nil }
            return LockLostError(
                persistenceID: id, fencingNumber: state.lease.fencingNumber, holder: state.loss?.current?.holder)
        }
    }

    // MARK: - The keeper

    /// An actor that renews the lease three times in each term, whatever else fails at the top level.
    func keeper(renewingFor term: Duration) -> Behavior<KeptLeaseRenewal> {
        .setup { [self] context in
            context.startTimer("renewal", after: term / 3, repeating: true, sending: KeptLeaseRenewal())
            return .receive { context, _ in
                await self.renew(for: term, log: context.log)
                return self.state.withLock { $0.loss == nil } ? .same : .stopped
            }
        }.apartFromSiblings()
    }

    private func renew(for term: Duration, log: ActorLog) async {
        let (lease, isGivenBack) = state.withLock { ($0.lease, $0.isGivenBack) }
        if isGivenBack { return }
        do {
            let renewed = try await store.renew(lease, for: term, at: clock.now)
            state.withLock { $0.lease = renewed }
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
}

/// Tells the keeper of a lease to renew it.
struct KeptLeaseRenewal: Sendable {}
