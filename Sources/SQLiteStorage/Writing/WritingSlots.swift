/// The statements that write the log, each in one place.
final class WritingSlots {
    let begin = StatementSlot("BEGIN IMMEDIATE")
    let commit = StatementSlot("COMMIT")

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

    static let putTimer = """
        INSERT INTO timers (
            persistence_id, name, generation, deadline, payload, attempts, last_error, claimed_by, claimed_until
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (persistence_id, name) DO UPDATE SET
            generation = ?3, deadline = ?4, payload = ?5, attempts = ?6, last_error = ?7, claimed_by = ?8,
            claimed_until = ?9
        """
    let putTimer = StatementSlot(putTimer)
    // At most so many at once, so that a claim costs the same however many claims have run out.
    static let wakeTimers = """
        UPDATE timers SET claimed_by = NULL, claimed_until = NULL WHERE timer IN (
            SELECT timer FROM timers WHERE claimed_until <= ?1 ORDER BY claimed_until, timer LIMIT ?2)
        """
    let wakeTimers = StatementSlot(wakeTimers)
    static let claimTimer = """
        UPDATE timers SET claimed_by = ?2, claimed_until = ?3, attempts = attempts + 1 WHERE timer = ?1
        """
    let claimTimer = StatementSlot(claimTimer)

    // It is due at once only where no earlier one of its entity is there that has not left.
    static let insertEntry = """
        INSERT INTO outbox (
            idempotency_key, persistence_id, sequence_number, item, destination, payload, created, due, attempts
        ) VALUES (
            ?1, ?2, ?3, ?4, ?5, ?6, ?7,
            CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE persistence_id = ?2 AND completed IS NULL) THEN NULL ELSE ?8 END,
            0
        ) ON CONFLICT (idempotency_key) DO NOTHING
        """
    let insertEntry = StatementSlot(insertEntry)
    static let updateEntry = """
        UPDATE outbox SET
            due = ?2, attempts = ?3, last_error = ?4, claimed_by = ?5, claimed_until = ?6, completed = ?7
        WHERE entry = ?1
        """
    let updateEntry = StatementSlot(updateEntry)
    static let wakeEntries = """
        UPDATE outbox SET claimed_by = NULL, claimed_until = NULL WHERE entry IN (
            SELECT entry FROM outbox WHERE claimed_until <= ?1 ORDER BY claimed_until, entry LIMIT ?2)
        """
    let wakeEntries = StatementSlot(wakeEntries)
    static let wakeNextEntry = """
        UPDATE outbox SET due = created WHERE due IS NULL AND entry = (
            SELECT entry FROM outbox
            WHERE persistence_id = (SELECT persistence_id FROM outbox WHERE entry = ?1) AND completed IS NULL
                AND entry > ?1
            ORDER BY entry LIMIT 1)
        """
    let wakeNextEntry = StatementSlot(wakeNextEntry)
    static let deleteEntry = "DELETE FROM outbox WHERE entry = ?1"
    let deleteEntry = StatementSlot(deleteEntry)
    static let forgetCompleted = "DELETE FROM outbox WHERE completed < ?1"
    let forgetCompleted = StatementSlot(forgetCompleted)

    let insertDeadLetter = StatementSlot(
        """
        INSERT INTO dead_letters (
            source, recipient, persistence_id, sequence_number, reason, attempts, payload, time
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """)
    static let closeDeadLetter = "UPDATE dead_letters SET replayed = ?2 WHERE letter = ?1 AND replayed IS NULL"
    let closeDeadLetter = StatementSlot(closeDeadLetter)

    static let insertProjection = """
        INSERT INTO projections (name, version, position, is_live, time) VALUES (
            ?1, ?2, ?3, NOT EXISTS (SELECT 1 FROM projections WHERE name = ?1 AND is_live <> 0), ?4)
        RETURNING projection
        """
    let insertProjection = StatementSlot(insertProjection)
    static let updateProjection = "UPDATE projections SET position = ?2, time = ?3 WHERE projection = ?1"
    let updateProjection = StatementSlot(updateProjection)
    static let swapProjection = """
        UPDATE projections SET is_live = (version = ?2), time = CASE version WHEN ?2 THEN ?3 ELSE time END WHERE name = ?1
        """
    let swapProjection = StatementSlot(swapProjection)
    static let dropProjectionRows = "DELETE FROM projection_rows WHERE projection = ?1"
    let dropProjectionRows = StatementSlot(dropProjectionRows)
    static let dropProjection = "DELETE FROM projections WHERE projection = ?1"
    let dropProjection = StatementSlot(dropProjection)
    let putProjectionRow = StatementSlot(
        """
        INSERT INTO projection_rows (projection, key, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (projection, key) DO UPDATE SET value = ?3
        """)
    static let deleteProjectionRow = "DELETE FROM projection_rows WHERE projection = ?1 AND key = ?2"
    let deleteProjectionRow = StatementSlot(deleteProjectionRow)

    let putCheckpoint = StatementSlot(
        """
        INSERT INTO checkpoints (name, position, time) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET position = ?2, time = ?3
        """)
}
