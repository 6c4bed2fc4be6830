internal import EventSourcing

/// The statements for projections and checkpoints, each in one place.
final class ProjectionSlots {
    static let columns = "projection, version, position, is_live, time"

    let byVersion = StatementSlot("SELECT \(columns) FROM projections WHERE name = ?1 AND version = ?2")

    let versions = StatementSlot("SELECT \(columns) FROM projections WHERE name = ?1 ORDER BY version")

    // The name stands last, so that the other columns are where they are in the other statements.
    let all = StatementSlot(
        "SELECT \(columns), name FROM projections WHERE name > '' ORDER BY name, version LIMIT ?1")

    // Of one name there are a few versions; without one the live one is meant.
    private static let key = """
        (SELECT projection FROM projections WHERE name = ?1 AND (version = ?2 OR (?2 IS NULL AND is_live <> 0)))
        """

    let value = StatementSlot("SELECT value FROM projection_rows WHERE projection = \(key) AND key = ?3")

    // By key, from a key on; a prefix ends where the caller sees it end.
    let rows = StatementSlot(
        """
        SELECT key, value FROM projection_rows WHERE projection = \(key) AND key >= ?3 ORDER BY key
        """)

    let checkpoint = StatementSlot("SELECT position FROM checkpoints WHERE name = ?1")

    // MARK: - Writing

    let insert = StatementSlot(
        """
        INSERT INTO projections (name, version, position, is_live, time) VALUES (
            ?1, ?2, ?3, NOT EXISTS (SELECT 1 FROM projections WHERE name = ?1 AND is_live <> 0), ?4)
        RETURNING projection
        """)
    let update = StatementSlot("UPDATE projections SET position = ?2, time = ?3 WHERE projection = ?1")
    let swap = StatementSlot(
        """
        UPDATE projections SET is_live = (version = ?2), time = CASE version WHEN ?2 THEN ?3 ELSE time END WHERE name = ?1
        """)
    let dropRows = StatementSlot("DELETE FROM projection_rows WHERE projection = ?1")
    let drop = StatementSlot("DELETE FROM projections WHERE projection = ?1")
    let putRow = StatementSlot(
        """
        INSERT INTO projection_rows (projection, key, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (projection, key) DO UPDATE SET value = ?3
        """)
    let deleteRow = StatementSlot("DELETE FROM projection_rows WHERE projection = ?1 AND key = ?2")

    let putCheckpoint = StatementSlot(
        """
        INSERT INTO checkpoints (name, position, time) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET position = ?2, time = ?3
        """)
}
