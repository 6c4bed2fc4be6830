/// The statements that write the log, each in one place.
final class WritingSlots {
    let begin = StatementSlot("BEGIN IMMEDIATE")
    let commit = StatementSlot("COMMIT")
    let rollBack = StatementSlot("ROLLBACK")

    let lastPosition = StatementSlot(
        "SELECT (SELECT max(position) FROM events), high_water FROM store WHERE id = 1")

    let typeKey = StatementSlot("SELECT type FROM event_types WHERE name = ?1")
    let insertType = StatementSlot("INSERT INTO event_types (name) VALUES (?1) RETURNING type")

    let writerKey = StatementSlot("SELECT writer FROM writers WHERE id = ?1")
    let insertWriter = StatementSlot(
        """
        INSERT INTO writers (id, host, process, started, program, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        RETURNING writer
        """)
    let updateWriter = StatementSlot(
        """
        UPDATE writers SET host = ?2, process = ?3, started = ?4, program = ?5, version = ?6 WHERE id = ?1
        """)

    let insertEvent = StatementSlot(
        """
        INSERT INTO events (
            position, stream, sequence_number, type, schema_version, time, writer, epoch, checksum,
            correlation_id, causation_id, command_id, metadata, payload
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """)

    let insertStream = StatementSlot(
        """
        INSERT INTO streams (
            head, deleted_to, event_count, first_time, last_time, writer, epoch, entity_type, entity_id
        ) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        RETURNING stream
        """)
    let updateStream = StatementSlot(
        """
        UPDATE streams SET
            head = ?2, deleted_to = ?3, event_count = ?4, first_time = ?5, last_time = ?6, writer = ?7, epoch = ?8
        WHERE stream = ?1
        """)

    let forgetCommands = StatementSlot(
        """
        DELETE FROM commands WHERE command IN (SELECT command FROM commands WHERE time < ?1 LIMIT ?2)
        """)
    let insertCommand = StatementSlot(
        "INSERT INTO commands (id, stream, sequence_number, time, reply) VALUES (?1, ?2, ?3, ?4, ?5)")

    let deleteEvents = StatementSlot("DELETE FROM events WHERE stream = ?1 AND sequence_number <= ?2")
    let noteDeletion = StatementSlot(
        "UPDATE store SET high_water = ?1, deleted_events = deleted_events + ?2 WHERE id = 1")

    let deleteSnapshot = StatementSlot("DELETE FROM snapshots WHERE persistence_id = ?1 AND sequence_number = ?2")
    let insertSnapshot = StatementSlot(
        """
        INSERT INTO snapshots (
            persistence_id, sequence_number, state_type, schema_version, writer, epoch, time, checksum, state
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """)
    let deleteSnapshots = StatementSlot("DELETE FROM snapshots WHERE persistence_id = ?1 AND sequence_number <= ?2")

    let quarantine = StatementSlot(
        """
        INSERT INTO quarantine (persistence_id, sequence_number, reason, time, writer) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
            reason = ?3, time = ?4, writer = ?5, released = NULL
        WHERE released IS NOT NULL
        """)
    let release = StatementSlot(
        """
        UPDATE quarantine SET released = ?3
        WHERE persistence_id = ?1 AND sequence_number = ?2 AND released IS NULL
        """)

    let putDurableState = StatementSlot(
        """
        INSERT INTO durable_states (
            persistence_id, revision, state_type, schema_version, writer, epoch, time, checksum, value
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (persistence_id) DO UPDATE SET
            revision = ?2, state_type = ?3, schema_version = ?4, writer = ?5, epoch = ?6, time = ?7, checksum = ?8,
            value = ?9
        """)
    let durableStateKey = StatementSlot("SELECT state FROM durable_states WHERE persistence_id = ?1")
    // The row stays, and with it the revision that a later write goes on from.
    let deleteDurableState = StatementSlot(
        "UPDATE durable_states SET value = NULL, checksum = ?2 WHERE persistence_id = ?1")

    let putLease = StatementSlot(
        """
        INSERT INTO leases (name, fencing_number, holder, acquisition, acquired, expires)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (name) DO UPDATE SET
            fencing_number = ?2, holder = ?3, acquisition = ?4, acquired = ?5, expires = ?6
        """)
}
