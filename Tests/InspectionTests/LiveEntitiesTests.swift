import Actors
import EventSourcing
import StateMachines
import Testing

@testable import Inspection

@Suite("Live entities on a store", .timeLimit(.minutes(5)))
struct LiveEntitiesTests {
    private let store = InMemoryStore()
    private let system = ActorSystem(name: "test")
    private let id: PersistenceID
    private let domain: Domain
    private let live: LiveEntities

    init() throws {
        id = try PersistenceID("Gate", "north")
        domain = try Gate.domain(wait: .milliseconds(1))
        live = LiveEntities(
            [domain], on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID))
    }

    private func send(_ text: String) async throws -> CommandOutcome {
        let gate = try #require(try live.entity(id))
        return try await gate.send(CommandText.parse(text, for: domain.commands), timeout: .seconds(600))
    }

    /// The types of the instance's events, once there are so many.
    private func types(_ count: Int) async throws -> [String] {
        while true {
            let types = try await store.load(id, from: 1, through: .max, fields: .payload, into: [String]()) {
                types, event in
                types.append(event.type)
                return .next
            }
            if types.count >= count { return types }
            await Task.yield()
        }
    }

    @Test("one entity for each id, and none of a type that no domain has")
    func same() async throws {
        let first = try #require(try live.entity(id) as AnyObject?)
        #expect(try live.entity(id) as AnyObject === first)
        #expect(try live.entity(PersistenceID("Stranger", "1")) == nil)
        await system.shutdown()
    }

    @Test("a timer fires when somebody attends to it, and not before")
    func timers() async throws {
        _ = try await send("pay 5 Ada")
        let timer = try #require(try await store.timer("shutting", of: id))
        while system.now <= timer.deadline { await Task.yield() }
        #expect(try await types(1) == ["pay"])
        try live.attend()
        #expect(try await types(2) == ["pay", "timedOut"])
        #expect(try await live.settle(id, within: .seconds(600)))
        #expect(try await store.timers(of: id).isEmpty)
        await live.stop()
        await system.shutdown()
    }

    @Test("what an instance produces comes to it, and settling waits for that")
    func outbox() async throws {
        let patient = LiveEntities(
            [try Gate.domain()], on: EntityHost(system: system, events: store, snapshots: nil, writer: system.writerID))
        try patient.attend()
        let gate = try #require(try patient.entity(id))
        for text in ["pay 5 Ada", "pass"] {
            _ = try await gate.send(CommandText.parse(text, for: domain.commands), timeout: .seconds(600))
        }
        #expect(try await patient.settle(id, within: .seconds(600)))
        #expect(try await types(0) == ["pay", "pass", "count"])
        await patient.stop()
        await system.shutdown()
    }

    @Test("timers of other machines, and rows for others, are left as if nobody had looked")
    func strangers() async throws {
        let other = try PersistenceID("Door", "south")
        try await store.arm(NewTimer("closing", deadline: .epoch, generation: 0), of: other)
        let patient = LiveEntities(
            [try Gate.domain()], on: EntityHost(system: system, events: store, snapshots: nil, writer: system.writerID))
        let gate = try #require(try patient.entity(id))
        for text in ["pay 5 Ada", "kick"] {
            _ = try await gate.send(CommandText.parse(text, for: domain.commands), timeout: .seconds(600))
        }
        try await store.arm(NewTimer("shutting", deadline: .epoch, generation: 9), of: id)
        try patient.attend()
        // The instance's own timer is not its state's any more, which is seen in the same sweep as the stranger's.
        while try await !store.timers(of: id).isEmpty { await Task.yield() }
        await patient.stop()
        let left = try #require(try await store.timer("closing", of: other))
        #expect(left.attempts == 0 && left.claim == nil && left.lastError == nil)
        let row = try #require(try await store.waiting(of: id, limit: 1).first)
        #expect(row.destination == "guards" && row.attempts == 0 && row.claim == nil && row.lastError == nil)
        #expect(try await store.deadLetters(after: nil, limit: 1).isEmpty)
        await system.shutdown()
    }

    @Test("a command that is looked at stage by stage holds up no other entity")
    func stepping() async throws {
        let steps = Steps()
        let stepped = LiveEntities(
            [try Gate.domain()],
            on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID), steps: steps)
        let (stages, told) = AsyncStream<CommitStage>.makeStream()
        steps.begin(of: id, before: nil, showsSecrets: false) { told.yield($0) }
        let pay = try CommandText.parse("pay 5 Ada", for: domain.commands)
        let (north, south) = (
            try #require(try stepped.entity(id)), try #require(try stepped.entity(PersistenceID("Gate", "south")))
        )
        async let waiting = north.send(pay, timeout: .seconds(600))
        var coming = stages.makeAsyncIterator()
        _ = await coming.next()
        #expect(try await south.send(pay, timeout: .seconds(600)).appended.map(\.type) == ["pay"])
        steps.perform(.runOn)
        #expect(try await waiting.appended.map(\.type) == ["pay"])
        await system.shutdown()
    }
}
