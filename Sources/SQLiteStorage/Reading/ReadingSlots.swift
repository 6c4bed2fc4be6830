internal import EventSourcing

/// The statements that read the log, each in one place.
final class ReadingSlots {
    static let headColumns = """
        stream, entity_type, entity_id, head, deleted_to, event_count, first_time, last_time, writer, epoch
        """

    let head = StatementSlot("SELECT \(headColumns) FROM streams WHERE entity_type = ?1 AND entity_id = ?2")

    let headByKey = StatementSlot("SELECT \(headColumns) FROM streams WHERE stream = ?1")

    let headsByKey = StatementSlot("SELECT \(headColumns) FROM streams WHERE stream > ?1 ORDER BY stream LIMIT ?2")

    static let headsByKeyReversed = "SELECT \(headColumns) FROM streams WHERE stream < ?1 ORDER BY stream DESC LIMIT ?2"
    let headsByKeyReversed = StatementSlot(headsByKeyReversed)

    // Streams by name, from a name on; a prefix ends where the caller sees it end.
    static let byName = """
        SELECT \(headColumns) FROM streams
        WHERE (entity_type, entity_id) > (?1, ?2)
        ORDER BY entity_type, entity_id
        """
    let byName = StatementSlot(byName)

    static let newest = """
        SELECT \(headColumns) FROM streams
        ORDER BY last_time DESC, entity_type, entity_id
        """
    let newest = StatementSlot(newest)

    // Two ranges instead of one condition with OR: each of them is one range of the index.
    static let newestOfSameTime = """
        SELECT \(headColumns) FROM streams
        WHERE last_time = ?1 AND (entity_type, entity_id) > (?2, ?3)
        ORDER BY entity_type, entity_id
        """
    let newestOfSameTime = StatementSlot(newestOfSameTime)

    static let newestBefore = """
        SELECT \(headColumns) FROM streams
        WHERE last_time < ?1
        ORDER BY last_time DESC, entity_type, entity_id
        """
    let newestBefore = StatementSlot(newestBefore)

    static let lastStream = "SELECT max(stream) FROM streams"
    let lastStream = StatementSlot(lastStream)
    static let lastPosition = "SELECT max(position) FROM events"
    let lastPosition = StatementSlot(lastPosition)
    let highWater = StatementSlot("SELECT high_water FROM store WHERE id = 1")
    let deletedEvents = StatementSlot("SELECT deleted_events FROM store WHERE id = 1")

    static let sample = """
        SELECT time, writer, epoch FROM events WHERE stream = ?1 AND sequence_number = ?2
        """
    let sample = StatementSlot(sample)

    static let nextNumber = """
        SELECT min(sequence_number) FROM events WHERE stream = ?1 AND sequence_number >= ?2
        """
    let nextNumber = StatementSlot(nextNumber)

    static let previousNumber = """
        SELECT max(sequence_number) FROM events WHERE stream = ?1 AND sequence_number <= ?2
        """
    let previousNumber = StatementSlot(previousNumber)

    let writers = StatementSlot(
        "SELECT id, host, process, started, program, version FROM writers ORDER BY writer")

    static let snapshotColumns = """
        sequence_number, state_type, schema_version, writer, epoch, time, length(state)
        """

    static let snapshots = """
        SELECT \(snapshotColumns) FROM snapshots WHERE persistence_id = ?1 ORDER BY sequence_number
        """
    let snapshots = StatementSlot(snapshots)

    static let snapshot = """
        SELECT \(snapshotColumns), state, checksum FROM snapshots
        WHERE persistence_id = ?1 AND sequence_number <= ?2
        ORDER BY sequence_number DESC LIMIT 1
        """
    let snapshot = StatementSlot(snapshot)

    static let command = "SELECT reply FROM commands WHERE id = ?1"
    let command = StatementSlot(command)

    static let quarantined = """
        SELECT persistence_id, sequence_number, reason, time, writer FROM quarantine
        WHERE persistence_id = ?1 AND sequence_number > ?2 AND released IS NULL
        ORDER BY sequence_number LIMIT ?3
        """
    let quarantined = StatementSlot(quarantined)

    static let allQuarantined = """
        SELECT persistence_id, sequence_number, reason, time, writer FROM quarantine
        WHERE (persistence_id, sequence_number) > (?1, ?2) AND released IS NULL
        ORDER BY persistence_id, sequence_number LIMIT ?3
        """
    let allQuarantined = StatementSlot(allQuarantined)

    static let durableStateColumns = """
        revision, state_type, schema_version, writer, epoch, time, length(value)
        """

    static let durableStateRow = "SELECT \(durableStateColumns), checksum FROM durable_states WHERE persistence_id = ?1"
    let durableStateRow = StatementSlot(durableStateRow)

    static let durableState = """
        SELECT \(durableStateColumns), value, checksum FROM durable_states WHERE persistence_id = ?1
        """
    let durableState = StatementSlot(durableState)

    // By name, from a name on; a prefix ends where the caller sees it end.
    static let durableStates = """
        SELECT \(durableStateColumns), persistence_id FROM durable_states
        WHERE persistence_id >= ?1 AND value IS NOT NULL
        ORDER BY persistence_id
        """
    let durableStates = StatementSlot(durableStates)

    static let lease = "SELECT fencing_number, holder, acquisition, acquired, expires FROM leases WHERE name = ?1"
    let lease = StatementSlot(lease)

    let dataVersion = StatementSlot("PRAGMA data_version")

    // MARK: - Structure

    static let extent = """
        SELECT count(*), min(sequence_number), max(sequence_number) FROM events WHERE stream = ?1
        """
    let extent = StatementSlot(extent)

    static let numbers = "SELECT sequence_number FROM events WHERE stream = ?1 ORDER BY sequence_number"
    let numbers = StatementSlot(numbers)

    static let nextStream = "SELECT min(stream) FROM events WHERE stream > ?1"
    let nextStream = StatementSlot(nextStream)

    static let streamKey = "SELECT stream FROM streams WHERE stream = ?1"
    let streamKey = StatementSlot(streamKey)

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
