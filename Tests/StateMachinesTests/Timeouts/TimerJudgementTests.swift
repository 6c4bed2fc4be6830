import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Whether a timer is one of the state that its instance is in")
struct TimerJudgementTests {
    @Test(
        "machines 111, 112, 115: a timer of a state that the instance has left or entered anew is taken away unfired",
        arguments: StoreKind.allCases)
    func stale(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b)
                On(.e2).goto(.a)
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
            From(.b) { On(.e2).goto(.a) }
        }
        let instances = stage.registry(machine)
        // In A since its seventh event, and in B since its first one.
        for _ in 1...7 { try stage.send(.e2, to: "1", in: instances) }
        try stage.send(.e1, to: "2", in: instances)
        let (store, one) = (stage.store, try PersistenceID("Letters", "1"))
        #expect(try stage.scheduler.run { try await store.cancel("t", of: one) })
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.arm("t", at: 0, generation: 8, of: "1", type: "Letters")
        try stage.arm("t", at: 0, generation: 5, of: "2", type: "Letters")
        try stage.arm("other", at: 0, generation: 7, of: "1", type: "Letters")
        stage.advance(.seconds(1))
        #expect(try stage.stored("Letters", "1").count == 7 && stage.stored("Letters", "2").count == 1)
        for id in ["1", "2"] { #expect(try stage.timers("Letters", id).isEmpty) }
        #expect(sweeper.metrics.stale == 3 && sweeper.metrics.fired == 0 && sweeper.metrics.failures == 0)
    }

    @Test(
        "machines 111: where an instance has entered its state is known behind a snapshot too",
        arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) {
                On(.e2).goto(.a)
                On(.e3).stay()
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
        }
        let first = try TimedStage(kind)
        let instances = first.registry(machine)
        for event in [Push.e2, .e2, .e3] { try first.send(event, in: instances) }
        instances.tell(.snapshot, to: "1")
        first.scheduler.drain()
        let stage = TimedStage(first.shared, after: 5)
        let (store, id) = (stage.store, try PersistenceID("Letters", "1"))
        #expect(
            try stage.scheduler.run { try await store.latest(of: id, atOrBelow: 9)?.description.sequenceNumber } == 3)
        let sweeper = try stage.sweeper(machine)
        #expect(try stage.scheduler.run { try await store.cancel("t", of: id) })
        try stage.arm("t", at: 0, generation: 3, type: "Letters")
        stage.advance(.seconds(1))
        #expect(sweeper.metrics.stale == 1 && sweeper.metrics.fired == 0)
        #expect(try stage.stored("Letters").count == 3)
    }

    @Test(
        "machines 117: an instance that has not heard of what another system wrote reads it before it judges a timer",
        arguments: StoreKind.allCases)
    func behind(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e2).goto(.c)
                On(.e3).where("never") { _, _ in false }.goto(.a)
            }
            .timeout("t", after: .seconds(10), send: .e3)
            From(.c) { On(.e3).goto(.d) }.timeout("t", after: .seconds(10), send: .e3)
        }
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let (stage, other) = (TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler))
        let (behind, ahead) = (stage.registry(machine), other.registry(machine))
        let sweeper = try stage.sweeper(machine, in: behind)
        // The first is where there is no timer, and the second where its event is refused, as far as it knows.
        try stage.state(of: "1", in: behind)
        try stage.send(.e1, to: "2", in: behind)
        for (id, events) in [("1", [Push.e1, .e2]), ("2", [.e2])] {
            for event in events { try other.send(event, to: id, in: ahead) }
        }
        scheduler.advance(by: .seconds(10))
        for id in ["1", "2"] { #expect(try stage.stored("Letters", id) == ["E1", "E2", "E3"]) }
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.stale == 0 && sweeper.metrics.failures == 0)
    }

    @Test("an instance behind a snapshot that does not count reads what others wrote before it refuses a timer's event")
    func refusing() throws {
        let machine = try letters {
            From(.b) {
                On(.e1).goto(.c)
                On(.e2).where("never") { _, _ in false }.goto(.a)
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
            From(.a) { On(.e1).goto(.b) }
            From(.c) { On(.e2).goto(.d) }.timeout("t", after: .seconds(10), send: .e2)
        }
        let shared = try StoreKind.memory.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let (stage, other) = (TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler))
        try other.send(.e1, in: other.registry(machine))
        let id = try PersistenceID("Letters", "1")
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: 1, stateType: "Letters", writer: WriterID(ULID(high: 0, low: 1)),
            epoch: 1, timestamp: .second(0), state: Array(#"{"in":"B","state":{}}"#.utf8))
        try scheduler.run { try await shared.store.save(snapshot) }
        let behind = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: behind)
        #expect(try stage.state(in: behind) == .b)
        try other.send(.e1, in: other.registry(machine))
        scheduler.advance(by: .seconds(10))
        #expect(try stage.stored("Letters") == ["E1", "E1", "E2"])
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.failures == 0)
    }

    @Test("machines 114: a timer fires under a generation close to the highest number", arguments: StoreKind.allCases)
    func highest(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let number = Int64.max - 100
        let payload = Array(#"{"event":{},"to":"Waiting","state":{}}"#.utf8)
        let (store, id) = (stage.store, try PersistenceID("Chore", "1"))
        let writer = WriterID(ULID(high: 0, low: 1))
        let event = ImportedEvent(
            persistenceID: id, sequenceNumber: number,
            event: NewEvent(type: "Start", payload: payload, timestamp: .second(0)), writer: writer, epoch: 0)
        // As an earlier program has written it, which did not count.
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: "Chore", writer: writer, timestamp: .second(0),
            state: Array(#"{"in":"Waiting","state":{}}"#.utf8))
        try stage.scheduler.run {
            try await store.importHistory([event])
            try await store.save(snapshot)
        }
        try stage.arm(at: 0, generation: number)
        let machine = try chores()
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        stage.advance(.seconds(1))
        #expect(sweeper.metrics.fired == 1)
        #expect(try stage.scheduler.run { try await store.head(of: id)?.sequenceNumber } == number + 1)
    }
}
