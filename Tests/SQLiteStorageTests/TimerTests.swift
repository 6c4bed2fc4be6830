import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store is a store of timers")
struct TimerTests {
    @Test("timers, claims, retries and the generations of what has fired are there after opening again")
    func reopens() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Order", "1")
        for name in ["armed", "claimed", "failed", "fired"] {
            try await store.arm(
                NewTimer(name, deadline: name == "armed" ? .second(9) : .epoch, payload: [0, 255], generation: 7),
                of: id)
        }
        for timer in try await store.claimDue(limit: 9, for: .seconds(5), as: .first, at: .epoch) {
            if timer.name == "failed" { try await store.fail(timer, error: "no answer", retryAt: .second(3)) }
        }
        try await store.complete("fired", of: id, generation: 7)
        let before = try await store.timers(of: id)
        #expect(before.map(\.name) == ["armed", "claimed", "failed"])
        store.close()
        let again = try SQLiteStore.open(folder.file())
        #expect(try await again.timers(of: id) == before)
        #expect(try await again.nextDeadline() == .second(3))
        #expect(try await again.arm(NewTimer("fired", deadline: .epoch, generation: 7), of: id) == false)
    }

    @Test("machines 105: of two stores on one file each timer is claimed by exactly one")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let stores = [(try SQLiteStore.create(folder.file()), ULID.first), (try .open(folder.file()), .second)]
        for number in 0..<100 {
            try await stores[number % 2].0.arm(NewTimer("pay", deadline: .epoch), of: .named("Order|\(number)"))
        }
        let claimed = try await withThrowingTaskGroup(of: [StoredTimer].self) { group in
            for (store, claimer) in stores {
                group.addTask {
                    var found: [StoredTimer] = []
                    while case let page = try await store.claimDue(
                        limit: 3, for: .seconds(30), as: claimer, at: .epoch), !page.isEmpty
                    {
                        found += page
                    }
                    return found
                }
            }
            var all: [StoredTimer] = []
            for try await found in group { all += found }
            return all
        }
        #expect(claimed.count == 100)
        #expect(Set(claimed.map(\.persistenceID)).count == 100)
    }

    @Test("where a claim has run out while its sweeper stood still, another's stands and the first has none")
    func stoodStill() async throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try SQLiteStore.create(folder.file()), try SQLiteStore.open(folder.file()))
        let id = try PersistenceID("Order", "1")
        try await one.arm(NewTimer("pay", deadline: .epoch, generation: 1), of: id)
        let first = try #require(
            try await one.claimDue(limit: 1, for: .seconds(1), as: .first, at: .epoch).first)
        let second = try #require(
            try await other.claimDue(limit: 1, for: .seconds(9), as: .second, at: .second(1)).first)
        #expect(try await one.fail(first, error: "late", retryAt: .epoch) == false)
        #expect(try await one.release(first) == false)
        #expect(try await one.timer("pay", of: id) == second)
        #expect(try await other.complete("pay", of: id, generation: 1))
        #expect(try await one.complete("pay", of: id, generation: 1) == false)
    }

    @Test(
        "attempts that no program can have counted are bounded, and one more traps nowhere",
        arguments: [Int64.max, .min])
    func hostileAttempts(attempts: Int64) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Order", "1")
        let companions = Companions(
            timers: [.arm(NewTimer("pay", deadline: .epoch))], outbox: [NewOutboxEntry(to: "mail", payload: [])])
        _ = try await store.append(
            [.fixture(at: 0)], to: id, expecting: .any, by: .first, epoch: nil, with: companions)
        try Connection(folder.file(), .writing).execute(
            "UPDATE timers SET attempts = \(attempts); UPDATE outbox SET attempts = \(attempts)")
        let timer = try #require(try await store.claimDue(limit: 1, for: .seconds(1), as: .first, at: .epoch).first)
        let entry = try #require(try await store.claim(limit: 1, for: .seconds(1), as: .first, at: .epoch).first)
        #expect(timer.attempts == entry.attempts && timer.attempts > 0)
        #expect(try await store.release(timer))
        #expect(try await store.release(entry))
    }

    @Test("a row that can't be is damage, and is neither read nor claimed")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let id = try PersistenceID("Order", "1")
        try await store.arm(NewTimer("pay", deadline: .epoch), of: id)
        func isDamaged(after change: String, _ work: () async throws -> Void) async throws {
            try Connection(folder.file(), .writing).execute("UPDATE timers SET \(change)")
            let error = await #expect(throws: StoreError.self) { try await work() }
            #expect(error?.reason == .corrupt)
        }
        try await isDamaged(after: "claimed_by = x'00', claimed_until = 7") { _ = try await store.timers(of: id) }
        try await isDamaged(after: "claimed_by = NULL, claimed_until = NULL, persistence_id = 'nobody'") {
            _ = try await store.claimDue(limit: 1, for: .seconds(1), as: .first, at: .epoch)
        }
    }
}

extension ULID {
    static let first = ULID(high: 7 << 16, low: 1)
    static let second = ULID(high: 7 << 16, low: 2)
}

extension Timestamp {
    static func second(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }
}
