internal import Actors
internal import EventSourcing
internal import SQLiteStorage

/// Writes several streams at once, without end, and says what was acknowledged.
enum Filling {
    static func run(_ store: SQLiteStore, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stream in 0..<count { group.addTask { try await fill(store, "Killed|\(stream)") } }
            try await group.waitForAll()
        }
    }

    /// Each append writes two events, a timer and a row of the outbox, all or none of them.
    private static func fill(_ store: SQLiteStore, _ name: String) async throws {
        let id = try PersistenceID(parsing: name)
        let writer = WriterID(ULID(high: 1 << 16, low: 1))
        let event = NewEvent(type: "Filled", payload: Array("{}".utf8), timestamp: .epoch)
        var number = try await store.head(of: id)?.sequenceNumber ?? 0
        for round in 0... {
            let companions = Companions(
                timers: [.arm(NewTimer("pay", deadline: .epoch))], outbox: [NewOutboxEntry(to: "mail", payload: [])])
            let receipt = try await store.append(
                [event, event], to: id, expecting: .number(number), by: writer, epoch: nil, with: companions)
            number = receipt.sequenceNumbers.upperBound - 1
            say("e \(name) \(number)")
            if round % 5 == 4 {
                try await store.save(
                    StoredSnapshot(
                        persistenceID: id, sequenceNumber: number, stateType: "Filled", schemaVersion: 1,
                        writer: writer, epoch: 0, timestamp: .epoch, state: Array(repeating: 1, count: 2_000)))
                say("s \(name) \(number)")
            }
            if round % 7 == 6 {
                _ = try await store.deleteEvents(of: id, upTo: number - 10)
                say("d \(name) \(number - 10)")
            }
        }
    }
}
