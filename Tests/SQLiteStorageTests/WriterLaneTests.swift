import CSQLite
import EventSourcing
import Glibc
import TestSupport
import Testing

@testable import Actors
@testable import SQLiteStorage

@Suite("The writer's lane")
struct WriterLaneTests {
    @Test(
        "an idle lane commits in its caller, at once; whom it has just answered it waits for behind a large group alone"
    )
    func gathering() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        let stepped = try SteppedLane(folder.file())
        let (lane, clock) = (stepped.lane, stepped.clock)
        let (caller, committer) = (pthread_self(), try await lane.perform { _ in pthread_self() })
        #expect(pthread_equal(caller, committer) != 0)
        #expect(clock.timesAsked == 0)
        // The clock stands still, so whoever waited for a time would wait for ever.
        try await stepped.commitGroup(of: 7)
        try await lane.perform { _ in }
        try await stepped.commitGroup(of: 8)
        let next = Task.immediateDetached { try await lane.perform { _ in } }
        await clock.isAsked(by: lane)
        #expect(lane.waitingCount == 1, "seven more may come back")
        clock.step(.microseconds(50))
        try await next.value
        stepped.close()
    }

    @Test("the time that the store's own work takes is not counted, and from then on the limit is kept")
    func ownWork() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        var opened: OpaquePointer?
        try #require(sqlite3_open(folder.file(), &opened) == SQLITE_OK)
        defer { sqlite3_close(opened) }
        // The other process, by the number of its connection, which can be sent.
        let other = Int(bitPattern: opened)
        @Sendable func ask(_ sql: String) -> Int32 {
            sqlite3_exec(OpaquePointer(bitPattern: other), sql, nil, nil, nil)
        }
        #expect(ask("PRAGMA journal_mode = WAL") == SQLITE_OK)

        let stepped = try SteppedLane(folder.file())
        let (lane, clock, changes) = (stepped.lane, stepped.clock, stepped.changes)
        // The other process takes the file between the first commit and the next transaction: it may from the first on, which
        // keeps it out until then. A notice of an earlier commit may come late, and must not let it in before.
        let isTaken = Locked(true)
        let watch = try changes.watch {
            isTaken.withLock { isTaken in
                if !isTaken { isTaken = ask("BEGIN IMMEDIATE") == SQLITE_OK }
            }
        }
        // The second time long after somebody was refused, which nobody who comes then is to suffer for.
        for round in 1...2 as ClosedRange<Int64> {
            let waiting = Locked<Task<Void, any Error>?>(nil)
            try await lane.perform { log in
                // Only what has changed something is told of.
                _ = try log.correlated([], through: round, of: "bank", at: .epoch)
                isTaken.withLock { $0 = false }
                // Somebody comes while this goes on, for ten times the limit.
                waiting.withLock { $0 = Task.immediateDetached { try await lane.perform { _ in } } }
                clock.step(.seconds(10))
            }
            let second = try #require(waiting.withLock { $0 })
            #expect(isTaken.withLock { $0 })
            await clock.isAsked(by: lane)
            clock.step(.milliseconds(999))
            await clock.isAsked(by: lane)
            #expect(lane.waitingCount == 1, "it goes on waiting")
            clock.step(.milliseconds(1))
            let error = await #expect(throws: StoreError.self) { try await second.value }
            #expect(error?.reason == .busy)
            #expect(ask("ROLLBACK") == SQLITE_OK)
            clock.step(.seconds(3_600))
        }
        try await lane.perform { _ in }
        stepped.close()
        withExtendedLifetime(watch) {}
    }
}
