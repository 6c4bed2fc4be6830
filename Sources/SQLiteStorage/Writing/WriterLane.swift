internal import Actors
internal import EventSourcing
internal import Glibc
internal import Synchronization

/// The one way to the writing connection, and the group commit.
///
/// Whoever finds the lane free takes it and commits in its own thread: two wake-ups would cost more than the commit. What
/// arrives meanwhile waits in a queue, and the lane's own thread commits all of it as one transaction.
///
/// An answer is given when the transaction is durable, in the order of the positions: whoever holds the lane knows its
/// answers, and the thread has given all of its group's, before the next transaction begins. A caller that has committed
/// itself and given the lane back has its answer and only not returned with it yet, which nobody can tell from one who has
/// returned and not gone on.
// Safe to send: `log` is touched only by the one who holds the lane, which `State.isHeld` says under its lock.
final class WriterLane: @unchecked Sendable {
    private struct State {
        var isHeld = false
        var isClosed = false
        var queue: [any PendingWork] = []
        /// How many works the group has that is being committed.
        var inHand = 0
    }

    private let state = Locked(State())
    /// How many works are in the queue, and one more where the lane is closed: for the lane's thread to look at while it waits,
    /// without the lock that those take who come.
    private let queued = Atomic<Int>(0)
    private let bell = Wakeup()
    private let file: String
    private let patience: Duration
    private let checkpoints: Checkpoints
    private let changes: StoreChanges
    private let now: @Sendable () -> ContinuousClock.Instant
    private var log: LogWriting?
    /// Since when another process has the file, as far as the lane's thread has found; nil where it has not.
    private var heldSince: ContinuousClock.Instant?
    private let thread = Locked<OwnThread?>(nil)

    /// How many appends one transaction takes at most: its answers wait for all of them.
    private static let largestGroup = 1_000
    /// So many in one group come from several who write at once; they come back within the pause.
    private static let crowd = 8
    private static let longestPause = Duration.microseconds(50)
    private static let longestGathering = Duration.milliseconds(1)

    init(
        _ log: LogWriting, file: String, patience: Duration, checkpoints: Checkpoints, changes: StoreChanges,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws {
        self.log = log
        self.file = file
        self.patience = patience
        self.checkpoints = checkpoints
        self.changes = changes
        self.now = now
        guard let started = OwnThread({ [self] in run() }) else {
            throw StoreError(.inputOutput, file: file, detail: "the system has no thread left")
        }
        thread.withLock { $0 = started }
    }

    /// Runs work in a transaction, and answers when it is durable.
    func perform<Answer: Sendable>(
        isAlone: Bool = false, _ body: @escaping @Sendable (LogWriting) throws -> Answer
    ) async throws -> Answer {
        if takeIfFree(), let answer = try performInline(body) { return answer }
        return try await withUnsafeThrowingContinuation { continuation in
            enqueue(Waiting(isAlone: isAlone, since: now(), body, continuation))
        }
    }

    /// How many works wait for the lane's thread, those of the group in its hand included.
    var waitingCount: Int { state.withLock { $0.queue.count + $0.inHand } }

    // MARK: - In the caller

    private func takeIfFree() -> Bool {
        state.withLock { state in
            if state.isHeld || state.isClosed { return false }
            state.isHeld = true
            return true
        }
    }

    /// Gives the lane back, to its thread where there is more to do.
    private func giveBack() {
        let isMore = state.withLock { state in
            state.isHeld = !state.queue.isEmpty || state.isClosed || checkpoints.isDueInWriter
            return state.isHeld
        }
        if isMore { bell.ring() }
    }

    /// Runs work while the lane is held; nil where another process has the file, which is nothing to wait for here.
    private func performInline<Answer>(_ body: (LogWriting) throws -> Answer) throws -> Answer? {
        defer { giveBack() }
        guard let log else { throw StoreError(.closed, file: file) }
        do {
            try log.begin()
        } catch let error as StoreError where error.reason == .busy {
            return nil
        } catch {
            throw located(error)
        }
        do {
            let (before, rows) = (log.nextPosition, log.connection.totalChanges)
            let answer = try body(log)
            let count = log.nextPosition - before
            try log.commit()
            checkpoints.noteCommit(of: count)
            noteChanges(since: rows, of: log)
            return answer
        } catch {
            log.rollBack()
            throw located(error)
        }
    }

    /// Tells of a commit that has changed something: what only looked for work must not wake those who look for work.
    private func noteChanges(since rows: Int64, of log: LogWriting) {
        if log.connection.totalChanges != rows { changes.noteCommit() }
    }

    private func located(_ error: any Error) -> any Error { (error as? StoreError)?.at(file) ?? error }

    // MARK: - In groups

    private func enqueue(_ work: any PendingWork) {
        let (isAccepted, wasFree) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.queue.append(work)
            noteQueue(of: state)
            let wasFree = !state.isHeld
            state.isHeld = true
            return (true, wasFree)
        }
        if !isAccepted { return work.answer(StoreError(.closed, file: file)) }
        if wasFree { bell.ring() }
    }

    private func run() {
        while true {
            bell.wait()
            var (last, turn) = (0, nextTurn())
            while case .group(let group) = turn {
                last = commit(group, behind: last)
                if last >= Self.crowd { awaitReturn() }
                turn = nextTurn()
            }
            if case .end = turn { break }
        }
        log = nil
    }

    // Behind a group of at least `crowd` that was committed as one the lane's thread waits for those whom it has just answered:
    // otherwise the few that are quickest would have a transaction, and a sync, for themselves. It waits for the first of them,
    // begins a transaction with what is there, writes what comes meanwhile, and commits when as many are in it as in the group
    // before, nobody came for `longestPause`, or `longestGathering` is over. Nowhere else does the store wait on purpose: an
    // idle one, and one with fewer writers at once, commits at once.

    /// Waits for the first of a crowd that was just answered, who comes back at once or not at all.
    private func awaitReturn() {
        state.withLock { $0.inHand = 0 }
        let end = now() + Self.longestPause
        while queued.load(ordering: .acquiring) == 0, now() < end { sched_yield() }
    }

    /// How many a group waits for, and until when.
    private struct Gathering {
        let count: Int
        let end: ContinuousClock.Instant
        var pause: ContinuousClock.Instant

        init(of count: Int, since start: ContinuousClock.Instant) {
            self.count = count >= WriterLane.crowd ? count : 0
            end = start + WriterLane.longestGathering
            pause = start + WriterLane.longestPause
        }
    }

    /// Takes what has come to a group since, as soon as something has; empty when nobody is waited for any more.
    private func arrivals(_ gathering: inout Gathering, to group: [any PendingWork]) -> [any PendingWork] {
        while group.count < gathering.count {
            let time = now()
            if time >= gathering.end { break }
            guard queued.load(ordering: .acquiring) > 0 else {
                if time >= gathering.pause { break }
                sched_yield()
                continue
            }
            let (come, isOver) = state.withLock { state -> ([any PendingWork], Bool) in
                let free = state.queue.firstIndex { $0.isAlone } ?? state.queue.count
                let count = min(free, gathering.count - group.count)
                defer { take(count, from: &state) }
                state.inHand += count
                return (Array(state.queue.prefix(count)), state.queue.count > count || state.isClosed)
            }
            if !come.isEmpty {
                gathering.pause = now() + Self.longestPause
                return come
            }
            if isOver { break }
        }
        return []
    }

    /// Takes the first works out of the queue.
    private func take(_ count: Int, from state: inout State) {
        state.queue.removeFirst(count)
        noteQueue(of: state)
    }

    private func noteQueue(of state: State) {
        queued.store(state.queue.count + (state.isClosed ? 1 : 0), ordering: .releasing)
    }

    /// What the thread does next while it holds the lane.
    private enum Turn {
        case group([any PendingWork])
        /// Nothing waits, and the lane is given back.
        case pause
        /// Nothing waits and nothing will come; the lane stays with the thread for good.
        case end
    }

    /// The next works that share a transaction. The end is decided under the same lock that gives the lane back, so that
    /// nobody can take it in between.
    private func nextTurn() -> Turn {
        if checkpoints.isDueInWriter, let log { checkpoints.checkpointInWriter(log.connection) }
        return state.withLock { state in
            state.inHand = 0
            guard let first = state.queue.first else {
                // Whoever comes next finds out anew.
                heldSince = nil
                state.isHeld = state.isClosed
                return state.isClosed ? .end : .pause
            }
            let count =
                first.isAlone
                ? 1 : min(state.queue.firstIndex { $0.isAlone } ?? state.queue.count, Self.largestGroup)
            state.inHand = count
            defer { take(count, from: &state) }
            return .group(Array(state.queue.prefix(count)))
        }
    }

    /// Commits a group with what comes to it, and answers how many were one transaction; 0 where it failed.
    ///
    /// - Parameters:
    ///   - group: those that wait already.
    ///   - last: how many the group before it had.
    @discardableResult
    private func commit(_ group: [any PendingWork], behind last: Int = 0) -> Int {
        guard let log else {
            fail(group, StoreError(.closed, file: file))
            return 0
        }
        var group = begin(group, on: log)
        if group.isEmpty { return 0 }
        let (firstPosition, rows) = (log.nextPosition, log.connection.totalChanges)
        var refusals: [Int: any Error] = [:]
        var (place, gathering) = (0, Gathering(of: group[0].isAlone ? 0 : last, since: now()))
        while place < group.count {
            let before = log.connection.totalChanges
            do {
                try group[place].run(log)
            } catch {
                // Refused before it wrote anything: the others go on.
                guard log.connection.totalChanges == before, !log.connection.isIdle else {
                    log.rollBack()
                    retry(group, after: error)
                    return 0
                }
                refusals[place] = error
            }
            place += 1
            if place == group.count { group += arrivals(&gathering, to: group) }
        }
        let count = log.nextPosition - firstPosition
        do {
            try log.commit()
        } catch {
            for (place, work) in group.enumerated() { work.answer(located(refusals[place] ?? error)) }
            return 0
        }
        checkpoints.noteCommit(of: count)
        noteChanges(since: rows, of: log)
        for (place, work) in group.enumerated() { work.answer(refusals[place].map(located)) }
        return group.count
    }

    /// Works whose neighbour failed in the middle are committed one by one, unless the file itself is what fails.
    private func retry(_ group: [any PendingWork], after error: any Error) {
        let reason = (error as? StoreError)?.reason
        let ofFile: [StoreError.Reason] = [.full, .inputOutput, .outOfMemory, .readOnly]
        if group.count == 1 || reason.map(ofFile.contains) == true { return fail(group, error) }
        for work in group { commit([work]) }
    }

    private func fail(_ group: [any PendingWork], _ error: any Error) {
        for work in group { work.answer(located(error)) }
    }

    /// Opens a transaction, and answers whose it is: those who have waited for another process up to the limit are told
    /// so; the time that one's own work takes is not counted. SQLite has nothing that tells when a lock is given back, so
    /// this asks again, at first often.
    private func begin(_ group: [any PendingWork], on log: LogWriting) -> [any PendingWork] {
        var (left, pause) = (group, UInt32(100))
        while !left.isEmpty {
            do {
                try log.begin()
                heldSince = nil
                return left
            } catch let error as StoreError where error.reason == .busy {
                let now = now()
                let since = heldSince ?? now
                heldSince = since
                func isLate(_ work: any PendingWork) -> Bool { now - max(work.arrival, since) >= patience }
                fail(left.filter(isLate), error)
                left.removeAll(where: isLate)
                if left.isEmpty { break }
                usleep(pause)
                pause = min(pause * 2, 10_000)
            } catch {
                fail(left, error)
                return []
            }
        }
        return left
    }

    // MARK: - The end

    /// Commits what waits, refuses what comes, and closes the connection.
    func close() {
        let wasFree = state.withLock { state in
            let wasFree = !state.isHeld
            state.isClosed = true
            state.isHeld = true
            noteQueue(of: state)
            return wasFree
        }
        if wasFree { bell.ring() }
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }
}
