public import Actors

extension InMemoryStore: LeaseStore {
    public func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try change(name) { try $0.acquire(name, for: term, as: acquisition, by: holder, at: now) }
    }

    public func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        try change(lease.name) { try $0.renew(lease, for: term, at: now) }
    }

    @discardableResult
    public func release(_ lease: Lease) async throws -> Bool { try change(lease.name) { $0.release(lease) } }

    public func get(_ name: String, at now: Timestamp) async throws -> Lease? {
        try LeaseRow.require(name)
        return read { $0.leases[Array(name.utf8)]?.held(at: now) }
    }

    /// Changes what is kept of a name, unless the change throws.
    private func change<Answer: Sendable>(
        _ name: String, _ body: (inout LeaseRow) throws -> Answer
    ) throws -> Answer {
        try LeaseRow.require(name)
        return try write { contents in
            let key = Array(name.utf8)
            let before = contents.leases[key] ?? LeaseRow()
            var row = before
            let answer = try body(&row)
            if row != before {
                contents.leases[key] = row
                contents.changes += 1
            }
            return answer
        }
    }
}
