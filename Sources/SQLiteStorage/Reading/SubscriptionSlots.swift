internal import EventSourcing

/// The statements for subscriptions and their checkpoints, each in one place.
final class SubscriptionSlots {
    static let columns = """
        subscription, target, source, lane, priority, watermark, work_mark, retries, handled, blocked, blocked_error, \
        holder, fencing_number, lease_until, due
        """

    // MARK: - One by one, and lists

    static let byTarget = "SELECT \(columns) FROM subscriptions WHERE application = ?1 AND target = ?2"
    let byTarget = StatementSlot(byTarget)

    let byKey = StatementSlot("SELECT \(columns) FROM subscriptions WHERE subscription = ?1")

    static let lastClaim = """
        SELECT fencing_number, lease_until, holder FROM subscriptions WHERE application = ?1 AND target = ?2
        """
    let lastClaim = StatementSlot(lastClaim)

    // By name, from a name on; a prefix ends where the caller sees it end.
    static let fromName = """
        SELECT \(columns) FROM subscriptions WHERE application = ?1 AND target >= ?2 ORDER BY target
        """
    let fromName = StatementSlot(fromName)

    static let blockedFromName = """
        SELECT \(columns) FROM subscriptions WHERE application = ?1 AND target >= ?2 AND blocked IS NOT NULL
        ORDER BY target
        """
    let blockedFromName = StatementSlot(blockedFromName)

    /// The next application behind one.
    static let nextApplication = """
        SELECT application FROM subscriptions WHERE application > ?1 ORDER BY application LIMIT 1
        """
    let nextApplication = StatementSlot(nextApplication)

    let checkpointNames = StatementSlot("SELECT name FROM checkpoints WHERE name > ?1 ORDER BY name")

    let checkpoint = StatementSlot("SELECT position FROM checkpoints WHERE name = ?1")

    // MARK: - What can be claimed

    // Word for word the condition of the indexes, which SQLite must recognise.
    private static let inFrontier = """
        application = ?1 AND blocked IS NULL AND lease_until IS NULL AND due IS NULL AND watermark < work_mark
        """

    /// The next lane behind one in which something can be claimed.
    static let nextLane = """
        SELECT lane FROM subscriptions WHERE \(inFrontier) AND lane > ?2 ORDER BY lane LIMIT 1
        """
    let nextLane = StatementSlot(nextLane)

    static let byPriority = """
        SELECT subscription, watermark, target, priority FROM subscriptions WHERE \(inFrontier) AND lane = ?2
        ORDER BY priority DESC, watermark, target LIMIT ?3
        """
    let byPriority = StatementSlot(byPriority)

    static let lowest = """
        SELECT subscription, watermark, target, 0 FROM subscriptions WHERE \(inFrontier) AND lane = ?2
        ORDER BY watermark, target LIMIT ?3
        """
    let lowest = StatementSlot(lowest)

    // From the highest watermark down, each one's names upwards: two short ranges of the index that has both rising.
    static let highest = """
        SELECT watermark FROM subscriptions WHERE \(inFrontier) AND lane = ?2 AND watermark <= ?3
        ORDER BY watermark DESC LIMIT 1
        """
    let highest = StatementSlot(highest)

    static let atWatermark = """
        SELECT subscription, watermark, target, 0 FROM subscriptions
        WHERE \(inFrontier) AND lane = ?2 AND watermark = ?4
        ORDER BY target LIMIT ?3
        """
    let atWatermark = StatementSlot(atWatermark)

    // MARK: - What waits for a time

    static let earliestLease = """
        SELECT lease_until FROM subscriptions WHERE application = ?1 AND lease_until IS NOT NULL
        ORDER BY lease_until LIMIT 1
        """
    let earliestLease = StatementSlot(earliestLease)

    static let earliestDue = """
        SELECT due FROM subscriptions WHERE application = ?1 AND due IS NOT NULL ORDER BY due LIMIT 1
        """
    let earliestDue = StatementSlot(earliestDue)

    static let runOut = """
        SELECT subscription FROM subscriptions WHERE application = ?1 AND lease_until <= ?2
        ORDER BY lease_until, target LIMIT ?3
        """
    let runOut = StatementSlot(runOut)

    static let tooLong = """
        SELECT subscription FROM subscriptions WHERE application = ?1 AND lease_until > ?2
        ORDER BY lease_until, target LIMIT ?3
        """
    let tooLong = StatementSlot(tooLong)

    static let come = """
        SELECT subscription FROM subscriptions WHERE application = ?1 AND due <= ?2
        ORDER BY due, target LIMIT ?3
        """
    let come = StatementSlot(come)

    // MARK: - Writing

    /// The row of the checkpoints that has the highest fencing number of subscriptions that went with their history, so that
    /// no number is used again. Checkpoints of readers and applications have other names.
    static let lastNumberName = "subscriptions"

    let insert = StatementSlot(
        """
        INSERT INTO subscriptions (
            application, target, source, lane, priority, watermark, work_mark, retries, fencing_number
        ) VALUES (
            ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0,
            coalesce((SELECT position FROM checkpoints WHERE name = '\(lastNumberName)'), 0))
        """)

    let update = StatementSlot(
        """
        UPDATE subscriptions SET
            source = ?2, lane = ?3, priority = ?4, watermark = ?5, work_mark = ?6, retries = ?7, handled = ?8,
            blocked = ?9, blocked_error = ?10, holder = ?11, fencing_number = ?12, lease_until = ?13, due = ?14
        WHERE subscription = ?1
        """)

    let lease = StatementSlot(
        """
        UPDATE subscriptions SET holder = ?2, fencing_number = ?3, lease_until = ?4 WHERE subscription = ?1
        """)

    let advance = StatementSlot(
        """
        INSERT INTO checkpoints (name, position, time) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET position = ?2, time = ?3 WHERE position < ?2
        """)
}
