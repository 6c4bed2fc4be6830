import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A store file")
struct StoreFileTests {
    @Test("engine 27: the number that is already there is refused with a sentence, and the first event stands")
    func duplicate() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.append("first", to: "order|order-1", expecting: .number(0))
        let error = await #expect(throws: ConcurrentModificationError.self) {
            try await store.append("again", to: "order|order-1", expecting: .number(0))
        }
        #expect(
            error?.description
                == "order|order-1 is at number 1, and 0 was expected; read it again and decide anew")
        let texts = try await store.load(
            .named("order|order-1"), from: 1, through: .max, fields: .all, into: [String]()
        ) { texts, event in
            texts.append(String(decoding: event.payload, as: UTF8.self))
            return .next
        }
        #expect(texts == [#"{"item":"first"}"#])
    }

    // The design wins over the case: a store that is there is never laid out again, and dropping one is removing its file.
    @Test("engine 131: making it makes every table, opening it again changes none, and it is never made twice")
    func tables() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.append("tea", to: "Order|1")
        _ = try await store.append(
            [NewEvent(type: "ItemAdded", payload: [], timestamp: .epoch)], to: .named("Order|1"), expecting: .any,
            by: .first, epoch: nil, with: .none)
        store.close()
        let tables = try schema(folder.file())
        #expect(
            Set(tables).isSuperset(of: [
                "streams", "events", "writers", "snapshots", "durable_states", "subscriptions", "checkpoints", "timers",
                "leases", "outbox", "commands", "dead_letters", "event_log",
            ]))
        try SQLiteStore.open(folder.file()).close()
        #expect(try schema(folder.file()) == tables)
        let error = #expect(throws: StoreError.self) { try SQLiteStore.create(folder.file()) }
        #expect(error?.reason == .alreadyThere)
        let connection = try Connection(folder.file(), .lookingAlone)
        #expect(try connection.integer("SELECT count(*) FROM events WHERE metadata IS NULL") == 1)
        #expect(try connection.integer("SELECT count(*) FROM events WHERE metadata IS NOT NULL") == 1)
    }

    @Test("a file whose positions are used up refuses every write with a sentence")
    func lastPosition() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        try Connection(folder.file(), .writing).execute("UPDATE store SET high_water = 9223372036854775807")
        let store = try SQLiteStore.open(folder.file())
        let error = await #expect(throws: StoreError.self) { try await store.append("tea", to: "Order|1") }
        #expect(error?.reason == .corrupt)
    }

    /// The names of tables and views, sorted.
    private func schema(_ path: String) throws -> [String] {
        let connection = try Connection(path, .lookingAlone)
        let statement = try Statement(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name", on: connection)
        var names: [String] = []
        while try statement.step() { names.append(statement.text(at: 0) ?? "") }
        return names
    }
}
