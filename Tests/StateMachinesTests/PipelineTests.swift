import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import TestSupport
import Testing

@Suite("An instance whose store fails")
struct PipelineTests {
    /// What the case of a fault is, and what must come of it.
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var fault: WriteFault
        /// Whether the event is in the log behind it.
        var isDurable = false
        /// Whether nobody can know that.
        var isUnknown = false
    }

    static let faults: [Fault] = [
        Fault(testDescription: "refused", fault: .refused(.full)),
        Fault(testDescription: "lost before the commit", fault: .lostBeforeCommit, isUnknown: true),
        Fault(testDescription: "lost after the commit", fault: .lostAfterCommit, isDurable: true, isUnknown: true),
    ]

    private let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
    private let store = UnreliableStore()
    private let id: PersistenceID

    init() throws { id = try PersistenceID("Letters", "1") }

    /// Counts what ran, which must never be more than what is durable.
    private final class Count: Sendable {
        private let stored = Locked(0)

        var value: Int { stored.withLock { $0 } }

        func add() { stored.withLock { $0 += 1 } }
    }

    private func machine(_ count: Count) throws -> Letters {
        try letters {
            From(.a) { On(.e1).goto(.b).producing(.e2) }.onExit { _, _ in count.add() }
            From(.b) { On(.e2).goto(.a) }.timeout("t", after: .seconds(1), send: .e2)
        }
    }

    private func send(
        _ event: Push, to ref: ActorRef<MachineCommand<Letter, Push>>
    ) -> Result<MachineAnswer<Letter>, AskError>? {
        let answer: PendingReply<MachineAnswer<Letter>> = ref.askLater(timeout: .seconds(5)) {
            .send(event, replyTo: $0)
        }
        scheduler.drain()
        return answer.result
    }

    @Test(
        "an append that fails leaves event, timer and outbox row together or none of them, and runs no action",
        arguments: faults)
    func append(_ fault: Fault) throws {
        let count = Count()
        let system = ActorSystem(name: "test", scheduler: scheduler)
        let ref = system.spawn(try machine(count).entity("1").withEventStore(store).behavior)
        scheduler.drain()
        store.failAppend(with: fault.fault)
        switch send(.e1, to: ref) {
        case .failure(.outcomeUnknown): #expect(fault.isUnknown)
        case .failure(.rejected(let error)): #expect(!fault.isUnknown && error is StoreError)
        case let other: Issue.record("\(String(describing: other))")
        }
        let (base, id) = (store.base, id)
        let written = try scheduler.run {
            (
                try await base.head(of: id)?.sequenceNumber ?? 0, try await base.timers(of: id).count,
                try await base.waiting(of: id, limit: 9).count
            )
        }
        #expect(written == (fault.isDurable ? (1, 1, 1) : (0, 0, 0)))
        #expect(count.value == 0)
        // Whoever starts it next finds what is there.
        let next = system.spawn(try machine(count).entity("1").withEventStore(store).behavior)
        let read: PendingReply<MachineInstance<Letter>> = next.askLater(timeout: .seconds(5)) { .read(replyTo: $0) }
        scheduler.drain()
        #expect(try read.result?.get().current == (fault.isDurable ? .b : .a))
    }

    @Test("whatever fails, what an instance says is what a fresh replay says, and the log is one that the table allows")
    func random() throws {
        var random = SeededRandom.announced()
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b).producing(.e2)
                On(.e2).stay()
                On(.e3).goto(.c)
            }
            .timeout("t", after: .seconds(1), send: .e1)
            From(.b) { On(.e1, .e2).goto(.a) }
            From(.c) {
                On(.e1).goto(.d)
                On(.e3).goto(.a)
            }
            From(.d) {
                On(.e2).goto(.a)
                On(.e3).goto(.d)
            }
            .timeout("t", after: .seconds(2), send: .e2)
        }
        let (base, id) = (store.base, id)
        var ref = try spawn(machine)
        for step in 1...300 {
            if Int.random(in: 0..<4, using: &random) == 0 {
                let faults: [WriteFault] = [.refused(.busy), .lostBeforeCommit, .lostAfterCommit, .conflict]
                store.failAppend(with: faults[Int.random(in: faults.indices, using: &random)])
            }
            let event = Push.allCases[Int.random(in: Push.allCases.indices, using: &random)]
            let answer = send(event, to: ref)
            let stored = try scheduler.run { try await machine.history(of: "1", in: base) }
            let history = stored ?? MachineHistory(startingIn: machine.initial)
            if case .success(.taken(let transition)) = answer {
                #expect(transition.sequenceNumber == history.sequenceNumber, "step \(step)")
                #expect(history.records.last?.event == event, "step \(step)")
            }
            #expect(machine.check(history: history).isEmpty, "step \(step)")
            // A state with a timeout has it armed by the event that entered it last, and no other state has any.
            let timers = try scheduler.run { try await base.timers(of: id) }
            let entry = history.records.last { if case .goto = $0.target { true } else { false } }
            let isTimed = [.a, .d].contains(history.current)
            #expect(timers.map(\.generation) == (isTimed ? [entry?.sequenceNumber ?? 0] : []), "step \(step)")
            if ref.isStopped || Int.random(in: 0..<10, using: &random) == 0 { ref = try spawn(machine) }
            let read: PendingReply<MachineInstance<Letter>> = ref.askLater(timeout: .seconds(5)) { .read(replyTo: $0) }
            scheduler.drain()
            #expect(try read.result?.get().current == history.current, "step \(step)")
        }
        #expect(try scheduler.run { try await base.head(of: id)?.sequenceNumber ?? 0 } > 10)
    }

    /// The instance in a system of its own, with a snapshot at every third event.
    private func spawn(_ machine: Letters) throws -> ActorRef<MachineCommand<Letter, Push>> {
        let entity = try machine.entity("1", snapshots: .every(3)).withEventStore(store).withSnapshotStore(store)
        return ActorSystem(name: "test", scheduler: scheduler).spawn(entity.behavior)
    }
}
