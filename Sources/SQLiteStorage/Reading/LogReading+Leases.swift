internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    /// What the file keeps of a name, also of one that nobody holds.
    func leaseRow(_ name: String) throws -> LeaseRow? {
        try slots.lease.use(on: connection) { statement in
            try statement.bind(name, at: 1)
            guard try statement.step() else { return nil }
            guard let number = statement.integer(at: 0), number > 0 else {
                throw StoreError(.corrupt, detail: "the fencing number of a lease is not above 0")
            }
            guard statement.type(at: 2) != SQLITE_NULL else { return LeaseRow(fencingNumber: number) }
            guard let acquisition = statement.ulid(at: 2), let holder = statement.ulid(at: 1),
                let acquired = statement.integer(at: 3), let expires = statement.integer(at: 4)
            else { throw StoreError(.corrupt, detail: "a lease does not say who holds it until when") }
            return LeaseRow(
                fencingNumber: number,
                lease: Lease(
                    name: name, fencingNumber: number, acquisition: acquisition, holder: WriterID(holder),
                    acquired: Timestamp(microseconds: acquired), expires: Timestamp(microseconds: expires)))
        }
    }
}
