import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import TestSupport
import Testing

@Suite("Opening an instance without history")
struct OpeningTests {
    private let notes = Notes()

    /// A machine whose initial state has an entry action, and a timeout where it is asked for.
    private func machine(isTimed: Bool = true, failing: Bool = false) throws -> Letters {
        struct Broken: Error {}
        let notes = notes
        return try letters {
            let first = From<Letter, Push>(.a) {
                On(.e1).goto(.b)
                On(.e2).goto(.a)
            }
            .onEntry { context, state in
                notes.add("\(context.persistenceID) in \(state.rawValue) as #\(context.sequenceNumber)")
                if failing { throw Broken() }
            }
            .onEntry { _, _ in notes.add("second") }
            if isTimed { first.timeout("t", after: .seconds(30), send: .e1) } else { first }
        }
    }

    @Test(
        "machines 35: the entry actions of the initial state run once, however often and by however many it is opened",
        arguments: StoreKind.allCases, [true, false])
    func entry(_ kind: StoreKind, isTimed: Bool) throws {
        let shared = try kind.make()
        let machine = try machine(isTimed: isTimed)
        let scheduler = StepScheduler(startingAt: .second(0))
        let stages = (1...3).map { _ in TimedStage(shared, on: scheduler) }
        for stage in stages {
            stage.registry(machine).tell(.snapshot, to: "1")
        }
        scheduler.drain()
        #expect(notes.words == ["Letters|1 in A as #0", "second"])
        let later = TimedStage(shared, after: 5)
        try later.state(in: later.registry(machine))
        #expect(notes.words.count == 2)
        try later.send(.e1, in: later.registry(machine))
        let last = TimedStage(shared, after: 10)
        #expect(try last.state(in: last.registry(machine)) == .b)
        #expect(notes.words.count == 2)
    }

    @Test(
        "its timers are armed once, under the generation 0, and only while it has no history",
        arguments: StoreKind.allCases)
    func timers(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        try first.state(in: first.registry(machine()))
        let armed = try first.timers("Letters")
        #expect(armed.map(\.name) == ["t"] && armed.map(\.generation) == [0] && armed.map(\.deadline) == [.second(30)])
        let second = TimedStage(shared, after: 20)
        let instances = second.registry(try machine())
        try second.state(in: instances)
        #expect(try second.timers("Letters") == armed)
        try second.send(.e1, in: instances)
        let third = TimedStage(shared, after: 25)
        try third.state(in: third.registry(machine()))
        #expect(try third.timers("Letters").isEmpty)
    }

    @Test("a timer that was cancelled before the first event is not armed again", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        try first.state(in: first.registry(machine()))
        let (store, id) = (shared.store, try PersistenceID("Letters", "1"))
        #expect(try first.scheduler.run { try await store.cancel("t", of: id) })
        let second = TimedStage(shared, after: 20)
        try second.state(in: second.registry(machine()))
        #expect(try second.timers("Letters").isEmpty)
        #expect(notes.words.count == 2)
    }

    @Test("an instance with history is not opened anew where the table has got a timeout or an action since")
    func history() throws {
        let shared = try StoreKind.memory.make()
        let first = TimedStage(shared)
        try first.send(.e2, in: first.registry(letters { From(.a) { On(.e2).goto(.a) } }))
        let second = TimedStage(shared, after: 20)
        #expect(try second.state(in: second.registry(machine())) == .a)
        #expect(try second.timers("Letters").isEmpty && notes.words.isEmpty)
    }

    @Test("whoever is overtaken while it opens an instance runs nothing, and goes on from what the other has written")
    func overtaken() throws {
        let shared = try StoreKind.memory.make()
        guard let base = shared.store as? InMemoryStore else { return }
        let store = UnreliableStore(over: base)
        let other = TimedStage(shared)
        let bare = try letters { From(.a) { On(.e1).goto(.b) } }
        let payload = Array(#"{"event":{},"to":"B","state":{}}"#.utf8)
        let id = try PersistenceID("Letters", "1")
        // An earlier program, which does not open instances.
        store.beforeAppend { base in
            _ = try await base.append(
                [NewEvent(type: "E1", payload: payload, timestamp: .second(0))], to: id, expecting: .number(0),
                by: WriterID(ULID(high: 0, low: 1)), epoch: nil, with: .none)
        }
        let stage = TimedStage(shared)
        let instances = stage.registry(try machine(), on: store, retries: 1)
        let sweeper = try stage.sweeper(machine(), in: instances)
        #expect(throws: InvalidTransition.self) { try stage.send(.e1, in: instances) }
        #expect(notes.words.isEmpty)
        #expect(try other.state(in: other.registry(bare)) == .b)
        // What it armed is of a state that was left by then.
        stage.advance(.seconds(60))
        #expect(sweeper.metrics.stale == 1 && sweeper.metrics.fired == 0)
        #expect(try stage.timers("Letters").isEmpty && stage.stored("Letters") == ["E1"])
    }

    @Test("an entry action of the initial state that fails is a warning, and the instance takes its events")
    func failing() throws {
        let stage = try TimedStage(.memory)
        let instances = stage.registry(try machine(failing: true))
        try stage.send(.e1, in: instances)
        #expect(notes.words.count == 2 && stage.log.warnings.count == 1)
        #expect(stage.log.warnings.first?.contains("an action of that failed") == true)
    }

    @Test("a store that is away for a moment while an instance is opened holds it up, and its action runs once")
    func away() throws {
        let stage = try TimedStage(.memory)
        guard let base = stage.store as? InMemoryStore else { return }
        let store = UnreliableStore(over: base)
        store.failAppend(with: .refused(.busy))
        let instances = stage.registry(try machine(), on: store)
        let answer: PendingReply<MachineAnswer<Letter>> = instances.ref(for: "1").askLater(timeout: .seconds(60)) {
            .send(.e1, replyTo: $0)
        }
        stage.scheduler.drain()
        #expect(answer.result == nil && notes.words.isEmpty)
        stage.advance(.seconds(10))
        guard case .success(.taken) = answer.result else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(notes.words.count == 2)
    }

    @Test("an instance whose opening arms timers needs a store that keeps them, and one without such needs none")
    func withoutTimers() throws {
        let stage = try TimedStage(.memory)
        let events = WatchedStore(stage.store) { _ in }
        #expect(try stage.state(in: stage.registry(parcels(), on: events)) == .pending)
        let answer: PendingReply<MachineInstance<Letter>> = stage.registry(try machine(), on: events).ref(for: "1")
            .askLater(timeout: .seconds(5)) { .read(replyTo: $0) }
        stage.scheduler.drain()
        guard case .failure(.rejected(let error as EventSourcedBehaviorError)) = answer.result else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(error == .missingTimerStore(try PersistenceID("Letters", "1")))
    }

    @Test("an opening that the store refuses for another reason than an earlier one is an error, and is made later")
    func invalid() throws {
        let stage = try TimedStage(.memory)
        let store = UnreliableStore(over: try #require(stage.store as? InMemoryStore))
        store.failAppend(with: .refused(.invalid))
        let instances = stage.registry(try machine(isTimed: false), on: store)
        let answer: PendingReply<MachineInstance<Letter>> = instances.ref(for: "1").askLater(timeout: .seconds(5)) {
            .read(replyTo: $0)
        }
        stage.scheduler.drain()
        guard case .failure(.rejected(let error as StoreError)) = answer.result else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(error.reason == .invalid && notes.words.isEmpty)
        stage.advance(.seconds(60))
        try stage.state(in: instances)
        #expect(notes.words.count == 2)
        let later = TimedStage(stage.shared, after: 100)
        try later.state(in: later.registry(machine(isTimed: false)))
        #expect(notes.words.count == 2)
        #expect(try later.timers("Letters").isEmpty)
    }
}
