import Actors
import EventSourcing
import Reactions
import Testing

/// Applications on one store, in a time that is moved by hand.
///
/// What a store reads on threads of its own is waited for before anything else happens, so that a file is stepped like memory.
struct SteppedStage: Sendable {
    static let start = Timestamp(microseconds: 1_700_000_000_000_000)

    let scheduler = StepScheduler(startingAt: start, seed: 7)
    let store: CountedStore
    let log = NotedLog()
    let system: ActorSystem
    private let shared: ReactionStage
    private let isFile: Bool

    init(_ kind: StoreKind) throws {
        shared = try ReactionStage(kind)
        isFile = kind == .file
        store = CountedStore(try #require(shared.store as? any SteppedStore))
        system = ActorSystem(name: "test", scheduler: scheduler, log: log)
    }

    /// Another system in the same time, as of another process.
    func otherSystem() -> ActorSystem { ActorSystem(name: "other", scheduler: scheduler, log: log) }

    /// An application that drives itself, unless it is said.
    func application(
        _ name: String = "counting", on other: (any ReactionStore)? = nil, in system: ActorSystem? = nil,
        settings: ApplicationSettings? = nil, cache: (any StateCache)? = nil, clock: (any ActorClock)? = nil,
        @ApplicationBuilder _ parts: () -> [ApplicationPart]
    ) throws -> Application {
        try Application(
            name, on: other ?? store, in: system ?? self.system, settings: settings, cache: cache, clock: clock,
            parts: parts)
    }

    // MARK: - Time

    var now: Timestamp { scheduler.now }

    /// How much later than the beginning it is.
    var elapsed: Duration { now.duration(since: Self.start) }

    /// Does all that can be done now; who never comes to rest is an issue.
    func work() {
        var steps = 0
        repeat {
            while scheduler.step() {
                steps += 1
                if steps == 100_000 {
                    Issue.record("there is always something to do, while time stands still")
                    return
                }
            }
        } while store.inHand > 0
    }

    /// Does all that can be done on the way to a later moment.
    func advance(by duration: Duration) {
        work()
        var left = duration
        while left > .zero {
            let step = isFile ? min(left, .milliseconds(50)) : left
            scheduler.advance(by: step)
            work()
            left -= step
        }
    }

    /// Runs a closure to its end, while time stands still, or moves on as far as it may.
    @discardableResult
    func run<Value: Sendable>(
        advancing limit: Duration = .zero, _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let result = Locked<Result<Value, any Error>?>(nil)
        Task.detached(executorPreference: scheduler) {
            do {
                let value = try await body()
                result.withLock { $0 = .success(value) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
        var left = limit
        while true {
            work()
            if let finished = result.withLock({ $0 }) { return try finished.get() }
            guard left > .zero else {
                throw StepSchedulerError.stalled(at: now, timers: scheduler.pendingTimers)
            }
            let step = min(left, .milliseconds(50))
            scheduler.advance(by: step)
            left -= step
        }
    }

    func shutdown(_ applications: Application...) throws {
        for application in applications { try run(advancing: .seconds(30)) { await application.shutdown() } }
    }

    // MARK: - What is done, and what is there

    /// Asks the store.
    @discardableResult
    func ask<Value: Sendable>(_ body: @escaping @Sendable (CountedStore) async throws -> Value) throws -> Value {
        try run { [store] in try await body(store) }
    }

    /// Who correlates now.
    func correlationLease() throws -> Lease? {
        let now = now
        return try ask { try await $0.get("correlate/counting", at: now) }
    }

    /// Increments a counter by each amount, with an action for each.
    func increment(_ application: Application, _ id: String = "c-1", by amounts: Int...) throws {
        try run {
            for amount in amounts { try await application.do(Counter.Increment(amount: amount), on: Counter.id(id)) }
        }
    }

    /// Appends what an earlier program wrote.
    @discardableResult
    func append(
        _ type: String, _ json: String, to id: PersistenceID, version: Int = 1
    ) throws -> AppendReceipt {
        let (store, event) = (
            store, NewEvent(type: type, schemaVersion: version, payload: Array(json.utf8), timestamp: now)
        )
        return try run {
            try await store.append(
                [event], to: id, expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        }
    }

    func notes(_ application: Application, _ id: String = "c-1") throws -> [String] {
        try run { try await application.load(Journal.self, Journal.id(id)).state.notes }
    }

    func subscriptions(
        _ filter: SubscriptionFilter = .all, of application: String = "counting"
    ) throws -> [Subscription] {
        try ask { try await $0.list(filter, of: application, after: nil, limit: 100) }
    }

    /// All events, in the order of their positions.
    func events() throws -> [RecordedEvent] { try ask { try await $0.recorded() } }
}

extension EventStore {
    /// All events, in the order of their positions.
    func recorded() async throws -> [RecordedEvent] {
        try await readAll(after: 0, limit: 10_000, fields: .all, into: [RecordedEvent]()) { events, event in
            events.append(RecordedEvent(event))
            return .next
        }
    }
}

/// What was called or said, in order.
final class Record: Sendable {
    private let stored = Locked<[String]>([])

    var words: [String] { stored.withLock { $0 } }

    func add(_ word: String) { stored.withLock { $0.append(word) } }

    func clear() { stored.withLock { $0 = [] } }
}

/// A log that keeps its warnings and errors.
struct NotedLog: LogSink {
    let record = Record()

    var warnings: [String] { record.words }

    func record(_ entry: LogEntry) {
        if entry.level >= .warning { record.add(entry.message) }
    }
}

/// Something went wrong, as a test wanted it.
struct NotToday: Error, CustomStringConvertible {
    var description = "not today"
}

/// Fails so many times, and counts the calls.
final class Failures: Sendable {
    private let state: Locked<(left: Int, calls: Int)>

    init(_ count: Int) { state = Locked((count, 0)) }

    var calls: Int { state.withLock { $0.calls } }

    func mend() { state.withLock { $0.left = 0 } }

    func next() throws {
        let fails = state.withLock { state in
            state.calls += 1
            guard state.left > 0 else { return false }
            state.left -= 1
            return true
        }
        if fails { throw NotToday() }
    }
}

/// Holds who comes until it is opened.
final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var last = 0
        var waiting: [Int: UnsafeContinuation<Void, Never>] = [:]
    }

    private let state = Locked(State())

    /// How many are held.
    var held: Int { state.withLock { $0.waiting.count } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until it is opened, and does not care about being cancelled.
    func pass() async { await wait(as: number()) }

    /// Waits until it is opened or its task is cancelled, which is an error.
    func passUnlessCancelled() async throws {
        let number = number()
        await withTaskCancellationHandler {
            await wait(as: number)
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }

    private func number() -> Int {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    private func wait(as number: Int) async {
        await withUnsafeContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting[number] = continuation }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

extension ReactionRetry {
    /// Tries so often, with the same wait before each time.
    static func fixed(_ wait: Duration, retries: Int = 3, blocks: Bool = true) -> ReactionRetry {
        ReactionRetry(maxRetries: retries, backoff: .fixed(wait), blockOnError: blocks)
    }
}
