internal import EventSourcing

/// The statements for timers, each in one place.
final class TimerSlots {
    static let columns = """
        timer, persistence_id, name, generation, deadline, payload, attempts, last_error, claimed_by, claimed_until
        """

    let row = StatementSlot("SELECT \(columns) FROM timers WHERE persistence_id = ?1 AND name = ?2")

    let generation = StatementSlot("SELECT generation FROM timers WHERE persistence_id = ?1 AND name = ?2")

    let ofEntity = StatementSlot("SELECT \(columns) FROM timers WHERE persistence_id = ?1 ORDER BY name")

    let due = StatementSlot(
        """
        SELECT \(columns) FROM timers
        WHERE deadline <= ?1 AND deadline IS NOT NULL AND claimed_until IS NULL
        ORDER BY deadline, timer LIMIT ?2
        """)

    let next = StatementSlot(
        """
        SELECT
            (SELECT min(deadline) FROM timers WHERE deadline IS NOT NULL AND claimed_until IS NULL),
            (SELECT min(claimed_until) FROM timers WHERE claimed_until IS NOT NULL)
        """)

    // MARK: - Writing

    let put = StatementSlot(
        """
        INSERT INTO timers (
            persistence_id, name, generation, deadline, payload, attempts, last_error, claimed_by, claimed_until
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (persistence_id, name) DO UPDATE SET
            generation = ?3, deadline = ?4, payload = ?5, attempts = ?6, last_error = ?7, claimed_by = ?8,
            claimed_until = ?9
        """)
    let disarm = StatementSlot(
        """
        UPDATE timers SET
            deadline = NULL, payload = NULL, attempts = 0, last_error = NULL, claimed_by = NULL, claimed_until = NULL
        WHERE persistence_id = ?1 AND name = ?2 AND deadline IS NOT NULL
        """)
    // At most so many at once, so that a claim costs the same however many claims have run out.
    let wake = StatementSlot(
        """
        UPDATE timers SET claimed_by = NULL, claimed_until = NULL WHERE timer IN (
            SELECT timer FROM timers WHERE claimed_until <= ?1 ORDER BY claimed_until, timer LIMIT ?2)
        """)
    let claim = StatementSlot(
        "UPDATE timers SET claimed_by = ?2, claimed_until = ?3, attempts = ?4 WHERE timer = ?1")
}
