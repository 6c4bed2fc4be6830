import Actors
import EventSourcing
import Glibc
import SQLiteStorage
import TestSupport
import Testing

@Suite("A process that is killed between two steps of a commit", .serialized)
struct CommitKillTests {
    @Test(
        "engine 159: the log holds whole batches, and no snapshot is ahead of it", arguments: CommitMoment.keepingAll)
    func killed(at moment: CommitMoment) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try SQLiteStore.create(path).close()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, moment = moment as CommitMoment] in
            try await CommitKillTests.commitUntilKilled(at: moment, on: path)
        }
        let reader = try SQLiteReader(path)
        let id = try PersistenceID.named("Cart|cart-1")
        let expected = (1...(moment.isAppended ? 6 : 4)).map(String.init)
        let found = try reader.numbers("Cart|cart-1")
        #expect(found.keys.sorted() == Array(1...Int64(expected.count)), "a batch is there as a whole or not")
        #expect(found.values.allSatisfy { $0 })
        let head = try #require(try reader.head(of: id))
        #expect(head.sequenceNumber == Int64(expected.count))
        let snapshots = try reader.snapshots(of: id).map(\.sequenceNumber)
        #expect(snapshots == (moment.isSnapshotSaved ? [2, 4, 6] : [2, 4]))
        #expect(snapshots.allSatisfy { $0 <= head.sequenceNumber })
        reader.close()

        let cart = try CartOnFile(SQLiteStore.open(path))
        #expect(try await cart.items() == expected)
        #expect(try await cart.add("on") == expected + ["on"])
        await cart.shutDown()
    }

    /// Adds two items three times; the process ends within the third.
    private static func commitUntilKilled(at last: CommitMoment, on path: String) async throws {
        let reached = Locked(0)
        // Each commit folds its two events dry, so the third is in the middle of its batch at the sixth.
        let end = last == .fold ? 6 : 3
        let kill: @Sendable (CommitMoment) -> Void = { moment in
            guard moment == last else { return }
            let count = reached.withLock { count in
                count += 1
                return count
            }
            if count == end { Glibc.kill(getpid(), SIGKILL) }
        }
        let cart = try CartOnFile(WatchedStore(SQLiteStore.open(path), at: kill), at: kill)
        for pair in [("1", "2"), ("3", "4"), ("5", "6")] { try await cart.add(pair.0, pair.1) }
    }
}
