internal import EventSourcing

/// The statements for projections and checkpoints, each in one place.
final class ProjectionSlots {
    static let columns = "projection, version, position, is_live, time"

    static let byVersion = "SELECT \(columns) FROM projections WHERE name = ?1 AND version = ?2"
    let byVersion = StatementSlot(byVersion)

    static let versions = "SELECT \(columns) FROM projections WHERE name = ?1 ORDER BY version"
    let versions = StatementSlot(versions)

    // Of one name there are a few versions; without one the live one is meant.
    private static let key = """
        (SELECT projection FROM projections WHERE name = ?1 AND (version = ?2 OR (?2 IS NULL AND is_live <> 0)))
        """

    static let value = "SELECT value FROM projection_rows WHERE projection = \(key) AND key = ?3"
    let value = StatementSlot(value)

    // By key, from a key on; a prefix ends where the caller sees it end.
    static let rows = """
        SELECT key, value FROM projection_rows WHERE projection = \(key) AND key >= ?3 ORDER BY key
        """
    let rows = StatementSlot(rows)

    static let checkpoint = "SELECT position FROM checkpoints WHERE name = ?1"
    let checkpoint = StatementSlot(checkpoint)

    // MARK: - Writing

    static let insert = """
        INSERT INTO projections (name, version, position, is_live, time) VALUES (
            ?1, ?2, ?3, NOT EXISTS (SELECT 1 FROM projections WHERE name = ?1 AND is_live <> 0), ?4)
        RETURNING projection
        """
    let insert = StatementSlot(insert)
    static let update = "UPDATE projections SET position = ?2, time = ?3 WHERE projection = ?1"
    let update = StatementSlot(update)
    static let swap = """
        UPDATE projections SET is_live = (version = ?2), time = CASE version WHEN ?2 THEN ?3 ELSE time END WHERE name = ?1
        """
    let swap = StatementSlot(swap)
    static let dropRows = "DELETE FROM projection_rows WHERE projection = ?1"
    let dropRows = StatementSlot(dropRows)
    static let drop = "DELETE FROM projections WHERE projection = ?1"
    let drop = StatementSlot(drop)
    let putRow = StatementSlot(
        """
        INSERT INTO projection_rows (projection, key, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (projection, key) DO UPDATE SET value = ?3
        """)
    static let deleteRow = "DELETE FROM projection_rows WHERE projection = ?1 AND key = ?2"
    let deleteRow = StatementSlot(deleteRow)

    let putCheckpoint = StatementSlot(
        """
        INSERT INTO checkpoints (name, position, time) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET position = ?2, time = ?3
        """)

    /// What is asked often, or of much: none of it may scan or sort.
    static let hot = [
        byVersion, versions, value, rows, checkpoint, insert, update, swap, dropRows, drop, deleteRow,
    ]
}
