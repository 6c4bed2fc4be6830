internal import EventSourcing

/// The statements for the outbox and the dead letters, each in one place.
final class OutboxSlots {
    static let columns = """
        entry, idempotency_key, persistence_id, sequence_number, destination, payload, created, due, attempts,
        last_error, claimed_by, claimed_until, completed
        """

    let entry = StatementSlot("SELECT \(columns) FROM outbox WHERE entry = ?1")

    let byKey = StatementSlot("SELECT \(columns) FROM outbox WHERE idempotency_key = ?1")

    let all = StatementSlot("SELECT \(columns) FROM outbox WHERE entry > ?1 ORDER BY entry LIMIT ?2")

    let waiting = StatementSlot(
        """
        SELECT \(columns) FROM outbox WHERE persistence_id = ?1 AND completed IS NULL ORDER BY entry LIMIT ?2
        """)

    let due = StatementSlot(
        """
        SELECT \(columns) FROM outbox
        WHERE due <= ?1 AND completed IS NULL AND claimed_until IS NULL
        ORDER BY due, entry LIMIT ?2
        """)

    let next = StatementSlot(
        """
        SELECT
            (SELECT min(due) FROM outbox WHERE completed IS NULL AND claimed_until IS NULL AND due IS NOT NULL),
            (SELECT min(claimed_until) FROM outbox WHERE claimed_until IS NOT NULL)
        """)

    static let letterColumns = """
        letter, source, recipient, persistence_id, sequence_number, reason, attempts, payload, time
        """

    let openLetter = StatementSlot(
        "SELECT \(letterColumns) FROM dead_letters WHERE letter = ?1 AND replayed IS NULL")

    let letters = StatementSlot(
        """
        SELECT \(letterColumns) FROM dead_letters WHERE (time, letter) > (?1, ?2) AND replayed IS NULL
        ORDER BY time, letter LIMIT ?3
        """)

    // MARK: - Writing

    /// The row of the checkpoints that has the last number that was given: only deletions write it, so that no number
    /// is used again. Checkpoints of readers and applications have other names.
    static let lastNumberName = "outbox"

    // It is due at once only where no earlier one of its entity is there that has not left.
    let insert = StatementSlot(
        """
        INSERT INTO outbox (
            entry, idempotency_key, persistence_id, sequence_number, item, destination, payload, created, due, attempts
        ) VALUES (
            1 + max(
                coalesce((SELECT max(entry) FROM outbox), 0),
                coalesce((SELECT position FROM checkpoints WHERE name = '\(lastNumberName)'), 0)),
            ?1, ?2, ?3, ?4, ?5, ?6, ?7,
            CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE persistence_id = ?2 AND completed IS NULL) THEN NULL ELSE ?8 END,
            0
        ) ON CONFLICT (idempotency_key) DO NOTHING
        """)
    let update = StatementSlot(
        """
        UPDATE outbox SET
            due = ?2, attempts = ?3, last_error = ?4, claimed_by = ?5, claimed_until = ?6, completed = ?7
        WHERE entry = ?1
        """)
    let wake = StatementSlot(
        """
        UPDATE outbox SET claimed_by = NULL, claimed_until = NULL WHERE entry IN (
            SELECT entry FROM outbox WHERE claimed_until <= ?1 ORDER BY claimed_until, entry LIMIT ?2)
        """)
    let wakeNext = StatementSlot(
        """
        UPDATE outbox SET due = created WHERE due IS NULL AND entry = (
            SELECT entry FROM outbox
            WHERE persistence_id = (SELECT persistence_id FROM outbox WHERE entry = ?1) AND completed IS NULL
                AND entry > ?1
            ORDER BY entry LIMIT 1)
        """)
    let delete = StatementSlot("DELETE FROM outbox WHERE entry = ?1")
    let forget = StatementSlot(
        """
        DELETE FROM outbox WHERE entry IN (SELECT entry FROM outbox WHERE completed < ?1 LIMIT ?2)
        """)
    let keepLastNumber = StatementSlot(
        """
        INSERT INTO checkpoints (name, position, time)
        SELECT '\(lastNumberName)', entry, ?1 FROM outbox WHERE entry = (SELECT max(entry) FROM outbox)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position, time = ?1 WHERE position < excluded.position
        """)

    let insertLetter = StatementSlot(
        """
        INSERT INTO dead_letters (
            source, recipient, persistence_id, sequence_number, reason, attempts, payload, time
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """)
    let closeLetter = StatementSlot("UPDATE dead_letters SET replayed = ?2 WHERE letter = ?1 AND replayed IS NULL")
}
