import EventSourcing

@testable import SQLiteStorage

extension Damage {
    /// Numbers that are not one after the other.
    static let numbers: [Damage] = [
        Damage(
            "a gap", "DELETE FROM events WHERE position = 4",
            .ann("head-mismatch", "its head counts 6 events, and there are 5"),
            .ann("gap", 4, "#4 is missing"),
            .of("position", "210 positions were given, 207 have an event, and 2 were deleted, which does not add up")),
        Damage(
            "a number that stands twice",
            """
            DROP INDEX events_by_stream;
            UPDATE events SET sequence_number = 4 WHERE position = 5;
            CREATE INDEX events_by_stream ON events (stream, sequence_number)
            """,
            .ann("duplicate", 4, "the number stands twice"),
            .ann("gap", 5, "the event is missing")),
    ]

    /// Heads that say something else than the events.
    static let heads: [Damage] = [
        Damage(
            "a head that is too high", "UPDATE streams SET head = 8 WHERE stream = 1",
            .ann("head-mismatch", "its head names #8 as the last event, and it is #6")),
        Damage(
            "a head that is too low", "UPDATE streams SET head = 5 WHERE stream = 1",
            .ann("head-mismatch", "its head names #5 as the last event, and it is #6")),
        Damage(
            "a head that is missing", "DELETE FROM streams WHERE stream = 1",
            .of("orphans", "6 events belong to stream 1, which the store does not know"),
            .of("dangling", "a command that was handled refers to an event that never was, in the table 'commands'"),
            .ann("dangling", "a snapshot belongs to a stream that the store does not know, in the table 'snapshots'"),
            .ann("dangling", "what is to be sent out belongs to an event that never was, in the table 'outbox'"),
            .ann(
                "dangling",
                "a dead letter belongs to a stream that the store does not know, in the table 'dead_letters'"),
            .ann(
                "dangling", "a subscription follows a stream that the store does not know, in the table 'subscriptions'"
            )),
        Damage(
            "a head that counts wrong", "UPDATE streams SET event_count = 3 WHERE stream = 1",
            .ann("head-mismatch", "its head counts 3 events, and there are 6")),
        Damage(
            "a head with an earlier epoch than its events", "UPDATE streams SET epoch = 0 WHERE stream = 1",
            .ann("head-mismatch", 6, "the head has epoch 0, and the last event has 1")),
        Damage(
            "a head that counts wrong and has an earlier epoch",
            "UPDATE streams SET event_count = 3, epoch = 0 WHERE stream = 1",
            .ann("head-mismatch", "its head counts 3 events, and there are 6"),
            .ann("head-mismatch", 6, "the head has epoch 0, and the last event has 1")),
        Damage(
            "a head with a writer that is unknown", "UPDATE streams SET writer = 77 WHERE stream = 1",
            .ann("dangling", "its head names a writer that the store does not know, in the table 'streams'")),
        Damage(
            "a head that says that events are deleted which are there",
            "UPDATE streams SET deleted_to = 2 WHERE stream = 1",
            .ann(
                "head-mismatch", 1,
                "the head says that the events up to 2 were deleted, and 2 of them are there, this one first")),
        Damage(
            "a head that says that more is deleted than ever was", "UPDATE streams SET deleted_to = 9 WHERE stream = 1",
            .ann("head-mismatch", "its head says that the events up to #9 were deleted, and that #6 was the last")),
        Damage(
            "a head whose name is none", "UPDATE streams SET entity_id = '' WHERE stream = 1",
            .of("damaged", "the name of stream number 1 is damaged"),
            .ann("dangling", "a snapshot belongs to a stream that the store does not know, in the table 'snapshots'"),
            .ann("dangling", "what is to be sent out belongs to an event that never was, in the table 'outbox'"),
            .ann(
                "dangling",
                "a dead letter belongs to a stream that the store does not know, in the table 'dead_letters'"),
            .ann(
                "dangling", "a subscription follows a stream that the store does not know, in the table 'subscriptions'"
            )),
    ]

    /// Positions that no log has.
    static let positions: [Damage] = [
        Damage(
            "a position above the highest that was given",
            [
                .of(
                    "position",
                    "1000 positions were given, 208 have an event, and 2 were deleted, which does not add up")
            ]
        ) { try AccountsStore.rewrite("epoch = 1", at: 210, to: 1_000, in: $0) },
        Damage(
            "positions that do not rise with the numbers",
            [
                .ann("position", 5, "its position 4 is not above 5, which an event before it has")
            ]
        ) { path in
            for (old, new) in [(Int64(4), Int64(1_000)), (5, 4), (1_000, 5)] {
                try AccountsStore.rewrite("epoch = 1", at: old, to: new, in: path)
            }
        },
        Damage(
            "a high-water mark that would give positions again",
            [
                .of(
                    "position", "206 positions were given, 206 have an event, and 4 were deleted, which does not add up"
                ),
                .of("dangling", "a checkpoint lies behind the end of the log, in the table 'checkpoints'"),
            ]
        ) { path in
            let store = try SQLiteStore.open(path)
            try await store.deleteEvents(of: try AccountsStore.id("old"), upTo: 4)
            store.close()
            try BadFileTests.execute("UPDATE store SET high_water = 206", on: path)
        },
        Damage(
            "a store that is not described", "DELETE FROM store",
            .of("position", "210 positions were given, 208 have an event, and 0 were deleted, which does not add up"),
            .of("damaged", "what the store says of itself is gone: its id, and how many of its events were deleted")),
    ]
}
