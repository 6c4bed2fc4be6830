import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Two processes that sweep one file", .serialized)
struct TwoSweepersTests {
    @Test(
        "machines 105: each timer, row of the outbox and subscription is claimed by one of them, and none is left",
        arguments: ["timers", "outbox", "subscriptions"])
    func sweep(_ kind: String) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let names = (0..<200).map { "order-\($0)" }
        for name in names {
            let companions = Companions(
                timers: [.arm(NewTimer("pay", deadline: .epoch))], outbox: [NewOutboxEntry(to: "mail", payload: [])])
            _ = try await store.append(
                [.fixture(at: 0)], to: PersistenceID("Order", name), expecting: .any, by: .first, epoch: nil,
                with: companions)
        }
        try await store.subscribe(
            names.map { NewSubscription(try PersistenceID("Order", $0), workMark: 1) }, of: "probe")
        store.close()
        let processes = [try ProbeProcess(on: folder.file()), try ProbeProcess(on: folder.file())]
        for process in processes { try process.tell("claim \(kind) 2") }
        let claimed = try processes.map {
            try $0.answer(to: "claim").split(separator: " ").dropFirst().map(String.init)
        }
        let count = claimed.map(\.count).reduce(0, +)
        #expect(count == 200)
        #expect(Set(claimed.flatMap(\.self)) == Set(names))
    }

    @Test("what a process has claimed that is killed is claimed by the other when the claim runs out, and not before")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Order", "1")
        try await store.arm(NewTimer("pay", deadline: .epoch), of: id)
        var process: ProbeProcess? = try ProbeProcess(on: folder.file())
        #expect(try process?.ask("claim timers 1") == "claimed 1")
        process = nil
        let claimer = ULID(high: 7, low: 7)
        let before = try await store.claimDue(limit: 1, for: .seconds(1), as: claimer, at: .second(599))
        #expect(before.isEmpty)
        let after = try await store.claimDue(limit: 1, for: .seconds(1), as: claimer, at: .second(600))
        #expect(after.map(\.attempts) == [2])
    }
}
