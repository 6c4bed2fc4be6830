import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Several who send to one instance")
struct ConflictTests {
    @Test("machines 29: of five equal events at once one is taken, and four are refused", arguments: StoreKind.allCases)
    func atOnce(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(parcels())
        let answers: [PendingReply<MachineAnswer<Parcel>>] = (1...5).map { _ in
            ref.askLater(timeout: .seconds(5)) { .send(.pay, replyTo: $0) }
        }
        stage.scheduler.drain()
        let taken = try answers.filter {
            if case .taken = try #require($0.result).get() { true } else { false }
        }
        #expect(taken.count == 1)
        #expect(try stage.stored("Parcel").count == 1)
    }

    @Test(
        "machines 32, 33: who is overtaken gets the numbers, writes nothing, and goes on from what the other has written",
        arguments: StoreKind.allCases)
    func overtaken(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let (x, y) = (MachineStage(on: shared), MachineStage(on: shared))
        let (first, second) = (try x.spawn(parcels()), try y.spawn(parcels()))
        #expect(try y.instance(second).current == .pending)
        _ = try x.send(.pay, to: first)
        let answer: PendingReply<MachineAnswer<Parcel>> = second.askLater(timeout: .seconds(5)) {
            .send(.pay, replyTo: $0)
        }
        y.scheduler.drain()
        guard case .failure(.rejected(let error as ConcurrentModificationError)) = answer.result else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(error.expected == .number(0) && error.actual == 1)
        #expect(try x.stored("Parcel").count == 1)
        #expect(throws: InvalidTransition.self) { try y.send(.pay, to: second) }
        #expect(try y.send(.ship, to: second).sequenceNumber == 2)
        #expect(try y.instance(second).current == .shipped)
    }

    @Test("with retries, who is overtaken decides again on what the other has written", arguments: StoreKind.allCases)
    func retries(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let store = shared.store
        let (x, y) = (MachineStage(on: shared), MachineStage(on: shared))
        let first = try x.spawn(lights())
        let second = y.system.spawn(
            try lights().entity("1").withEventStore(store).withRetries(1).behavior)
        #expect(try y.instance(second).current == .red)
        _ = try x.send(.timer, to: first)
        #expect(try y.send(.timer, to: second).outcome == .moved(from: .green, to: .yellow))
    }

    @Test("a command with an id is taken once, and its repetition gets the same transition, also after a restart")
    func commandID() async throws {
        let store = InMemoryStore()
        for hasActions in [false, true] {
            let id = hasActions ? "with" : "without"
            let machine = try Machine<OrderState, OrderEvent>("Order", initial: .pending(total: 30)) {
                From(.pending) { On(.pay).goto(.paid, with: \.payment) { _, payment in .paid(payment) } }
                if hasActions { From(.paid) {}.onEntry { _, _ in } }
                Final(.paid, .shipped, .cancelled)
            }
            let metadata = Metadata(commandID: ULID(high: 7, low: hasActions ? 1 : 2))
            var numbers: [Int64] = []
            for _ in 1...2 {
                let system = ActorSystem(name: "test")
                let ref = system.spawn(try machine.entity(id).withEventStore(store).behavior)
                for _ in 1...2 {
                    let transition = try await ref.send(.pay(Payment(30)), timeout: .seconds(60), as: metadata)
                    #expect(transition.outcome == .moved(from: .pending(total: 30), to: .paid(Payment(30))))
                    numbers.append(transition.sequenceNumber)
                }
                await system.shutdown()
            }
            #expect(numbers == [1, 1, 1, 1])
        }
    }
}
