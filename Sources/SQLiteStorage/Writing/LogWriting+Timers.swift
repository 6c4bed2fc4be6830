internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Arms a timer, unless its generation is not a new one; without one it gets that of the entity's last event.
    func arm(_ timer: NewTimer, of id: PersistenceID) throws -> Bool {
        let generation = try timer.generation ?? reading.keyedHead(of: id)?.head.sequenceNumber ?? 0
        let known = try reading.timerGeneration(timer.name, of: id)
        return try arm(timer, of: id, generation: generation, over: known.map { TimerRow(generation: $0) })
    }

    /// Arms a timer over what the file keeps of its name, as far as that matters.
    @discardableResult
    func arm(_ timer: NewTimer, of id: PersistenceID, generation: Int64, over known: TimerRow?) throws -> Bool {
        guard let row = TimerRow.arming(timer, of: id, generation: generation, over: known) else { return false }
        try put(row, named: timer.name, of: id)
        return true
    }

    /// Disarms a timer where it is armed.
    func disarm(_ name: String, of id: PersistenceID) throws {
        try reading.timerSlots.disarm.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(name, at: 2)
            try statement.run()
        }
    }

    /// Changes what the file keeps of a name that was armed before, and answers whether it did.
    func changeTimer(_ name: String, of id: PersistenceID, _ body: (inout TimerRow) -> Bool) throws -> Bool {
        guard var row = try reading.timerRow(name, of: id), body(&row) else { return false }
        try put(row, named: name, of: id)
        return true
    }

    /// Claims the timers that are due.
    func claimDueTimers(limit: Int, _ claim: RowClaim, at now: Timestamp) throws -> [StoredTimer] {
        guard limit > 0 else { return [] }
        try reading.timerSlots.wake.use(on: connection) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.bind(Int64(limit), at: 2)
            try statement.run()
        }
        return try reading.dueTimers(limit: limit, at: now).compactMap { key, known in
            var row = known
            row.claim(claim)
            try reading.timerSlots.claim.use(on: connection) { statement in
                try statement.bind(key, at: 1)
                try statement.bind(claim.claimer, at: 2)
                try statement.bind(claim.until.microseconds, at: 3)
                try statement.bind(Int64(row.armed?.attempts ?? 0), at: 4)
                try statement.run()
            }
            return row.armed
        }
    }

    // The row stays when the timer is disarmed, and with it the generation that no other may repeat.
    private func put(_ row: TimerRow, named name: String, of id: PersistenceID) throws {
        let timer = row.armed
        try reading.timerSlots.put.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(name, at: 2)
            try statement.bind(row.generation, at: 3)
            try statement.bind(timer?.deadline, at: 4)
            try statement.bind(Int64(timer?.attempts ?? 0), at: 6)
            try statement.bind(timer?.lastError, at: 7)
            try statement.bind(timer?.claim?.claimer, at: 8)
            try statement.bind(row.heldUntil, at: 9)
            try statement.withBound(timer?.payload, at: 5) { try statement.run() }
        }
    }
}
