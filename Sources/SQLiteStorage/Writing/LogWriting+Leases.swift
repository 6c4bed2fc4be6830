internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Changes what the file keeps of a name, unless the change throws; one that changes nothing writes nothing.
    func changeLease<Answer>(_ name: String, _ body: (inout LeaseRow) throws -> Answer) throws -> Answer {
        let before = try reading.leaseRow(name) ?? LeaseRow()
        var row = before
        let answer = try body(&row)
        if row != before { try put(row, of: name) }
        return answer
    }

    // The row stays when nobody holds the lease, and with it the number that the next acquisition goes on from.
    private func put(_ row: LeaseRow, of name: String) throws {
        try slots.putLease.use(on: connection) { statement in
            try statement.bind(name, at: 1)
            try statement.bind(row.fencingNumber, at: 2)
            try statement.bind(row.lease?.holder.ulid, at: 3)
            try statement.bind(row.lease?.acquisition, at: 4)
            if let lease = row.lease {
                try statement.bind(lease.acquired.microseconds, at: 5)
                try statement.bind(lease.expires.microseconds, at: 6)
            } else {
                try statement.bindNull(at: 5)
                try statement.bindNull(at: 6)
            }
            try statement.run()
        }
    }
}
