import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Processes that let the timers of one file fire", .serialized)
struct SweepingProcessesTests {
    /// How many timers are due.
    private static let count = 200

    /// A file with timers that are due, each of another instance.
    private func makeStore(in folder: TemporaryFolder) async throws -> SQLiteStore {
        let store = try SQLiteStore.create(folder.file())
        try await arm(1...Self.count, in: store)
        return store
    }

    private func arm(_ numbers: ClosedRange<Int>, in store: SQLiteStore) async throws {
        for number in numbers {
            try await store.arm(
                NewTimer("t", deadline: .second(Int64(number)), generation: 0),
                of: PersistenceID("Letters", "\(number)"))
        }
    }

    /// An event as it was fired.
    private struct Firing {
        let id: PersistenceID
        let writer: WriterID
        let time: Timestamp
    }

    /// The events of the file, as soon as there are so many.
    private func firings(_ store: SQLiteStore, atLeast count: Int) async throws -> [Firing] {
        var firings: [Firing] = []
        for try await event in store.events(after: 0) {
            firings.append(Firing(id: event.persistenceID, writer: event.writer, time: event.timestamp))
            if firings.count == count { break }
        }
        return firings
    }

    /// All that has come by now: each timer has fired once, and none is left.
    private func expectOnce(_ store: SQLiteStore, count: Int = count) async throws {
        let ids = try await store.readAll(after: 0, limit: 10_000, fields: [], into: [PersistenceID]()) { ids, event in
            ids.append(event.persistenceID)
            return .next
        }
        #expect(ids.count == count && Set(ids).count == count)
        #expect(try await store.nextDeadline() == nil)
        #expect(try await store.deadLetters(after: nil, limit: 9).isEmpty)
    }

    @Test("machines 105: of two that both sweep, each timer fires once", .timeLimit(.minutes(20)))
    func both() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try await makeStore(in: folder)
        let processes = [try ProbeProcess(on: folder.file()), try ProbeProcess(on: folder.file())]
        for process in processes { #expect(try process.ask("sweep") == "sweeping") }
        _ = try await firings(store, atLeast: Self.count)
        // Whatever else is under way is done when they have ended.
        for process in processes { #expect(try process.ask("pause nowhere") == "pausing") }
        try await expectOnce(store)
        store.close()
    }

    @Test(
        "machines 124: a leader that is killed while it fires is followed behind its lease, and each timer fires once",
        .timeLimit(.minutes(20)))
    func killed() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try await makeStore(in: folder)
        let (leader, other) = (try ProbeProcess(on: folder.file()), try ProbeProcess(on: folder.file()))
        #expect(try leader.ask("elect 5000 300") == "sweeping")
        let first = try #require(try await firings(store, atLeast: 5).first?.writer)
        #expect(try other.ask("elect 5000 300") == "sweeping")
        #expect(try other.ask("leads") == "follows")
        let lease = try #require(try await store.get("timers", at: .epoch))
        #expect(lease.holder == first)
        _ = leader.end()
        // Nobody renews the lease from here on, and these are left to the other in any case.
        let count = Self.count + 20
        try await arm(Self.count + 1...count, in: store)
        let others = try await firings(store, atLeast: count).filter { $0.writer != first }
        #expect(others.count >= 20 && Set(others.map(\.writer)).count == 1)
        #expect(others.allSatisfy { $0.time >= lease.expires }, "not before the lease of the first was over")
        #expect(try other.ask("leads") == "leads")
        #expect(try await store.get("timers", at: .epoch)?.fencingNumber == lease.fencingNumber + 1)
        try await expectOnce(store, count: count)
        store.close()
    }
}
