internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    /// What the file keeps of a name that was ever armed.
    func timerRow(_ name: String, of id: PersistenceID) throws -> TimerRow? {
        try timerSlots.row.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(name, at: 2)
            return try statement.step() ? try timerRow(in: statement) : nil
        }
    }

    /// The last generation of a name that was ever armed.
    func timerGeneration(_ name: String, of id: PersistenceID) throws -> Int64? {
        try timerSlots.generation.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(name, at: 2)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }

    /// The timers of an entity that are armed.
    func timers(of id: PersistenceID) throws -> [StoredTimer] {
        try timerSlots.ofEntity.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            var found: [StoredTimer] = []
            while try statement.step() {
                if let timer = try timerRow(in: statement).armed { found.append(timer) }
            }
            return found
        }
    }

    /// Keys and rows of the timers that can be claimed.
    func dueTimers(limit: Int, at now: Timestamp) throws -> [(key: Int64, row: TimerRow)] {
        try timerSlots.due.use(on: connection) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.bind(Int64(max(0, limit)), at: 2)
            var found: [(key: Int64, row: TimerRow)] = []
            while try statement.step() {
                found.append((statement.integer(at: 0) ?? 0, try timerRow(in: statement)))
            }
            return found
        }
    }

    /// The earliest moment at which there may be a timer to claim.
    func nextDeadline() throws -> Timestamp? { try earliest(timerSlots.next) }

    /// The earlier of two moments that a statement answers, each of which may not be there.
    func earliest(_ slot: StatementSlot) throws -> Timestamp? {
        try slot.use(on: connection) { statement in
            guard try statement.step() else { return nil }
            return [statement.moment(at: 0), statement.moment(at: 1)].compactMap(\.self).min()
        }
    }

    private func timerRow(in row: borrowing Statement) throws -> TimerRow {
        guard let id = try? PersistenceID(parsing: row.text(at: 1) ?? "") else {
            throw StoreError(.corrupt, detail: "a timer has the name of an entity that no entity can have")
        }
        guard let name = row.text(at: 2), let generation = row.integer(at: 3) else {
            throw StoreError(.corrupt, stream: id, detail: "one of its timers has no name or no generation")
        }
        guard let deadline = row.integer(at: 4) else { return TimerRow(generation: generation) }
        var timer = StoredTimer(
            persistenceID: id, name: name, generation: generation, deadline: Timestamp(microseconds: deadline),
            payload: row.bytes(at: 5).map(Array.init), attempts: row.count(at: 6),
            lastError: row.text(at: 7))
        if let until = row.moment(at: 9) {
            if row.type(at: 8) == SQLITE_NULL {
                timer.retryAt = until
            } else {
                timer.claim = try row.claim(of: id, until: until, at: 8)
            }
        }
        return TimerRow(generation: generation, armed: timer)
    }
}

extension Statement {
    /// A claim whose claimer stands in a column.
    func claim(of id: PersistenceID, until: Timestamp, at column: Int32) throws -> RowClaim {
        guard let claimer = ulid(at: column) else {
            throw StoreError(.corrupt, stream: id, detail: "one of its rows does not say who claimed it")
        }
        return RowClaim(claimer: claimer, until: until)
    }

    /// Binds bytes that must stay where they are until the statement was stepped; NULL for nil.
    func withBound<Answer>(
        _ bytes: [UInt8]?, at index: Int32, _ body: () throws -> Answer
    ) throws -> Answer {
        guard let bytes else {
            try bindNull(at: index)
            return try body()
        }
        return try bytes.withUnsafeBytes { buffer in
            try bindBorrowed(buffer, at: index)
            return try body()
        }
    }

    func bind(_ text: String?, at index: Int32) throws {
        if let text { try bind(text, at: index) } else { try bindNull(at: index) }
    }

    func bind(_ moment: Timestamp?, at index: Int32) throws {
        if let moment { try bind(moment.microseconds, at: index) } else { try bindNull(at: index) }
    }
}
