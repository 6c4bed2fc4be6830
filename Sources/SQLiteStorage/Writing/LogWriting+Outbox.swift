internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Adds a row behind all others, unless its key is there, and answers whether it did.
    func add(_ entry: OutboxEntry, item: Int, due: Timestamp) throws -> Bool {
        try reading.outboxSlots.insert.use(on: connection) { statement in
            try statement.bind(entry.idempotencyKey, at: 1)
            try statement.bind(entry.persistenceID.description, at: 2)
            try statement.bind(entry.sequenceNumber, at: 3)
            try statement.bind(Int64(item), at: 4)
            try statement.bind(entry.destination, at: 5)
            try statement.bind(entry.created.microseconds, at: 7)
            try statement.bind(due.microseconds, at: 8)
            try statement.withBound(entry.payload, at: 6) { try statement.run() }
            return connection.changedRows > 0
        }
    }

    /// Claims the rows that are due.
    func claimEntries(limit: Int, _ claim: RowClaim, at now: Timestamp) throws -> [OutboxEntry] {
        guard limit > 0 else { return [] }
        try reading.outboxSlots.wake.use(on: connection) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.bind(Int64(limit), at: 2)
            try statement.run()
        }
        return try reading.dueEntries(limit: limit, at: now).map { known in
            var entry = known
            entry.claim(claim)
            try put(entry)
            return entry
        }
    }

    /// Changes a row as long as it stays in its place, and answers whether it did.
    func changeEntry(_ number: Int64, _ body: (inout OutboxEntry) -> Bool) throws -> Bool {
        guard var entry = try reading.outboxEntry(number), body(&entry) else { return false }
        try put(entry)
        return true
    }

    /// Ends a row, and lets the next one of its entity leave.
    func complete(_ known: OutboxEntry, at now: Timestamp) throws -> Bool {
        guard try changeEntry(known.number, { $0.complete(known, at: now) }) else { return false }
        try wakeNext(behind: known.number)
        return true
    }

    /// Forgets a portion of the rows that were done before a moment.
    func forgetCompleted(before moment: Timestamp) throws -> DeletedPortion {
        try keepLastNumber(at: moment)
        return try reading.outboxSlots.forget.use(on: connection) { statement in
            try statement.bind(moment.microseconds, at: 1)
            try statement.bind(Self.portion, at: 2)
            try statement.run()
            return deletedPortion()
        }
    }

    private func put(_ entry: OutboxEntry) throws {
        try reading.outboxSlots.update.use(on: connection) { statement in
            try statement.bind(entry.number, at: 1)
            try statement.bind(entry.due, at: 2)
            try statement.bind(Int64(entry.attempts), at: 3)
            try statement.bind(entry.lastError, at: 4)
            try statement.bind(entry.claim?.claimer, at: 5)
            try statement.bind(entry.claim?.until, at: 6)
            try statement.bind(entry.completed, at: 7)
            try statement.run()
        }
    }

    /// Keeps the last number before rows are deleted, so that it is not given again.
    private func keepLastNumber(at now: Timestamp) throws {
        try reading.outboxSlots.keepLastNumber.use(on: connection) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.run()
        }
    }

    private func wakeNext(behind number: Int64) throws {
        try reading.outboxSlots.wakeNext.use(on: connection) { statement in
            try statement.bind(number, at: 1)
            try statement.run()
        }
    }
}

// MARK: - Dead letters

extension LogWriting {
    /// Makes a dead letter of a row, and lets the next one of its entity leave.
    func deadLetter(_ known: OutboxEntry, reason: String, at now: Timestamp) throws -> Bool {
        guard let entry = try reading.outboxEntry(known.number), entry.isClaimed(by: known) else { return false }
        try wakeNext(behind: entry.number)
        try keepLastNumber(at: now)
        try reading.outboxSlots.delete.use(on: connection) { statement in
            try statement.bind(entry.number, at: 1)
            try statement.run()
        }
        try insert(StoredDeadLetter(entry, reason: reason, at: now))
        return true
    }

    /// Makes a dead letter of a timer, which is disarmed by that.
    func deadLetter(_ known: StoredTimer, reason: String, at now: Timestamp) throws -> Bool {
        var given: StoredTimer?
        let isGiven = try changeTimer(known.name, of: known.persistenceID) { row in
            guard row.isClaimed(by: known) else { return false }
            given = row.armed
            return row.disarm()
        }
        if let given { try insert(StoredDeadLetter(given, reason: reason, at: now)) }
        return isGiven
    }

    /// Has what was given up handled once more.
    func replay(_ known: StoredDeadLetter, at now: Timestamp) throws -> Bool {
        guard let letter = try reading.openDeadLetter(known.number), let id = letter.persistenceID else { return false }
        switch letter.source {
        case .other: return false
        case .timer(let name):
            guard try changeTimer(name, of: id, { $0.replay(letter, name: name, at: now) }) else { return false }
            return try close(letter.number, at: now)
        case .outbox(let key):
            let entry = OutboxEntry(
                number: 0, idempotencyKey: key, persistenceID: id, sequenceNumber: letter.sequenceNumber ?? 0,
                destination: letter.recipient, payload: letter.payload ?? [], created: now, due: nil)
            let isAdded = try add(entry, item: 0, due: now)
            _ = try close(letter.number, at: now)
            return isAdded
        }
    }

    /// Notes that something was done about a letter, and answers whether nothing was before.
    func close(_ number: Int64, at now: Timestamp) throws -> Bool {
        try reading.outboxSlots.closeLetter.use(on: connection) { statement in
            try statement.bind(number, at: 1)
            try statement.bind(now.microseconds, at: 2)
            try statement.run()
            return connection.changedRows > 0
        }
    }

    private func insert(_ letter: StoredDeadLetter) throws {
        try reading.outboxSlots.insertLetter.use(on: connection) { statement in
            try statement.bind(letter.source.text, at: 1)
            try statement.bind(letter.recipient, at: 2)
            try statement.bind(letter.persistenceID?.description, at: 3)
            if let number = letter.sequenceNumber {
                try statement.bind(number, at: 4)
            } else {
                try statement.bindNull(at: 4)
            }
            try statement.bind(letter.reason, at: 5)
            try statement.bind(Int64(letter.attempts), at: 6)
            try statement.bind(letter.time.microseconds, at: 8)
            try statement.withBound(letter.payload, at: 7) { try statement.run() }
        }
    }
}
