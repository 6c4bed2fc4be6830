internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Replaces the history by another one; what fails here has its transaction rolled back.
    func restore(_ history: RestoredHistory, at now: Timestamp) throws -> Range<Int64> {
        let begun = try history.begin()
        for event in history.events { try HistoryImport.require(event) }
        let first = nextPosition
        let lastKey = try number("SELECT max(stream) FROM streams") ?? 0
        guard lastKey < Int64.max - Int64(begun.count) else {
            throw StoreError(.corrupt, detail: "a stream has the highest key that there is, and no more can be given")
        }
        try clear(at: now)
        var streams: [PersistenceID: (key: Int64, digest: UInt64, head: StreamHead)] = [:]
        for (index, head) in begun.enumerated() {
            var key = try write(head, at: nil, writerKey: try head.lastWriter.map { try self.key(of: $0) })
            // Keys are never given twice, because readers remember names by them; those that follow are one more each.
            if index == 0, lastKey > 0 { key = try moveStream(key, to: lastKey + 1) }
            streams[head.persistenceID] = (key, EventChecksum.digest(head.persistenceID.description), head)
        }
        try slots.insertEvent.use(on: connection) { statement in
            for event in history.events {
                guard let stream = streams[event.persistenceID] else { continue }
                try statement.bind(stream.key, at: 2)
                try statement.bind(try key(of: event.writer), at: 7)
                try statement.bind(event.epoch, at: 8)
                let encoded = try EncodedEvent(
                    event.event, of: event.persistenceID, streamDigest: stream.digest, writer: event.writer)
                try insert(encoded, number: event.sequenceNumber, epoch: event.epoch, with: statement)
                streams[event.persistenceID]?.head.note(
                    1, through: event.sequenceNumber, first: event.event.timestamp, last: event.event.timestamp,
                    writer: event.writer, epoch: max(event.epoch, stream.head.epoch))
            }
        }
        for head in begun {
            guard let stream = streams[head.persistenceID] else { continue }
            let writer = try stream.head.lastWriter.map { try key(of: $0) }
            _ = try write(stream.head, at: stream.key, writerKey: writer)
        }
        for snapshot in history.snapshots { try save(snapshot) }
        for command in history.commands {
            try insert(
                CommandRecord(id: command.id), stream: streams[command.event.persistenceID]?.key ?? 0,
                number: command.event.sequenceNumber, time: command.event.event.timestamp)
        }
        return first..<nextPosition
    }

    /// Removes the history, and what hangs on it; numbers that were given stay given.
    private func clear(at now: Timestamp) throws {
        try reading.outboxSlots.keepLastNumber.use(on: connection) { statement in
            try statement.bind(now.microseconds, at: 1)
            try statement.run()
        }
        let numbers = try Statement(
            """
            INSERT INTO checkpoints (name, position, time)
            SELECT '\(SubscriptionSlots.lastNumberName)', number, ?1
            FROM (SELECT max(fencing_number) AS number FROM subscriptions) WHERE number > 0
            ON CONFLICT (name) DO UPDATE SET position = excluded.position, time = ?1 WHERE position < excluded.position
            """, on: connection)
        try numbers.bind(now.microseconds, at: 1)
        try numbers.run()
        try run("DELETE FROM events WHERE position > 0")
        let count = connection.changedRows
        if count > 0 {
            try slots.noteDeletion.use(on: connection) { statement in
                try statement.bind(nextPosition - 1, at: 1)
                try statement.bind(count, at: 2)
                try statement.run()
            }
        }
        for sql in [
            "DELETE FROM streams", "DELETE FROM snapshots", "DELETE FROM commands", "DELETE FROM quarantine",
            "DELETE FROM timers", "DELETE FROM outbox", "DELETE FROM subscriptions", "DELETE FROM projection_rows",
            "DELETE FROM projections",
            """
            DELETE FROM checkpoints WHERE name NOT IN (
                '\(OutboxSlots.lastNumberName)', '\(SubscriptionSlots.lastNumberName)')
            """,
        ] {
            try run(sql)
        }
        forgetNames()
    }

    private func moveStream(_ key: Int64, to moved: Int64) throws -> Int64 {
        let statement = try Statement("UPDATE streams SET stream = ?2 WHERE stream = ?1", on: connection)
        try statement.bind(key, at: 1)
        try statement.bind(moved, at: 2)
        try statement.run()
        return moved
    }

    private func run(_ sql: String) throws { try Statement(sql, on: connection).run() }

    private func number(_ sql: String) throws -> Int64? {
        let statement = try Statement(sql, on: connection)
        return try statement.step() ? statement.integer(at: 0) : nil
    }
}
