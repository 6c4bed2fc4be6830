internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    func outboxEntry(_ number: Int64) throws -> OutboxEntry? {
        try outboxEntries(outboxSlots.entry) { try $0.bind(number, at: 1) }.first
    }

    func outboxEntry(withKey key: String) throws -> OutboxEntry? {
        try outboxEntries(outboxSlots.byKey) { try $0.bind(key, at: 1) }.first
    }

    func outboxEntries(after number: Int64, limit: Int) throws -> [OutboxEntry] {
        try outboxEntries(outboxSlots.all) { statement in
            try statement.bind(number, at: 1)
            try statement.bind(Int64(max(0, limit)), at: 2)
        }
    }

    func waitingEntries(of id: PersistenceID, limit: Int) throws -> [OutboxEntry] {
        try outboxEntries(outboxSlots.waiting) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(Int64(max(0, limit)), at: 2)
        }
    }

    /// The rows that can be claimed: one of each entity at most, because the others of it have nothing due.
    func dueEntries(limit: Int, at now: Timestamp) throws -> [OutboxEntry] {
        try outboxEntries(outboxSlots.due) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.bind(Int64(max(0, limit)), at: 2)
        }
    }

    /// The earliest moment at which there may be a row to claim.
    func nextDue() throws -> Timestamp? { try earliest(outboxSlots.next) }

    private func outboxEntries(
        _ slot: StatementSlot, _ bind: (borrowing Statement) throws -> Void
    ) throws -> [OutboxEntry] {
        try slot.use(on: connection) { statement in
            try bind(statement)
            var found: [OutboxEntry] = []
            while try statement.step() { found.append(try entry(in: statement)) }
            return found
        }
    }

    private func entry(in row: borrowing Statement) throws -> OutboxEntry {
        guard let id = try? PersistenceID(parsing: row.text(at: 2) ?? "") else {
            throw StoreError(.corrupt, detail: "a row of its outbox has the name of an entity that no entity can have")
        }
        let until = row.moment(at: 11)
        return OutboxEntry(
            number: row.anyInteger(at: 0), idempotencyKey: row.text(at: 1) ?? "", persistenceID: id,
            sequenceNumber: row.anyInteger(at: 3), destination: row.text(at: 4) ?? "",
            payload: row.bytes(at: 5).map(Array.init) ?? [], created: Timestamp(microseconds: row.anyInteger(at: 6)),
            due: row.moment(at: 7), attempts: row.count(at: 8), lastError: row.text(at: 9),
            claim: try until.map { try row.claim(of: id, until: $0, at: 10) }, completed: row.moment(at: 12))
    }
}

// MARK: - Dead letters

extension LogReading {
    /// The letter with a number that nothing was done about.
    func openDeadLetter(_ number: Int64) throws -> StoredDeadLetter? {
        try outboxSlots.openLetter.use(on: connection) { statement in
            try statement.bind(number, at: 1)
            return try statement.step() ? deadLetter(in: statement) : nil
        }
    }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) throws -> [StoredDeadLetter] {
        try outboxSlots.letters.use(on: connection) { statement in
            try statement.bind(letter?.time.microseconds ?? .min, at: 1)
            try statement.bind(letter?.number ?? .min, at: 2)
            try statement.bind(Int64(max(0, limit)), at: 3)
            var found: [StoredDeadLetter] = []
            while try statement.step() { found.append(deadLetter(in: statement)) }
            return found
        }
    }

    private func deadLetter(in row: borrowing Statement) -> StoredDeadLetter {
        StoredDeadLetter(
            number: row.anyInteger(at: 0), source: StoredDeadLetter.Source(text: row.text(at: 1) ?? ""),
            recipient: row.text(at: 2) ?? "",
            persistenceID: row.text(at: 3).flatMap { try? PersistenceID(parsing: $0) },
            sequenceNumber: row.integer(at: 4), reason: row.text(at: 5) ?? "",
            attempts: row.count(at: 6), payload: row.bytes(at: 7).map(Array.init),
            time: Timestamp(microseconds: row.anyInteger(at: 8)))
    }
}

extension Statement {
    /// How often something was done, within bounds that one more or less can't leave whatever the file says.
    func count(at column: Int32) -> Int { Int(max(0, min(anyInteger(at: column), Int64(Int32.max)))) }

    /// A time; nil where there is none.
    func moment(at column: Int32) -> Timestamp? { integer(at: column).map(Timestamp.init(microseconds:)) }
}
