import Actors
import EventSourcing

extension PortProbe where Port == any LeaseStore {
    /// Tries to take a lease for ten seconds.
    func attempt(
        _ name: String = "Cart|1", as acquisition: UInt64, by holder: WriterID = .first, at second: Int64
    ) async throws -> LeaseAnswer {
        try await store.acquire(
            name, for: .seconds(10), as: .number(acquisition), by: holder, at: .second(second))
    }

    /// Takes a lease for ten seconds; fails where another acquisition has it.
    @discardableResult
    func acquire(
        _ name: String = "Cart|1", as acquisition: UInt64, by holder: WriterID = .first, at second: Int64
    ) async throws -> Lease {
        let answer = try await attempt(name, as: acquisition, by: holder, at: second)
        guard case .acquired(let lease) = answer else {
            return try require(nil, "the lease can be taken, and the answer was \(answer)")
        }
        return lease
    }

    /// Renews a lease for ten seconds.
    func renew(_ lease: Lease, at second: Int64) async throws -> Lease {
        try await store.renew(lease, for: .seconds(10), at: .second(second))
    }

    /// Who holds a lease.
    func get(_ name: String = "Cart|1", at second: Int64) async throws -> Lease? {
        try await store.get(name, at: .second(second))
    }

    /// Fails unless renewing a lease says that it was lost, and to whom.
    func expectLost(_ lease: Lease, at second: Int64, to current: Lease? = nil, _ sentence: String) async throws {
        try await expectRefusal(LeaseLostError(lease: lease, current: current), sentence) {
            try await renew(lease, at: second)
        }
    }
}
