import Actors

/// A store in memory that keeps leases, behind its lock.
protocol LeaseMemory: Sendable {
    /// What is kept of a name; nil for one that was never leased.
    func leaseRow(_ name: String) -> LeaseRow?

    /// Changes what is kept of a name, unless the change throws.
    func changeLease<Answer: Sendable>(_ name: String, _ body: (inout LeaseRow) throws -> Answer) throws -> Answer
}

extension InMemoryStore: LeaseStore, LeaseMemory {
    func leaseRow(_ name: String) -> LeaseRow? { read { $0.leaseRow(name) } }

    func changeLease<Answer: Sendable>(_ name: String, _ body: (inout LeaseRow) throws -> Answer) throws -> Answer {
        try write { try $0.changeLease(name, body) }
    }
}

// Nobody else writes to a sandbox: it knows nothing of the leases beneath, and keeps its own.
extension SandboxStore: LeaseStore, LeaseMemory {
    func leaseRow(_ name: String) -> LeaseRow? { read { $0.memory.leaseRow(name) } }

    func changeLease<Answer: Sendable>(_ name: String, _ body: (inout LeaseRow) throws -> Answer) throws -> Answer {
        try write { try $0.memory.changeLease(name, body) }
    }
}

extension MemoryState {
    fileprivate mutating func changeLease<Answer>(
        _ name: String, _ body: (inout LeaseRow) throws -> Answer
    ) throws -> Answer {
        let key = Array(name.utf8)
        let before = leases[key] ?? LeaseRow()
        var row = before
        let answer = try body(&row)
        if row != before {
            leases[key] = row
            changes += 1
        }
        return answer
    }
}

extension LeaseMemory {
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
        return leaseRow(name)?.held(at: now)
    }

    private func change<Answer: Sendable>(
        _ name: String, _ body: (inout LeaseRow) throws -> Answer
    ) throws -> Answer {
        try LeaseRow.require(name)
        return try changeLease(name, body)
    }
}
