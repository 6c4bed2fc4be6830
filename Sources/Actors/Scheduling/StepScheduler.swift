/// Runs actors only when told to, in a virtual time that only moves when told to.
///
/// Everything that belongs to a stepped system runs on this one executor: handlers, the stores they call if those are
/// actors or tasks that inherit it, and the closures given to `run(_:)`. What runs next depends on nothing but what was
/// done before, so the same calls give the same results in the same order, in two processes too. Call it from one
/// thread at a time, and never from within a handler.
public final class StepScheduler: ActorScheduler, TaskExecutor {
    private struct State: Sendable {
        var ticks: Int64 = 0
        var jobs = Queue<UnownedJob>()
        var ready = Queue<Cell>()
        var guardians: [WeakGuardian] = []
        var random: SplitMix?
    }

    private struct WeakGuardian: Sendable {
        weak let guardian: Guardian?
    }

    /// The virtual moment at which the scheduler was made.
    public let start: Timestamp
    let timers = TimerQueue()
    private let state = Locked(State())

    /// A scheduler whose time stands at `start`.
    ///
    /// - Parameters:
    ///   - start: the virtual moment at which it begins.
    ///   - seed: where the identifiers of its systems come from, so that the same seed gives the same ones in every
    ///     process; nil takes them from the machine. Systems that share a store share a scheduler too, or differ in
    ///     their seeds.
    public init(startingAt start: Timestamp = .epoch, seed: UInt64? = nil) {
        self.start = start
        state.withLock { $0.random = seed.map(SplitMix.init(seed:)) }
    }

    /// The present virtual moment.
    public var now: Timestamp { start.adding(.nanoseconds(ticks)) }

    /// How many messages wait in mailboxes; one that is being handled and one that is stashed do not count.
    public var pendingMessages: Int {
        let guardians = state.withLock { $0.guardians }
        return guardians.reduce(0) { $0 + ($1.guardian?.pendingMessages ?? 0) }
    }

    /// How many deadlines are set: timers, receive time-outs and asks.
    public var pendingTimers: Int { timers.count }

    /// Handles one message, with all that the handler does until it ends or waits for another message.
    ///
    /// Mailboxes take turns in the order in which they had something to do. Starting and stopping an actor is done on
    /// the way and is no step of its own.
    ///
    /// - Returns: false if there was no message to handle.
    @discardableResult
    public func step() -> Bool {
        runJobs()
        while let cell = state.withLock({ $0.ready.removeFirst() }) {
            let handled = cell.handledMessages
            Task.detached(executorPreference: self) {
                await cell.activate(limit: 1)
            }
            runJobs()
            if cell.handledMessages != handled { return true }
        }
        return false
    }

    /// Handles messages until none waits that could be handled.
    ///
    /// - Returns: how many were handled.
    @discardableResult
    public func drain() -> Int {
        var count = 0
        while step() { count += 1 }
        return count
    }

    /// Handles what waits, then moves the time on and fires what becomes due on the way.
    ///
    /// Each timer fires at its own moment and in due order, and what it sets off is handled before the next one; so
    /// repeating timers fire as often as they are due, and timers set by a handler are among them.
    public func advance(by duration: Duration) {
        let (sum, overflow) = ticks.addingReportingOverflow(max(0, duration.wholeNanoseconds))
        let target = overflow ? Int64.max : sum
        drain()
        while fireNext(dueBy: target) {
            drain()
        }
        state.withLock { $0.ticks = max($0.ticks, target) }
    }

    /// Runs a closure to its end on this scheduler, handling messages as long as it waits.
    ///
    ///     let balance = try scheduler.run { try await account.ask(timeout: .seconds(1)) { .balance(replyTo: $0) } }
    ///
    /// - Parameters:
    ///   - limit: how far the time may move on when nothing else is left to do; zero keeps it still.
    ///   - body: what is run.
    /// - Throws: what the closure throws; `StepSchedulerError.stalled` if it waits for something that can't come.
    public func run<Value: Sendable>(
        advancingAtMost limit: Duration = .zero, _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let (sum, overflow) = ticks.addingReportingOverflow(max(0, limit.wholeNanoseconds))
        let target = overflow ? Int64.max : sum
        let result = ResultBox<Value>()
        Task.detached(executorPreference: self) {
            do {
                result.set(.success(try await body()))
            } catch {
                result.set(.failure(error))
            }
        }
        runJobs()
        while true {
            if let finished = result.value { return try finished.get() }
            guard step() || result.value != nil || fireNext(dueBy: target) else {
                throw StepSchedulerError.stalled(at: now, timers: timers.count)
            }
        }
    }

    // MARK: - Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    private func runJobs() {
        while let job = state.withLock({ $0.jobs.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    // MARK: - ActorScheduler

    var ticks: Int64 { state.withLock { $0.ticks } }

    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        let seed = state.withLock { $0.random?.next() }
        return seed.map(SplitMix.init(seed:)) ?? SystemRandomNumberGenerator()
    }

    func schedule(_ cell: Cell) {
        state.withLock { $0.ready.append(cell) }
    }

    func timerAdded(dueAt ticks: Int64) {}

    func attach(_ guardian: Guardian) {
        state.withLock { $0.guardians.append(WeakGuardian(guardian: guardian)) }
    }

    func detach(_ guardian: Guardian) {
        state.withLock { state in
            state.guardians.removeAll { $0.guardian == nil || $0.guardian === guardian }
        }
    }

    private func fireNext(dueBy target: Int64) -> Bool {
        guard let entry = timers.takeFirst(dueBy: target) else { return false }
        let present = state.withLock { state in
            state.ticks = max(state.ticks, entry.due)
            return state.ticks
        }
        entry.fire(at: present)
        return true
    }
}

/// What can go wrong when stepping by hand.
public enum StepSchedulerError: Error, Equatable, CustomStringConvertible {
    /// A closure given to `run` waits, and there is neither a message nor a timer within the limit that could end that.
    case stalled(at: Timestamp, timers: Int)

    public var description: String {
        switch self {
        case .stalled(let time, let timers):
            "At \(time) the closure still waits, no message is left, and \(timers) timers are due later;"
                + " let the time move on with run(advancingAtMost:)."
        }
    }
}

private final class ResultBox<Value: Sendable>: Sendable {
    private let stored = Locked<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { stored.withLock { $0 } }

    func set(_ result: Result<Value, any Error>) {
        stored.withLock { $0 = result }
    }
}
