internal import CSQLite
package import EventSourcing

extension SQLiteReader {
    /// Visits rows that refer to what is not there, or to a place behind the end of what they refer to; and durable states
    /// that do not fit their checksums.
    ///
    /// A table that can't be read is told once, and the next one is looked at.
    package func checkReferences(_ visit: (StructuralFinding) -> Visit) throws {
        for reference in Reference.all {
            do {
                var wish = Visit.next
                try ask { reading in
                    try reading.atOneMoment {
                        try reading.check(reference) {
                            wish = visit($0)
                            return wish
                        }
                    }
                }
                if wish == .stop { return }
            } catch let error as StoreError where error.reason == .corrupt {
                if case .stop = visit(.uncheckable("the table '\(reference.table)'", error)) { return }
            }
        }
        do {
            try ask { try $0.checkDurableStates(visit) }
        } catch let error as StoreError where error.reason == .corrupt {
            _ = visit(.uncheckable("the table 'durable_states'", error))
        }
    }
}

/// Rows of a table that refer to nothing: a statement that answers a stream's name and its number where there is one, else
/// nulls, and what to say of it.
struct Reference {
    let table: String
    let sql: String
    let clause: String
    /// Whether the rows name a stream, and are wrong only where it is not there or ends before their number.
    var namesStream = false
    /// Whether the number 0 stands for no event, and then needs no stream.
    var takesNone = false

    static let all: [Reference] = [
        Reference(
            table: "streams",
            sql: """
                SELECT streams.entity_type, streams.entity_id FROM streams LEFT JOIN writers USING (writer)
                WHERE streams.writer IS NOT NULL AND writers.id IS NULL
                """,
            clause: "its head names a writer that the store does not know"),
        Reference(
            table: "commands",
            sql: """
                SELECT NULL, NULL FROM commands LEFT JOIN streams ON streams.stream = commands.stream
                WHERE commands.stream > 0 AND (streams.stream IS NULL OR commands.sequence_number > streams.head)
                """,
            clause: "a command that was handled refers to an event that never was"),
        Reference(
            table: "commands",
            sql: """
                SELECT NULL, NULL FROM commands LEFT JOIN durable_states ON durable_states.state = 0 - commands.stream
                WHERE commands.stream < 0
                    AND (durable_states.state IS NULL OR commands.sequence_number > durable_states.revision)
                """,
            clause: "a command that was handled refers to a durable state that never was"),
        Reference(
            table: "snapshots", sql: "SELECT persistence_id, sequence_number FROM snapshots",
            clause: "a snapshot belongs to a stream that the store does not know", namesStream: true),
        Reference(
            table: "quarantine", sql: "SELECT persistence_id, sequence_number FROM quarantine",
            clause: "what is quarantined is no event of a stream that the store knows", namesStream: true),
        Reference(
            table: "outbox", sql: "SELECT persistence_id, sequence_number FROM outbox",
            clause: "what is to be sent out belongs to an event that never was", namesStream: true, takesNone: true),
        Reference(
            // A timer may be armed before the first event, and with any generation: that need not be an event's number.
            table: "timers", sql: "SELECT persistence_id, 0 FROM timers",
            clause: "a timer has a name that no entity can have", namesStream: true, takesNone: true),
        Reference(
            table: "dead_letters",
            // A timer's number is its generation.
            sql: """
                SELECT persistence_id, sequence_number FROM dead_letters
                WHERE persistence_id IS NOT NULL AND substr(source, 1, 6) <> 'timer:'
                UNION ALL
                SELECT persistence_id, 0 FROM dead_letters
                WHERE persistence_id IS NOT NULL AND substr(source, 1, 6) = 'timer:'
                """,
            clause: "a dead letter belongs to a stream that the store does not know", namesStream: true,
            takesNone: true),
        Reference(
            table: "subscriptions",
            // As `StreamPattern` writes it; the other kinds name no stream.
            sql: "SELECT substr(source, 7), 0 FROM subscriptions WHERE substr(source, 1, 6) = 'exact '",
            clause: "a subscription follows a stream that the store does not know", namesStream: true),
        Reference(
            table: "subscriptions", sql: "SELECT NULL, NULL FROM subscriptions WHERE max(watermark, work_mark) > ?1",
            clause: "a subscription has handled events behind the end of the log"),
        Reference(
            table: "checkpoints",
            sql: """
                SELECT NULL, NULL FROM checkpoints WHERE position > ?1 AND name NOT IN (
                    '\(OutboxSlots.lastNumberName)', '\(SubscriptionSlots.lastNumberName)')
                """,
            clause: "a checkpoint lies behind the end of the log"),
        Reference(
            table: "projections", sql: "SELECT NULL, NULL FROM projections WHERE position > ?1",
            clause: "a projection is ahead of the log"),
        Reference(
            table: "projection_rows",
            sql: """
                SELECT NULL, NULL FROM projection_rows LEFT JOIN projections USING (projection)
                WHERE projections.name IS NULL
                """,
            clause: "a row belongs to a projection that the store does not know"),
    ]
}

extension LogReading {
    fileprivate func check(_ reference: Reference, _ visit: (StructuralFinding) -> Visit) throws {
        let statement = try Statement(reference.sql, on: connection)
        if reference.sql.contains("?1") { try statement.bind(try totals().lastPosition, at: 1) }
        while try statement.step() {
            var id: PersistenceID?
            if reference.namesStream {
                let name = statement.text(at: 0) ?? ""
                id = try? PersistenceID(parsing: name)
                if let id, let head = try keyedHead(of: id)?.head, statement.anyInteger(at: 1) <= head.sequenceNumber {
                    continue
                }
                if id != nil, reference.takesNone, statement.anyInteger(at: 1) == 0 { continue }
                // A snapshot above the head is told with its stream, and a durable state has no events.
                if let id, reference.table == "snapshots", try keyedHead(of: id) != nil { continue }
                if let id, try durableStateRow(of: id) != nil { continue }
            } else if let type = statement.text(at: 0) {
                id = try? PersistenceID(type, statement.text(at: 1) ?? "")
            }
            if case .stop = visit(.dangling(id, "\(reference.clause), in the table '\(reference.table)'")) { return }
        }
    }

    fileprivate func checkDurableStates(_ visit: (StructuralFinding) -> Visit) throws {
        let statement = try Statement("SELECT persistence_id FROM durable_states", on: connection)
        while try statement.step() {
            guard let id = try? PersistenceID(parsing: statement.text(at: 0) ?? "") else {
                if case .stop = visit(.dangling(nil, "a durable state has a name that no entity can have")) { return }
                continue
            }
            do {
                _ = try durableStateRow(of: id)
                guard let state = try durableState(of: id), !state.isIntact else { continue }
                if case .stop = visit(.state(id, "its durable state does not fit its checksum")) { return }
            } catch let error as StoreError where error.reason == .corrupt {
                if case .stop = visit(.state(id, error.detail)) { return }
            }
        }
    }
}

extension SQLiteReader {
    /// What the store says of the positions of its log.
    package struct Positions: Hashable, Sendable {
        /// How many were ever given.
        package var given: Int64
        /// How many of their events were deleted.
        package var deleted: Int64
    }

    /// Visits what is missing of the row in which the store describes itself.
    package func checkDescription(_ visit: (StructuralFinding) -> Visit) throws {
        do {
            let isThere = try ask { reading in
                let row = try Statement("SELECT store_id FROM store WHERE id = 1", on: reading.connection)
                return try row.step() && row.ulid(at: 0) != nil
            }
            if !isThere { _ = visit(.description) }
        } catch let error as StoreError where error.reason == .corrupt {
            _ = visit(.uncheckable("what the store says of itself", error))
        }
    }

    /// What the store says of its positions now.
    package func positions() throws -> Positions {
        try ask { reading in
            try reading.atOneMoment {
                let statement = try Statement("SELECT deleted_events FROM store WHERE id = 1", on: reading.connection)
                return Positions(
                    given: try reading.totals().lastPosition,
                    deleted: try statement.step() ? statement.anyInteger(at: 0) : 0)
            }
        }
    }

    /// Compares the positions of the log with what the store said of it while they were counted.
    ///
    /// - Parameter found: how many positions have an event, those that can't be read included.
    package func checkPositions(found: Int64, of said: Positions, visit: (StructuralFinding) -> Visit) {
        let (explained, overflow) = found.addingReportingOverflow(said.deleted)
        if !overflow, explained == said.given { return }
        _ = visit(.positions(given: said.given, found: found, deleted: said.deleted))
    }
}
