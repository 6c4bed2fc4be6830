import Actors
import EventSourcing
import Inspection
import SampleDomain
import TestSupport
import Workbench

@testable import PlayheadWorkbench

/// Runs what blocks on a thread of its own, so that it never takes the place of the tasks it waits for.
///
/// It stays the same task, so what fails in it is the failure of its test.
func onOwnThread<Result: Sendable>(_ body: @Sendable () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(OwnThreads()) { try body() }
}

/// Runs each job on a new thread.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let run: @Sendable () -> Void = { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        if let thread = OwnThread(run) { thread.detach() } else { run() }
    }
}

/// What was seen, in order, from whichever thread.
final class Journal: Sendable {
    private let stored = Locked<[String]>([])

    var lines: [String] { stored.withLock { $0 } }

    func add(_ line: String) { stored.withLock { $0.append(line) } }
}

/// A clock that goes on only when a test says so.
final class HandClock: Sendable {
    private let instant = Locked(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

/// Somebody who is woken by an outbox, as the main loop is.
struct Listener {
    let outbox: Outbox
    private let bell = Wakeup()

    init(_ outbox: Outbox) {
        self.outbox = outbox
        outbox.onArrival { [bell] in bell.ring() }
    }

    /// Waits until the outbox was filled; far longer than anything here takes is a failure.
    func wait() throws {
        if !bell.wait(milliseconds: 600_000) { throw NothingCame() }
    }

    /// Takes messages until there is an answer, and hands out all of them.
    func messagesWithAnswer() throws -> [Message] {
        var messages: [Message] = []
        while true {
            messages += outbox.takeAll()
            if messages.contains(where: { if case .answer = $0 { true } else { false } }) { return messages }
            try wait()
        }
    }

    /// The next answer.
    func answer() throws -> Answer {
        for case .answer(_, let answer) in try messagesWithAnswer() { return answer }
        throw NothingCame()
    }

    struct NothingCame: Error {}
}

/// A store in memory with one account, opened for the workbench.
struct AccountStore: Sendable {
    let store = InMemoryStore()
    let id: PersistenceID
    /// The name on the screen.
    let name: String

    /// A store with an account that was opened and into which money was put, so often.
    init(_ name: String, deposits: Int = 1) throws {
        self.name = name
        id = try PersistenceID("Account", "account-1")
        let payloads =
            [("AccountOpened", #"{"owner":"c-1"}"#)]
            + [(String, String)](repeating: ("MoneyDeposited", #"{"amount":500}"#), count: deposits)
        let events = zip(Int64(1)..., payloads).map { number, row in
            ImportedEvent(
                persistenceID: id, sequenceNumber: number,
                event: NewEvent(
                    type: row.0, payload: Array(row.1.utf8), timestamp: Timestamp(microseconds: number * 1_000_000)),
                writer: WriterID(ULID(high: 1 << 16, low: 7)), epoch: 1)
        }
        try store.fill(writers: [], events: events, snapshots: [])
    }

    var session: Session { Session(storeName: name, mode: .demo, commands: .store) }

    /// The store as the desk has it, with another way for commands where that is given; `closed` is called at its end.
    func opened(
        commandsTo events: (any EventStore)? = nil, snapshotsTo snapshots: (any SnapshotStore)? = nil,
        log: any LogSink = SilentLog(), closed: @escaping @Sendable () -> Void = {}
    ) -> OpenedStore {
        let system = ActorSystem(name: "test", log: log)
        return OpenedStore(
            reader: store.reader(),
            host: EntityHost(
                system: system, events: events ?? store, snapshots: snapshots, writer: system.writerID),
            session: session, closeFile: closed)
    }
}

/// A store whose appends begin when its gate is opened.
struct GatedStore: ForwardingStore {
    private let inner: InMemoryStore
    private let gate = Gate()
    private let appended: @Sendable () -> Void

    init(_ inner: InMemoryStore, appended: @escaping @Sendable () -> Void) {
        self.inner = inner
        self.appended = appended
    }

    func open() { gate.open() }

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { inner }

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        await gate.passed()
        defer { appended() }
        return try await inner.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
    }
}

/// A store whose snapshots are saved by a test's own words.
struct SnapshotsBy: ForwardingStore {
    let inner: InMemoryStore
    let saving: @Sendable (StoredSnapshot) async throws -> Void

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { inner }

    func save(_ snapshot: StoredSnapshot) async throws {
        try await saving(snapshot)
        try await inner.save(snapshot)
    }
}

/// A sum, whose entities take a snapshot when they stop and no other.
enum Tally {
    struct Added: Codable, Sendable { var amount: Int }

    struct Add: Sendable {
        var amount: Int
        var replyTo: ActorRef<Int>
    }

    static func domain() throws -> Domain {
        try Domain(
            "Tally",
            behavior: { id in
                try EventSourcedBehavior<Add, Added, Int>(
                    id: id, emptyState: 0, events: EventRegistry(EventType("Added", of: Added.self)),
                    commandHandler: { _, add, _ in
                        .persist([Added(amount: add.amount)]).thenReply(to: add.replyTo) { $0 }
                    },
                    eventHandler: { sum, added in sum += added.amount }
                ).withSnapshots(.onStop, codec: .json("Sum"))
            },
            commands: [
                DomainCommand("add", "Add a number", .integer("amount")) { replyTo, amount in
                    Add(amount: amount, replyTo: replyTo)
                }
            ])
    }
}

/// A gate that one task waits at until it is opened.
final class Gate: Sendable {
    private let (stream, continuation) = AsyncStream<Void>.makeStream()

    func open() { continuation.finish() }

    func passed() async { for await _ in stream {} }
}

extension Request {
    /// A request with a number for some purpose.
    static func fixture(_ number: UInt64 = 1, _ purpose: Purpose = .state) -> Request {
        Request(number: number, purpose: purpose)
    }
}
