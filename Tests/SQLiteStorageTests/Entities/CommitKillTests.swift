import Actors
import EventSourcing
import Glibc
import SQLiteStorage
import TestSupport
import Testing

@Suite("A process that is killed between two steps of a commit", .serialized)
struct CommitKillTests {
    @Test(
        "engine 159: the log holds whole batches, no snapshot is ahead of it, and nothing is deleted that none stands for",
        arguments: CommitMoment.keepingAll.map { ($0, false) } + CommitMoment.allCases.map { ($0, true) })
    func killed(at moment: CommitMoment, pruning: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try SQLiteStore.create(path).close()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, moment = moment as CommitMoment, pruning = pruning as Bool] in
            try await CommitKillTests.commitUntilKilled(at: moment, on: path, pruning: pruning)
        }
        let reader = try SQLiteReader(path)
        let id = try PersistenceID.named("Cart|cart-1")
        let expected = (1...(moment.isAppended ? 6 : 4)).map(String.init)
        let found = try reader.numbers("Cart|cart-1")
        let deletedTo: Int64 = pruning ? (moment.areEventsDeleted ? 6 : 4) : 0
        #expect(
            found.keys.sorted() == Array((deletedTo..<Int64(expected.count)).map { $0 + 1 }),
            "a batch is there as a whole or not")
        #expect(found.values.allSatisfy { $0 })
        let head = try #require(try reader.head(of: id))
        #expect(head.sequenceNumber == Int64(expected.count) && head.deletedTo == deletedTo)
        let snapshots = try reader.snapshots(of: id).map(\.sequenceNumber)
        let older: [Int64] = pruning ? (moment.areSnapshotsDeleted ? [] : [4]) : [2, 4]
        #expect(snapshots == older + (moment.isSnapshotSaved ? [6] : []))
        #expect(snapshots.allSatisfy { $0 <= head.sequenceNumber })
        reader.close()

        let cart = try CartOnFile(SQLiteStore.open(path), retention: Self.retention(pruning))
        #expect(try await cart.items() == expected)
        #expect(try await cart.add("on") == expected + ["on"])
        await cart.shutDown()
    }

    private static func retention(_ isPruning: Bool) throws -> RetentionPolicy {
        isPruning ? try .snapshots(keep: 1, deleteEvents: true) : .keepAll
    }

    /// Adds two items three times; the process ends within the third.
    private static func commitUntilKilled(at last: CommitMoment, on path: String, pruning: Bool) async throws {
        let reached = Locked(0)
        let end =
            switch last {
            // Each commit folds its two events dry, so the third is in the middle of its batch at the sixth.
            case .fold: 6
            // The first commit has no older snapshot to delete.
            case .beforeRetention, .withinRetention: 2
            default: 3
            }
        let kill: @Sendable (CommitMoment) -> Void = { moment in
            guard moment == last else { return }
            let count = reached.withLock { count in
                count += 1
                return count
            }
            if count == end { Glibc.kill(getpid(), SIGKILL) }
        }
        let cart = try CartOnFile(
            WatchedStore(SQLiteStore.open(path), at: kill), retention: retention(pruning), at: kill)
        for pair in [("1", "2"), ("3", "4"), ("5", "6")] { try await cart.add(pair.0, pair.1) }
    }
}
