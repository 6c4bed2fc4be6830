public import Actors
public import EventSourcing

extension SQLiteStore: LeaseStore {
    public func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try await change(name) { try $0.acquire(name, for: term, as: acquisition, by: holder, at: now) }
    }

    public func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        try await change(lease.name) { try $0.renew(lease, for: term, at: now) }
    }

    @discardableResult
    public func release(_ lease: Lease) async throws -> Bool {
        try await change(lease.name) { $0.release(lease) }
    }

    public func get(_ name: String, at now: Timestamp) async throws -> Lease? {
        try LeaseRow.require(name)
        return try await read(isShort: true) { try $0.leaseRow(name)?.held(at: now) }
    }

    private func change<Answer: Sendable>(
        _ name: String, _ body: @escaping @Sendable (inout LeaseRow) throws -> Answer
    ) async throws -> Answer {
        try LeaseRow.require(name)
        return try await lane.perform { try $0.changeLease(name, body) }
    }
}
