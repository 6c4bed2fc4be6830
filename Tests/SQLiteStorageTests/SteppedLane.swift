import EventSourcing
import Synchronization
import TestSupport

@testable import Actors
@testable import SQLiteStorage

/// A writer's lane on a file, whose clock a test steps.
struct SteppedLane {
    let clock = SteppedClock()
    let changes: StoreChanges
    let checkpoints = Checkpoints(manyFrames: 8_000)
    let lane: WriterLane

    init(_ path: String) throws {
        let clock = clock
        changes = StoreChanges(path)
        lane = try WriterLane(
            LogWriting(LogReading(Connection(path, .writing), file: path)), file: path, patience: .seconds(1),
            checkpoints: checkpoints, changes: changes, now: { clock.now() })
    }

    /// How many transactions were committed.
    var commits: Int { checkpoints.commits.load(ordering: .relaxed) }

    /// Commits so many as one group, behind a work that goes on until all of them wait.
    func commitGroup(of count: Int) async throws {
        let waiting = Locked<[Task<Void, any Error>]>([])
        let lane = lane
        try await lane.perform { _ in
            waiting.withLock { waiting in
                waiting = (0..<count).map { _ in Task.immediateDetached { try await lane.perform { _ in } } }
            }
        }
        for task in waiting.withLock({ $0 }) { try await task.value }
    }

    func close() {
        lane.close()
        changes.close()
    }
}

/// A clock that is stepped, and counts how often it is asked.
final class SteppedClock: Sendable {
    private let state = Locked((now: ContinuousClock.now, count: 0))

    func now() -> ContinuousClock.Instant {
        state.withLock { state in
            state.count += 1
            return state.now
        }
    }

    func step(_ duration: Duration) { state.withLock { $0.now += duration } }

    var timesAsked: Int { state.withLock { $0.count } }

    /// Waits, while somebody waits for the lane, until it asks again, twice: the second time wholly after this call.
    func isAsked(by lane: WriterLane) async {
        let before = state.withLock { $0.count }
        while lane.waitingCount > 0, state.withLock({ $0.count }) < before + 2 { await Task.yield() }
    }
}
