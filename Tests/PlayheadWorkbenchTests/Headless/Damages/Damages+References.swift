import EventSourcing

@testable import SQLiteStorage

extension Damage {
    /// All of them.
    static let all = numbers + heads + positions + rows + snapshots + references + structure + changeLogs

    /// Rows that refer to nothing.
    static let references: [Damage] = [
        Damage(
            "a subscription to a stream that is unknown", "UPDATE subscriptions SET source = 'exact Account|none'",
            .of(
                "dangling",
                "a subscription follows a stream that the store does not know, in the table 'subscriptions'",
                stream: "Account|none")),
        Damage(
            "a subscription that is ahead of the log", "UPDATE subscriptions SET watermark = 211",
            .of("dangling", "a subscription has handled events behind the end of the log, in the table 'subscriptions'")
        ),
        Damage(
            "a checkpoint behind the end of the log", "UPDATE checkpoints SET position = 211",
            .of("dangling", "a checkpoint lies behind the end of the log, in the table 'checkpoints'")),
        Damage(
            "a timer whose entity has no name", "UPDATE timers SET persistence_id = 'nobody' WHERE timer = 2",
            .of("dangling", "a timer has a name that no entity can have, in the table 'timers'")),
        Damage(
            "an outbox row of a stream that is unknown", "UPDATE outbox SET persistence_id = 'Account|none'",
            .of(
                "dangling", "what is to be sent out belongs to an event that never was, in the table 'outbox'",
                stream: "Account|none")),
        Damage(
            "an outbox row of an event that never was", "UPDATE outbox SET sequence_number = 7",
            .ann("dangling", "what is to be sent out belongs to an event that never was, in the table 'outbox'")),
        Damage(
            "a command of a stream that is unknown", "UPDATE commands SET stream = 77",
            .of("dangling", "a command that was handled refers to an event that never was, in the table 'commands'")),
        Damage(
            "a command of an event that never was", "UPDATE commands SET sequence_number = 7",
            .of("dangling", "a command that was handled refers to an event that never was, in the table 'commands'")),
        Damage(
            "a dead letter of a stream that is unknown", "UPDATE dead_letters SET persistence_id = 'Account|none'",
            .of(
                "dangling",
                "a dead letter belongs to a stream that the store does not know, in the table 'dead_letters'",
                stream: "Account|none")),
    ]

    /// Pages, indexes and values that can't be read.
    static let structure: [Damage] = [
        Damage(
            "an index that misses a row",
            [
                .ann("head-mismatch", "its head counts 6 events, and there are 5"),
                .ann("gap", 4, "#4 is missing"),
                .bob("head-mismatch", "its head counts 200 events, and there are 199"),
                .bob("gap", 4, "#4 is missing"),
                .old("head-mismatch", "its head counts 2 events, and there are 1"),
                .old("head-mismatch", "its head names #4 as the last event, and it is #3"),
                .of("damaged", "the index 'events_by_stream' does not agree with its table: …"),
                .old("snapshot-unusable", 4, "the snapshot is above the stream's last event, 3"),
            ]
        ) { path in
            let change = "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql ="
            let condition = "' WHERE sequence_number <> 4'"
            try BadFileTests.execute("\(change) sql || \(condition) WHERE name = 'events_by_stream'", on: path)
            try BadFileTests.execute("REINDEX events_by_stream", on: path)
            try BadFileTests.execute(
                "\(change) replace(sql, \(condition), '') WHERE name = 'events_by_stream'", on: path)
        },
        Damage(
            "an index that is not there", "DROP INDEX timers_due",
            .of("damaged", "the index 'timers_due' is not there")),
        Damage(
            "a page of events that is zeroed",
            [
                .of("damaged-page", "Page …"),
                .of("damaged-page", "the check of pages could not go on: SQLite says: …"),
                .of(
                    "damaged",
                    "the log from position 78 on: it and what follows through 152 can't be read: SQLite says: …"),
                .bob("damaged", 72, "it and what follows through 146 can't be read: SQLite says: …"),
            ]
        ) { try AccountsStore.zeroPage(holding: #"{"amount":1100}"#, in: $0) },
        Damage(
            "a value that is longer than any that is read",
            [
                .ann(
                    "damaged", 4,
                    "it can't be read: a value of more than 67108864 bytes stands there, and none so long is read"),
                .ann("damaged", 6, "MoneyDeposited does not fit its checksum"),
                .bob("damaged", 94, "MoneyDeposited does not fit its checksum"),
            ]
        ) { path in
            try BadFileTests.execute(
                """
                UPDATE events SET payload = zeroblob(67108865) WHERE position = 4;
                UPDATE events SET payload = x'00' WHERE position IN (6, 100)
                """, on: path)
        },
    ]
}
