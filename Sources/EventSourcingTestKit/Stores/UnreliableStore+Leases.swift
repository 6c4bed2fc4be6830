public import Actors
public import EventSourcing

extension UnreliableStore: LeaseStore where Base: LeaseStore {
    public func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try await enter()
        return try await base.acquire(name, for: term, as: acquisition, by: holder, at: now)
    }

    public func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        let reason = script.withLock { script in
            script.renewals += 1
            return script.renewalFault
        }
        try await enter()
        if let reason { throw StoreError(reason) }
        return try await base.renew(lease, for: term, at: now)
    }

    @discardableResult
    public func release(_ lease: Lease) async throws -> Bool {
        try await enter()
        return try await base.release(lease)
    }

    public func get(_ name: String, at now: Timestamp) async throws -> Lease? {
        try await enter()
        return try await base.get(name, at: now)
    }
}
