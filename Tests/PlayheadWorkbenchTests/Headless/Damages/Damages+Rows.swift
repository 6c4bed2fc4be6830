import EventSourcing

@testable import SQLiteStorage

extension Damage {
    /// Rows of events that can't be taken as they are.
    static let rows: [Damage] = [
        Damage(
            "an epoch that goes back",
            [
                .ann("interleaving", 5, "web-1 wrote it after batch-1 had taken the stream over")
            ]
        ) { path in
            for (position, epoch) in [(Int64(4), 2), (5, 1), (6, 2)] {
                try AccountsStore.rewrite("epoch = \(epoch), writer = \(epoch)", at: position, in: path)
            }
            try BadFileTests.execute("UPDATE streams SET epoch = 2, writer = 2 WHERE stream = 1", on: path)
        },
        Damage(
            "a writer that is unknown", "UPDATE events SET writer = 77 WHERE position = 4",
            .ann("writer", 4, "its writer is not one that the store knows"),
            .ann("damaged", 4, "MoneyDeposited does not fit its checksum")),
        Damage(
            "a type whose name is unknown", "UPDATE events SET type = 77 WHERE position = 4",
            .ann("damaged", 4, "its type is not one that the store knows")),
        Damage(
            "a type that the domain does not know",
            [
                .ann("undecodable", 4, "the event type MoneyPrinted is unknown")
            ]
        ) { path in
            try BadFileTests.execute("INSERT INTO event_types VALUES (9, 'MoneyPrinted')", on: path)
            try AccountsStore.rewrite("type = 9", at: 4, in: path)
        },
        Damage(
            "a checksum that is wrong", "UPDATE events SET checksum = checksum + 1 WHERE position = 4",
            .ann("damaged", 4, "MoneyDeposited does not fit its checksum")),
        Damage(
            "a payload that was changed", "UPDATE events SET payload = x'7B7D' WHERE position = 4",
            .ann("damaged", 4, "MoneyDeposited does not fit its checksum")),
        Damage(
            "a payload that can't be decoded",
            [
                .ann(
                    "undecodable", 4,
                    "MoneyDeposited version 1 could not be decoded: the value has no member 'amount', which is needed (byte 0)"
                )
            ]
        ) { try AccountsStore.rewrite("payload = x'7B7D'", at: 4, in: $0) },
        Damage(
            "a payload that is no JSON",
            [
                .ann(
                    "undecodable", 4,
                    "MoneyDeposited version 1 could not be decoded: not a JSON text: expected a value at byte 0 (line 1, column 1)"
                )
            ]
        ) { try AccountsStore.rewrite("payload = x'FF00'", at: 4, in: $0) },
        Damage(
            "a payload that is nested 100,000 deep",
            [
                .ann(
                    "undecodable", 4,
                    "MoneyDeposited version 1 could not be decoded: not a JSON text: nested deeper than 512 levels at byte 512 (line 1, column 513)"
                )
            ]
        ) {
            let deep = "replace(hex(zeroblob(50000)), '0', '[') || replace(hex(zeroblob(50000)), '0', ']')"
            try AccountsStore.rewrite("payload = CAST(\(deep) AS BLOB)", at: 4, in: $0)
        },
        Damage(
            "an event that does not fold",
            [
                .ann("fold-failed", 4, "MoneyDeposited: the balance is beyond what can be counted")
            ]
        ) {
            let most = "CAST('{\"amount\":9223372036854775807}' AS BLOB)"
            try AccountsStore.rewrite("payload = \(most)", at: 4, in: $0)
        },
    ]

    /// Snapshots that can't be used.
    static let snapshots: [Damage] = [
        Damage(
            "a snapshot that is not what its events fold to",
            [
                .ann("snapshot-differs", 3, "the snapshot differs from the fold of its events in 1 value: balance")
            ]
        ) { path in
            let store = try SQLiteStore.open(path)
            try await store.save(AccountsStore.snapshot(of: try AccountsStore.id("ann"), at: 3, balance: 7))
            store.close()
        },
        Damage(
            "a snapshot above the head", "UPDATE snapshots SET sequence_number = 9 WHERE snapshot = 1",
            .ann("snapshot-unusable", 9, "the snapshot is above the stream's last event, 6")),
        Damage(
            "a snapshot with a wrong checksum", "UPDATE snapshots SET checksum = 0 WHERE snapshot = 1",
            .ann("snapshot-unusable", 3, "the snapshot does not fit its checksum")),
        Damage(
            "a snapshot of a stream that is unknown",
            "UPDATE snapshots SET persistence_id = 'Account|none' WHERE snapshot = 1",
            .of(
                "dangling", "a snapshot belongs to a stream that the store does not know, in the table 'snapshots'",
                stream: "Account|none")),
        Damage(
            "deleted events that no snapshot holds", "DELETE FROM snapshots WHERE persistence_id = 'Account|old'",
            .old("snapshot-unusable", 2, "the events up to 2 were deleted, and no usable snapshot holds what they made")
        ),
    ]
}
