import Actors
import EventSourcing

/// What the tasks that handle claims and the driver that began them tell one another.
final class ClaimsInHand: Sendable {
    private struct State: Sendable {
        var finished: [Finished] = []
        var tasks: [Key: Task<Void, Never>] = [:]
        var activities: [Key: ClaimActivity] = [:]
        var isStopping = false
        var hasCancelled = false
    }

    /// A claim, also where another one of the same target follows it.
    fileprivate struct Key: Hashable, Sendable {
        let target: PersistenceID
        let fencingNumber: Int64

        init(_ claim: SubscriptionClaim) {
            (target, fencingNumber) = (claim.target, claim.subscription.fencingNumber)
        }
    }

    /// A claim whose task has ended.
    struct Finished: Sendable {
        let lane: Int
        let claim: HandledClaim
        /// How long it was in hand.
        let time: Duration
        /// What kept the events from being read; nil where they were.
        let failure: (any Error)?
        /// Whether nothing under it is for a reaction of this program.
        var isForeign = false

        fileprivate var key: Key { Key(claim.acknowledgement.claim) }
    }

    private let state = Locked(State())

    /// Whether what is in hand is the last.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    func stop() { state.withLock { $0.isStopping = true } }

    /// Takes note of a task, which may have ended by now.
    func begin(_ claim: SubscriptionClaim, _ task: Task<Void, Never>) {
        let key = Key(claim)
        state.withLock { state in
            if !state.finished.contains(where: { $0.key == key }) { state.tasks[key] = task }
        }
    }

    func finish(_ finished: Finished) {
        state.withLock { state in
            state.finished.append(finished)
            state.activities[finished.key] = nil
            state.tasks[finished.key] = nil
        }
    }

    /// Takes back what has ended, and could not be told.
    func putBack(_ finished: [Finished]) { state.withLock { $0.finished = finished + $0.finished } }

    /// What has ended since it was asked last.
    func takeFinished() -> [Finished] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    var hasFinished: Bool { state.withLock { !$0.finished.isEmpty } }

    /// What is told of what runs under a claim that was just made.
    func activity(under claim: SubscriptionClaim) -> ClaimActivity {
        let activity = ClaimActivity(of: claim.target)
        state.withLock { $0.activities[Key(claim)] = activity }
        return activity
    }

    /// What runs now, the oldest first.
    var running: [RunningReaction] {
        let activities = state.withLock { $0.activities.values.map(\.self) }
        return activities.compactMap(\.running).sorted { ($0.since, $0.target) < ($1.since, $1.target) }
    }

    /// Cancels what is handled of a stream, and answers the tasks that do so.
    func cancel(_ target: PersistenceID) -> [Task<Void, Never>] {
        let tasks = state.withLock { state in
            state.tasks.isEmpty ? [] : state.tasks.filter { $0.key.target == target }.map(\.value)
        }
        for task in tasks { task.cancel() }
        return tasks
    }

    /// Cancels what is handled under a claim.
    func cancel(_ claim: SubscriptionClaim) { state.withLock { $0.tasks[Key(claim)] }?.cancel() }

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
