import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store is a store of durable states")
struct DurableStateTests {
    @Test("engine 49: of two stores on one file exactly one writes the first state")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteStore.create(folder.file())
        let second = try SQLiteStore.open(folder.file())
        for round in 0..<50 {
            let id = try PersistenceID("Counter", "\(round)")
            let refusals = try await withThrowingTaskGroup(of: ConcurrentModificationError?.self) { group in
                for (store, writer) in [(first, WriterID.first), (second, .second)] {
                    group.addTask {
                        do {
                            try await store.put(.counting(round), of: id, expecting: 0, by: writer)
                            return nil
                        } catch let conflict as ConcurrentModificationError {
                            return conflict
                        }
                    }
                }
                var found: [ConcurrentModificationError] = []
                for try await conflict in group { if let conflict { found.append(conflict) } }
                return found
            }
            #expect(refusals == [ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 1)])
        }
    }

    @Test("a command that wrote a state is found in the file by the state's key, negated, and the state's revision")
    func commandRow() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Counter", "2")
        try await store.put(.counting(1), of: try PersistenceID("Counter", "1"), expecting: 0, by: .first)
        try await store.put(.counting(1), of: id, expecting: 0, by: .first)
        let command = CommandRecord(id: ULID(high: 7, low: 7), reply: [1])
        try await store.put(.counting(2), of: id, expecting: 1, by: .first, with: Companions(command: command))
        store.close()
        let connection = try Connection(folder.file(), .reading)
        let statement = try Statement(
            """
            SELECT persistence_id, sequence_number FROM commands JOIN durable_states ON state = -stream
            """, on: connection)
        #expect(try statement.step())
        #expect(statement.text(at: 0) == "Counter|2")
        #expect(statement.integer(at: 1) == 2)
    }

    @Test("a state larger than a row can hold is refused before it is written")
    func tooLarge() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        var state = NewDurableState.counting(1)
        state.state = Array(repeating: 0x20, count: EncodedEvent.largest + 1)
        let id = try PersistenceID("Counter", "1")
        let error = await #expect(throws: StoreError.self) {
            try await store.put(state, of: id, expecting: 0, by: .first)
        }
        #expect(error?.reason == .invalid)
        #expect(try await store.revision(of: id) == 0)
    }

    @Test(
        "a state whose row was changed by somebody else is not intact",
        arguments: [
            "value = x'31'", "value = x''", "revision = 7", "state_type = 'Other'", "schema_version = 2", "time = 1",
            "epoch = 9", "writer = zeroblob(16)", "checksum = checksum + 1",
        ])
    func damaged(change: String) async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID("Counter", "1")
        let store = try SQLiteStore.create(folder.file())
        try await store.put(.counting(42), of: id, expecting: 0, by: .first)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE durable_states SET \(change)")
        #expect(try await SQLiteStore.open(folder.file()).get(id)?.isIntact == false)
    }

    @Test(
        "the row of a deleted state that was changed by somebody else is damage",
        arguments: ["revision = 7", "epoch = 9", "checksum = checksum + 1"])
    func damagedDeletion(change: String) async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID("Counter", "1")
        let store = try SQLiteStore.create(folder.file())
        try await store.put(.counting(42), of: id, expecting: 0, by: .first)
        try await store.delete(id, expecting: 1)
        #expect(try await store.revision(of: id) == 1)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE durable_states SET \(change)")
        let again = try SQLiteStore.open(folder.file())
        let error = await #expect(throws: StoreError.self) { try await again.revision(of: id) }
        #expect(error?.reason == .corrupt)
    }

    @Test("a revision that can't be is damage, and is neither read nor written over", arguments: [0, -1])
    func impossibleRevision(revision: Int64) async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID("Counter", "1")
        let store = try SQLiteStore.create(folder.file())
        try await store.put(.counting(42), of: id, expecting: 0, by: .first)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE durable_states SET revision = \(revision)")
        let again = try SQLiteStore.open(folder.file())
        for work: @Sendable () async throws -> Void in [
            { _ = try await again.get(id) }, { _ = try await again.revision(of: id) },
            { try await again.put(.counting(1), of: id, expecting: revision, by: .first) },
            { try await again.delete(id, expecting: revision) },
        ] {
            let error = await #expect(throws: StoreError.self) { try await work() }
            #expect(error?.reason == .corrupt)
            #expect(error?.stream == id)
        }
    }
}

extension NewDurableState {
    fileprivate static func counting(_ count: Int) -> NewDurableState {
        NewDurableState(stateType: "CounterState", timestamp: .epoch, state: Array("\(count)".utf8))
    }
}
