/// The statements that write the log, each in one place.
final class WritingSlots {
    let begin = StatementSlot("BEGIN IMMEDIATE")
    let commit = StatementSlot("COMMIT")
    let rollBack = StatementSlot("ROLLBACK")

    static let lastPosition = "SELECT (SELECT max(position) FROM events), high_water FROM store WHERE id = 1"
    let lastPosition = StatementSlot(lastPosition)

    static let typeKey = "SELECT type FROM event_types WHERE name = ?1"
    let typeKey = StatementSlot(typeKey)
    let insertType = StatementSlot("INSERT INTO event_types (name) VALUES (?1) RETURNING type")

    static let writerKey = "SELECT writer FROM writers WHERE id = ?1"
    let writerKey = StatementSlot(writerKey)
    let insertWriter = StatementSlot(
        """
        INSERT INTO writers (id, host, process, started, program, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        RETURNING writer
        """)
    let updateWriter = StatementSlot(
        """
        UPDATE writers SET host = ?2, process = ?3, started = ?4, program = ?5, version = ?6 WHERE id = ?1
        """)

    static let insertEvent = """
        INSERT INTO events (
            position, stream, sequence_number, type, schema_version, time, writer, epoch, checksum,
            correlation_id, causation_id, command_id, metadata, payload
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """
    let insertEvent = StatementSlot(insertEvent)

    let insertStream = StatementSlot(
        """
        INSERT INTO streams (
            head, deleted_to, event_count, first_time, last_time, writer, epoch, entity_type, entity_id
        ) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        RETURNING stream
        """)
    static let updateStream = """
        UPDATE streams SET
            head = ?2, deleted_to = ?3, event_count = ?4, first_time = ?5, last_time = ?6, writer = ?7, epoch = ?8
        WHERE stream = ?1
        """
    let updateStream = StatementSlot(updateStream)

    static let forgetCommands = "DELETE FROM commands WHERE time < ?1"
    let forgetCommands = StatementSlot(forgetCommands)
    let insertCommand = StatementSlot(
        "INSERT INTO commands (id, stream, sequence_number, time, reply) VALUES (?1, ?2, ?3, ?4, ?5)")

    static let deleteEvents = "DELETE FROM events WHERE stream = ?1 AND sequence_number <= ?2"
    let deleteEvents = StatementSlot(deleteEvents)
    let noteDeletion = StatementSlot(
        "UPDATE store SET high_water = ?1, deleted_events = deleted_events + ?2 WHERE id = 1")

    static let deleteSnapshot = "DELETE FROM snapshots WHERE persistence_id = ?1 AND sequence_number = ?2"
    let deleteSnapshot = StatementSlot(deleteSnapshot)
    let insertSnapshot = StatementSlot(
        """
        INSERT INTO snapshots (
            persistence_id, sequence_number, state_type, schema_version, writer, epoch, time, checksum, state
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """)
    static let deleteSnapshots = "DELETE FROM snapshots WHERE persistence_id = ?1 AND sequence_number <= ?2"
    let deleteSnapshots = StatementSlot(deleteSnapshots)

    let quarantine = StatementSlot(
        """
        INSERT INTO quarantine (persistence_id, sequence_number, reason, time, writer) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
            reason = ?3, time = ?4, writer = ?5, released = NULL
        WHERE released IS NOT NULL
        """)
    static let release = """
        UPDATE quarantine SET released = ?3
        WHERE persistence_id = ?1 AND sequence_number = ?2 AND released IS NULL
        """
    let release = StatementSlot(release)

    let putDurableState = StatementSlot(
        """
        INSERT INTO durable_states (
            persistence_id, revision, state_type, schema_version, writer, epoch, time, checksum, value
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (persistence_id) DO UPDATE SET
            revision = ?2, state_type = ?3, schema_version = ?4, writer = ?5, epoch = ?6, time = ?7, checksum = ?8,
            value = ?9
        """)
    static let durableStateKey = "SELECT state FROM durable_states WHERE persistence_id = ?1"
    let durableStateKey = StatementSlot(durableStateKey)
    // The row stays, and with it the revision that a later write goes on from.
    static let deleteDurableState = "UPDATE durable_states SET value = NULL, checksum = ?2 WHERE persistence_id = ?1"
    let deleteDurableState = StatementSlot(deleteDurableState)

    static let putLease = """
        INSERT INTO leases (name, fencing_number, holder, acquisition, acquired, expires)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (name) DO UPDATE SET
            fencing_number = ?2, holder = ?3, acquisition = ?4, acquired = ?5, expires = ?6
        """
    let putLease = StatementSlot(putLease)
}
