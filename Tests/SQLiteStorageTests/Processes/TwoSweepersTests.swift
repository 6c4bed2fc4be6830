import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Two processes that sweep one file", .serialized)
struct TwoSweepersTests {
    @Test("machines 105: each timer is claimed by one of them, and none is left")
    func sweep() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let names = (0..<200).map { "order-\($0)" }
        for name in names {
            try await store.arm(NewTimer("pay", deadline: .epoch), of: PersistenceID("Order", name))
        }
        store.close()
        let processes = [try ProbeProcess(on: folder.file()), try ProbeProcess(on: folder.file())]
        for process in processes { try process.tell("sweep 2") }
        let claimed = try processes.map {
            try $0.answer(to: "sweep").split(separator: " ").dropFirst().map(String.init)
        }
        #expect(claimed.map(\.count).reduce(0, +) == 200)
        #expect(Set(claimed.flatMap(\.self)) == Set(names))
    }

    @Test("what a process has claimed that is killed is claimed by the other when the claim runs out, and not before")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Order", "1")
        try await store.arm(NewTimer("pay", deadline: .epoch), of: id)
        var process: ProbeProcess? = try ProbeProcess(on: folder.file())
        #expect(try process?.ask("sweep 1") == "swept 1")
        process = nil
        let claimer = ULID(high: 7, low: 7)
        let before = try await store.claimDue(limit: 1, for: .seconds(1), as: claimer, at: .second(599))
        #expect(before.isEmpty)
        let after = try await store.claimDue(limit: 1, for: .seconds(1), as: claimer, at: .second(600))
        #expect(after.map(\.attempts) == [2])
    }
}
