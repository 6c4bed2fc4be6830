import Actors
import EventSourcing

/// A store of leases that breaks one rule on purpose.
struct LyingLeaseStore: LeaseStore {
    enum Lie: String, CaseIterable {
        case givesWhatIsHeld
        case ownsByHolder
        case startsNumbersAnewAfterARelease
        case renewsWhatHasRunOut
        case forgetsTheAcquisition
        case releasesForAnybody

        /// How the name of a case begins that must catch it.
        var caughtBy: String {
            switch self {
            case .givesWhatIsHeld, .ownsByHolder: "a lease that is held is not taken"
            case .startsNumbersAnewAfterARelease: "a lease that was given back is free"
            case .renewsWhatHasRunOut: "a lease that has run out"
            case .forgetsTheAcquisition: "an acquisition that holds the lease"
            case .releasesForAnybody: "only its acquisition gives"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        let answer = try await inner.acquire(name, for: term, as: acquisition, by: holder, at: now)
        switch (answer, lie) {
        case (.held(let lease), .givesWhatIsHeld): return .acquired(lease)
        case (.held(let lease), .ownsByHolder) where lease.holder == holder: return .acquired(lease)
        case (.acquired(let lease), .forgetsTheAcquisition) where lease.acquired != now: return .held(lease)
        case (.acquired(var lease), .startsNumbersAnewAfterARelease):
            lease.fencingNumber = 1
            return .acquired(lease)
        default: return answer
        }
    }

    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        let now = lie == .renewsWhatHasRunOut ? min(now, lease.acquired) : now
        return try await inner.renew(lease, for: term, at: now)
    }

    func release(_ lease: Lease) async throws -> Bool {
        var lease = lease
        if lie == .releasesForAnybody, let held = try await inner.get(lease.name, at: lease.expires) { lease = held }
        return try await inner.release(lease)
    }

    func get(_ name: String, at now: Timestamp) async throws -> Lease? { try await inner.get(name, at: now) }
}
