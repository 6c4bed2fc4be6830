import Actors
import EventSourcing
import EventSourcingTestKit
import SQLiteStorage
import StateMachines
import TestSupport
import Testing

/// A stepped system that shares a store with others, and whose leases can be kept from being renewed.
///
/// Each has its own scheduler, so that one can stand still while another goes on.
struct LockStage {
    /// Somebody else who locks the instance.
    static let other = WriterID(ULID(high: 9, low: 1))

    let timed: TimedStage
    /// The shared store, with renewals that fail or not.
    let leases: any LeaseStore
    let failRenewals: @Sendable (StoreError.Reason?) -> Void
    private let countRenewals: @Sendable () -> Int

    let id: PersistenceID

    /// - Parameter seconds: how much later than the others it begins.
    init(_ shared: SharedStore, after seconds: Int64 = 0) throws {
        timed = TimedStage(shared, after: seconds)
        id = try PersistenceID("Letters", "1")
        if let file = shared.store as? SQLiteStore {
            let store = UnreliableStore(over: file)
            (leases, failRenewals) = (store, { store.failRenewals(with: $0) })
            countRenewals = { store.renewalCount }
        } else {
            let store = UnreliableStore(over: try #require(shared.store as? InMemoryStore))
            (leases, failRenewals) = (store, { store.failRenewals(with: $0) })
            countRenewals = { store.renewalCount }
        }
    }

    init(_ kind: StoreKind) throws { try self.init(kind.make()) }

    var system: ActorSystem { timed.system }
    var scheduler: StepScheduler { timed.scheduler }
    var renewalCount: Int { countRenewals() }

    /// Locks in the store that the events are in too.
    func locks(_ settings: LockSettings = .standard) -> LeaseLockProvider { LeaseLockProvider(leases, settings) }

    /// The lease of the instance.
    func heldLease() throws -> Lease? {
        let (store, id, now) = (timed.store, id, scheduler.now)
        return try scheduler.run { try await store.get(id.description, at: now) }
    }

    /// Takes the lease as somebody else.
    @discardableResult
    func takeLease(for term: Duration = .seconds(60)) throws -> Lease {
        let (store, id, now) = (timed.store, id, scheduler.now)
        let answer = try scheduler.run {
            try await store.acquire(id.description, for: term, as: ULID(high: 9, low: 9), by: LockStage.other, at: now)
        }
        guard case .acquired(let lease) = answer else { throw Held() }
        return lease
    }

    struct Held: Error {}

    /// Begins work that goes on when the time is moved.
    func begin<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Work<Value> {
        let work = Work<Value>()
        work.task = Task.detached(executorPreference: scheduler) {
            do {
                work.result = .success(try await body())
            } catch {
                work.result = .failure(error)
            }
        }
        scheduler.drain()
        return work
    }
}

/// Work on a stepped system that may still go on.
final class Work<Value: Sendable>: Sendable {
    private let stored = Locked<(result: Result<Value, any Error>?, task: Task<Void, Never>?)>((nil, nil))

    /// What came of it; nil while it goes on.
    var result: Result<Value, any Error>? {
        get { stored.withLock { $0.result } }
        set { stored.withLock { $0.result = newValue } }
    }

    var task: Task<Void, Never>? {
        get { stored.withLock { $0.task } }
        set { stored.withLock { $0.task = newValue } }
    }

    /// What it has thrown.
    var error: (any Error)? { if case .failure(let error) = result { error } else { nil } }
}

/// ABC of the cases: A to B to C to D.
func alphabet() throws -> Letters {
    try letters {
        From(.a) { On(.e1).goto(.b) }
        From(.b) { On(.e2).goto(.c) }
        From(.c) { On(.e3).goto(.d) }
        Final(.d)
    }
}
