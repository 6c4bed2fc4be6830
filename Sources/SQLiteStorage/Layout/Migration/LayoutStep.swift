/// What makes a file of one layout version a file of the next.
///
/// A step that a program was given out with is never changed: a further version is a further step.
struct LayoutStep {
    /// The version that it begins with.
    let version: Int
    /// Run in this order, within one transaction.
    let statements: [String]
}

extension Layout {
    /// The steps of all versions, rising.
    static let steps = [fromFirst, fromSecond]

    /// The steps from a version on.
    static func steps(from version: Int) -> [LayoutStep] { steps.filter { $0.version >= version } }

    /// Version 2 has the indexes that claims of subscriptions and the outbox need, so that their cost does not grow.
    private static let fromFirst = LayoutStep(
        version: 1,
        statements: [
            // Some files of version 1 have indexes of these names in another form.
            "DROP INDEX IF EXISTS subscriptions_leased",
            "DROP INDEX IF EXISTS subscriptions_waiting",
            "DROP INDEX IF EXISTS outbox_by_entity",
            "DROP INDEX IF EXISTS outbox_completed",
            """
            CREATE INDEX subscriptions_leased ON subscriptions (application, lease_until, target)
                WHERE lease_until IS NOT NULL
            """,
            "CREATE INDEX subscriptions_waiting ON subscriptions (application, due, target) WHERE due IS NOT NULL",
            "CREATE INDEX outbox_by_entity ON outbox (persistence_id, entry) WHERE completed IS NULL",
            "CREATE INDEX outbox_completed ON outbox (completed) WHERE completed IS NOT NULL",
        ])

    /// Version 3 keeps checksums in six bytes, which the programs before it would take for damage; rows stay as they are.
    private static let fromSecond = LayoutStep(version: 2, statements: ["DROP VIEW IF EXISTS event_log", eventLog])
}
