import Actors
import EventSourcing

/// What the tasks that handle claims and the driver that began them tell one another.
final class ClaimsInHand: Sendable {
    private struct State: Sendable {
        var finished: [Finished] = []
        var tasks: [PersistenceID: Task<Void, Never>] = [:]
        var activities: [PersistenceID: ClaimActivity] = [:]
        var isStopping = false
        var hasCancelled = false
    }

    /// A claim whose task has ended.
    struct Finished: Sendable {
        let lane: Int
        let claim: HandledClaim
        /// How long it was in hand.
        let time: Duration
        /// What kept the events from being read; nil where they were.
        let failure: (any Error)?

        var target: PersistenceID { claim.acknowledgement.claim.target }
    }

    private let state = Locked(State())

    /// Whether what is in hand is the last.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    func stop() { state.withLock { $0.isStopping = true } }

    /// Takes note of a task, which may have ended by now.
    func begin(_ target: PersistenceID, _ task: Task<Void, Never>) {
        state.withLock { state in
            if !state.finished.contains(where: { $0.target == target }) { state.tasks[target] = task }
        }
    }

    func finish(_ finished: Finished) {
        state.withLock { state in
            state.finished.append(finished)
            state.activities[finished.target] = nil
            state.tasks[finished.target] = nil
        }
    }

    /// What has ended since it was asked last.
    func takeFinished() -> [Finished] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    var hasFinished: Bool { state.withLock { !$0.finished.isEmpty } }

    /// What is told of what runs under a claim that was just made.
    func activity(of target: PersistenceID) -> ClaimActivity {
        let activity = ClaimActivity(of: target)
        state.withLock { $0.activities[target] = activity }
        return activity
    }

    /// What runs now, the oldest first.
    var running: [RunningReaction] {
        let activities = state.withLock { $0.activities.values.map(\.self) }
        return activities.compactMap(\.running).sorted { ($0.since, $0.target) < ($1.since, $1.target) }
    }

    /// Cancels what is handled of a stream, and answers whether anything was.
    func cancel(_ target: PersistenceID) -> Bool {
        let task = state.withLock { $0.tasks[target] }
        task?.cancel()
        return task != nil
    }

    /// Whether all were cancelled.
    var hasCancelled: Bool { state.withLock { $0.hasCancelled } }

    func cancelAll() {
        let tasks = state.withLock { state in
            state.hasCancelled = true
            return state.tasks.values.map(\.self)
        }
        for task in tasks { task.cancel() }
    }
}
