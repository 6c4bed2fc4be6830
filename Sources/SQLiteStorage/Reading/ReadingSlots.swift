internal import EventSourcing

/// The statements that read the log, each in one place.
final class ReadingSlots {
    let begin = StatementSlot("BEGIN")
    let rollback = StatementSlot("ROLLBACK")

    let typeName = StatementSlot("SELECT name FROM event_types WHERE type = ?1")
    let writerID = StatementSlot("SELECT id FROM writers WHERE writer = ?1")
    let streamName = StatementSlot("SELECT entity_type, entity_id FROM streams WHERE stream = ?1")
    let streamKeyByName = StatementSlot("SELECT stream FROM streams WHERE entity_type = ?1 AND entity_id = ?2")

    static let headColumns = """
        stream, entity_type, entity_id, head, deleted_to, event_count, first_time, last_time, writer, epoch
        """

    let head = StatementSlot("SELECT \(headColumns) FROM streams WHERE entity_type = ?1 AND entity_id = ?2")

    let headByKey = StatementSlot("SELECT \(headColumns) FROM streams WHERE stream = ?1")

    let headsByKey = StatementSlot("SELECT \(headColumns) FROM streams WHERE stream > ?1 ORDER BY stream LIMIT ?2")

    let headsByKeyReversed = StatementSlot(
        "SELECT \(headColumns) FROM streams WHERE stream < ?1 ORDER BY stream DESC LIMIT ?2")

    // Streams by name, from a name on; a prefix ends where the caller sees it end.
    let byName = StatementSlot(
        """
        SELECT \(headColumns) FROM streams
        WHERE (entity_type, entity_id) > (?1, ?2)
        ORDER BY entity_type, entity_id
        """)

    let newest = StatementSlot(
        """
        SELECT \(headColumns) FROM streams
        ORDER BY last_time DESC, entity_type, entity_id
        """)

    // Two ranges instead of one condition with OR: each of them is one range of the index.
    let newestOfSameTime = StatementSlot(
        """
        SELECT \(headColumns) FROM streams
        WHERE last_time = ?1 AND (entity_type, entity_id) > (?2, ?3)
        ORDER BY entity_type, entity_id
        """)

    let newestBefore = StatementSlot(
        """
        SELECT \(headColumns) FROM streams
        WHERE last_time < ?1
        ORDER BY last_time DESC, entity_type, entity_id
        """)

    // No key is missing between the first and the last: streams go only all at once.
    let streamCount = StatementSlot(
        "SELECT (SELECT max(stream) FROM streams) - (SELECT min(stream) FROM streams) + 1")
    let lastPosition = StatementSlot("SELECT max(position) FROM events")
    let highWater = StatementSlot("SELECT high_water FROM store WHERE id = 1")
    let deletedEvents = StatementSlot("SELECT deleted_events FROM store WHERE id = 1")

    let sample = StatementSlot(
        """
        SELECT time, writer, epoch FROM events WHERE stream = ?1 AND sequence_number = ?2
        """)

    let nextNumber = StatementSlot(
        """
        SELECT min(sequence_number) FROM events WHERE stream = ?1 AND sequence_number >= ?2
        """)

    let previousNumber = StatementSlot(
        """
        SELECT max(sequence_number) FROM events WHERE stream = ?1 AND sequence_number <= ?2
        """)

    static let writers = "SELECT id, host, process, started, program, version FROM writers ORDER BY writer"
    let writers = StatementSlot(writers)

    static let snapshotColumns = """
        sequence_number, state_type, schema_version, writer, epoch, time, length(state)
        """

    let snapshots = StatementSlot(
        """
        SELECT \(snapshotColumns) FROM snapshots WHERE persistence_id = ?1 ORDER BY sequence_number
        """)

    let snapshot = StatementSlot(
        """
        SELECT \(snapshotColumns), state, checksum FROM snapshots
        WHERE persistence_id = ?1 AND sequence_number <= ?2
        ORDER BY sequence_number DESC LIMIT 1
        """)

    let lastPositionUpTo = StatementSlot(
        """
        SELECT position FROM events WHERE stream = ?1 AND sequence_number <= ?2
        ORDER BY sequence_number DESC LIMIT 1
        """)

    let command = StatementSlot("SELECT reply FROM commands WHERE id = ?1")

    let handledCommand = StatementSlot(
        "SELECT reply, time, stream, sequence_number FROM commands WHERE id = ?1")

    let quarantined = StatementSlot(
        """
        SELECT persistence_id, sequence_number, reason, time, writer FROM quarantine
        WHERE persistence_id = ?1 AND sequence_number > ?2 AND released IS NULL
        ORDER BY sequence_number LIMIT ?3
        """)

    let allQuarantined = StatementSlot(
        """
        SELECT persistence_id, sequence_number, reason, time, writer FROM quarantine
        WHERE (persistence_id, sequence_number) > (?1, ?2) AND released IS NULL
        ORDER BY persistence_id, sequence_number LIMIT ?3
        """)

    static let durableStateColumns = """
        revision, state_type, schema_version, writer, epoch, time, length(value)
        """

    let durableStateRow = StatementSlot(
        "SELECT \(durableStateColumns), checksum FROM durable_states WHERE persistence_id = ?1")

    let durableState = StatementSlot(
        """
        SELECT \(durableStateColumns), value, checksum FROM durable_states WHERE persistence_id = ?1
        """)

    // By name, from a name on; a prefix ends where the caller sees it end.
    let durableStates = StatementSlot(
        """
        SELECT \(durableStateColumns), persistence_id FROM durable_states
        WHERE persistence_id >= ?1 AND value IS NOT NULL
        ORDER BY persistence_id
        """)

    let lease = StatementSlot(
        "SELECT fencing_number, holder, acquisition, acquired, expires FROM leases WHERE name = ?1")

    let dataVersion = StatementSlot("PRAGMA data_version")

    // MARK: - Structure

    let extent = StatementSlot(
        """
        SELECT count(*), min(sequence_number), max(sequence_number) FROM events WHERE stream = ?1
        """)

    let numbers = StatementSlot("SELECT sequence_number FROM events WHERE stream = ?1 ORDER BY sequence_number")

    let nextStream = StatementSlot("SELECT min(stream) FROM events WHERE stream > ?1")

    let streamKey = StatementSlot("SELECT stream FROM streams WHERE stream = ?1")

    // MARK: - Events

    /// What a range of events is read by.
    enum EventRange: Int, CaseIterable {
        case stream
        case position
    }

    /// Reads a range of events in one direction, with no more columns than are asked for, in the same places always.
    static func events(by range: EventRange, reversed: Bool, fields: EventFields) -> String {
        let payload = fields.contains(.payload) ? "payload" : "NULL"
        let metadata =
            fields.contains(.metadata) ? "correlation_id, causation_id, command_id, metadata" : "NULL, NULL, NULL, NULL"
        let checksum = fields.contains(.checked) ? "checksum" : "NULL"
        let (condition, key, stream) =
            switch range {
            case .stream: ("stream = ?1 AND sequence_number BETWEEN ?2 AND ?3", "sequence_number", "NULL")
            case .position: ("position BETWEEN ?2 AND ?3", "position", "stream")
            }
        return """
            SELECT position, \(stream), sequence_number, type, schema_version, time, writer, epoch, \(checksum),
                \(metadata), \(payload)
            FROM events WHERE \(condition) ORDER BY \(key)\(reversed ? " DESC" : "")
            """
    }

    private var eventSlots: [Int: StatementSlot] = [:]

    func events(by range: EventRange, reversed: Bool, fields: EventFields) -> StatementSlot {
        let place = fields.rawValue & 7 | (reversed ? 8 : 0) | range.rawValue << 4
        if let slot = eventSlots[place] { return slot }
        let slot = StatementSlot(Self.events(by: range, reversed: reversed, fields: fields))
        eventSlots[place] = slot
        return slot
    }
}
