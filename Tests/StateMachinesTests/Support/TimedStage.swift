import Actors
import EventSourcing
import SQLiteStorage
import StateMachines
import TestSupport
import Testing

/// A store that has all that timers and the outbox need.
typealias TimedStore = EventStore & SnapshotStore & CommandStore & TimerStore & LeaseStore & LiveStore & OutboxStore

/// On which store a test runs.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case file

    /// A fresh one, which several stages may share.
    func make() throws -> SharedStore {
        switch self {
        case .memory: return SharedStore(store: InMemoryStore(), folder: nil)
        case .file:
            let folder = try TemporaryFolder.inMemory()
            // No thread but the one that steps: what it does is all that happens.
            var options = SQLiteStoreOptions()
            options.checkpointsInBackground = false
            options.watchesFile = false
            return SharedStore(store: try SQLiteStore.create(folder.file(), options: options), folder: folder)
        }
    }
}

/// A store with the folder that it may lie in.
struct SharedStore: Sendable {
    let store: any TimedStore
    let folder: TemporaryFolder?
}

/// SWP of the cases.
enum Chore: String, CaseIterable, MachineState, StoredCases {
    case initial = "Initial"
    case waiting = "Waiting"
    case processing = "Processing"
}

enum ChoreEvent: String, CaseIterable, MachineEvent, StoredCases {
    case start = "Start"
    case fired = "Fired"
    case process = "Process"
}

typealias Chores = Machine<Chore, ChoreEvent>

/// SWP: a chore that has waited for ten seconds is processed.
func chores(initial: Chore = .initial) throws -> Chores {
    try Chores("Chore", initial: initial) {
        From(.initial) { On(.start).goto(.waiting) }
        From(.waiting) { On(.fired, .process).goto(.processing) }
            .timeout("wait", after: .seconds(10), send: .fired)
        Final(.processing)
    }
}

/// A stepped system on which instances live whose timers are swept.
///
/// Several may share a store and a scheduler, or have each its own, so that one can stand still while another goes on.
struct TimedStage {
    /// Where the time of all stages begins, in seconds.
    static let start: Int64 = 1_000

    let scheduler: StepScheduler
    let system: ActorSystem
    let shared: SharedStore
    let log = NotedLog()

    var store: any TimedStore { shared.store }

    /// - Parameter seconds: how much later than the others it begins, where it has its own scheduler.
    init(_ shared: SharedStore, after seconds: Int64 = 0) {
        self.init(shared, on: StepScheduler(startingAt: .second(seconds)))
    }

    init(_ shared: SharedStore, on scheduler: StepScheduler) {
        self.shared = shared
        self.scheduler = scheduler
        system = ActorSystem(name: "test", scheduler: scheduler, log: log)
    }

    init(_ kind: StoreKind) throws { self.init(try kind.make()) }

    /// Where the instances of a machine live.
    func registry<State, Event>(
        _ machine: Machine<State, Event>, on store: (any EventStore)? = nil, retries: Int = 0,
        locking: LockingStrategy = .optimistic, timeouts: TimeoutStrategy = .durable
    ) -> Instances<State, Event> where State: StoredCases, Event: StoredCases {
        let (events, snapshots) = (store ?? self.store, self.store)
        return EntityRegistry(in: system, name: machine.name) { id in
            Behavior.setup { _ in
                try machine.entity(id, timeouts: timeouts).withEventStore(events).withSnapshotStore(snapshots)
                    .withRetries(retries).withLocking(locking).behavior
            }
        }
    }

    /// A sweeper without jitter.
    func sweeper<State, Event>(
        _ machine: Machine<State, Event>, in instances: Instances<State, Event>? = nil,
        on store: (any TimerStore)? = nil, settings: TimerSweeperSettings? = nil, clock: (any ActorClock)? = nil
    ) throws -> TimerSweeper where State: StoredCases, Event: StoredCases {
        let instances = instances ?? registry(machine)
        return try TimerSweeper(
            in: system, on: store ?? self.store, machines: [TimedMachine(machine, in: instances)],
            settings: settings ?? .steady(), clock: clock)
    }

    /// Sends an event; throws what refused it.
    @discardableResult
    func send<State, Event>(
        _ event: Event, to id: String = "1", in instances: Instances<State, Event>
    ) throws -> Transition<State> {
        let answer: PendingReply<MachineAnswer<State>> = instances.ref(for: id).askLater(timeout: .seconds(5)) {
            .send(event, replyTo: $0)
        }
        scheduler.drain()
        // A file that another connection holds for a moment is read, or written, by a thread of the store's own.
        let end = ContinuousClock.now.advanced(by: .seconds(10))
        while answer.result == nil, ContinuousClock.now < end { scheduler.drain() }
        switch try #require(answer.result).get() {
        case .taken(let transition): return transition
        case .refused(let error): throw error
        }
    }

    /// The state of an instance.
    @discardableResult
    func state<State, Event>(of id: String = "1", in instances: Instances<State, Event>) throws -> State {
        let answer: PendingReply<MachineInstance<State>> = instances.ref(for: id).askLater(timeout: .seconds(5)) {
            .read(replyTo: $0)
        }
        scheduler.drain()
        return try #require(answer.result).get().current
    }

    /// The types of the stored events of an instance.
    func stored(_ type: String = "Chore", _ id: String = "1") throws -> [String] {
        let (store, id) = (store, try PersistenceID(type, id))
        return try scheduler.run {
            try await store.load(id, from: 1, through: 60, fields: .all, into: []) { types, event in
                types.append(event.type)
                return .next
            }
        }
    }

    /// The timers of an instance that are armed.
    func timers(_ type: String = "Chore", _ id: String = "1") throws -> [StoredTimer] {
        let (store, id) = (store, try PersistenceID(type, id))
        return try scheduler.run { try await store.timers(of: id) }
    }

    /// Arms a timer by hand.
    func arm(
        _ name: String = "wait", at second: Int64, generation: Int64 = 0, payload: String? = nil, of id: String = "1",
        type: String = "Chore"
    ) throws {
        let (store, id) = (store, try PersistenceID(type, id))
        let timer = NewTimer(
            name, deadline: .second(second), payload: payload.map { Array($0.utf8) }, generation: generation)
        #expect(try scheduler.run { try await store.arm(timer, of: id) })
    }

    /// Moves the time on.
    func advance(_ duration: Duration) { scheduler.advance(by: duration) }
}

typealias Instances<State: MachineState, Event: MachineEvent> = EntityRegistry<String, MachineCommand<State, Event>>

extension Timestamp {
    /// So many seconds after the stages begin.
    static func second(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: (TimedStage.start + second) * 1_000_000)
    }
}

extension TimerSweeperSettings {
    /// Without jitter, and otherwise as usual unless it is said.
    static func steady(
        batch: Int = 100, interval: Duration = .milliseconds(50), attempts: Int = 10, electsLeader: Bool = false
    ) throws -> TimerSweeperSettings {
        try TimerSweeperSettings(
            batch: batch, jitter: 0, interval: interval, attempts: attempts, electsLeader: electsLeader)
    }
}

/// What ran or was said, in order.
final class Notes: Sendable {
    private let stored = Locked<[String]>([])

    var words: [String] { stored.withLock { $0 } }

    func add(_ word: String) { stored.withLock { $0.append(word) } }
}

/// A log that keeps its warnings and errors.
struct NotedLog: LogSink {
    let notes = Notes()

    var warnings: [String] { notes.words }

    func record(_ entry: LogEntry) {
        if entry.level >= .warning { notes.add(entry.message) }
    }
}

/// A clock that somebody puts on or back.
struct MovableClock: ActorClock {
    let base: any ActorClock
    private let offset = SharedOffset()

    var now: Timestamp { base.now.adding(offset.value) }

    init(_ base: any ActorClock) { self.base = base }

    /// Puts it on by so much, or back where that is below zero.
    func move(by duration: Duration) { offset.move(by: duration) }

    private final class SharedOffset: Sendable {
        private let stored = Locked(Duration.zero)

        var value: Duration { stored.withLock { $0 } }

        func move(by duration: Duration) { stored.withLock { $0 += duration } }
    }
}
