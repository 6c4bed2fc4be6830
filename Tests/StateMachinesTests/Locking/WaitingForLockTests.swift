import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Events that wait for the lock of their instance")
struct WaitingForLockTests {
    /// Takes every event and stays.
    private func endless() throws -> Letters { try letters { From(.a) { On(.e1, .e2, .e3).stay() } } }

    private let patient: LockSettings

    init() throws { patient = try LockSettings(term: .seconds(30), waitingAtMost: .seconds(60)) }

    private func ask(
        _ event: Push, _ ref: ActorRef<MachineCommand<Letter, Push>>
    ) -> PendingReply<MachineAnswer<Letter>> {
        ref.askLater(timeout: .seconds(100)) { .send(event, replyTo: $0) }
    }

    private func isTaken(_ reply: PendingReply<MachineAnswer<Letter>>) -> Bool {
        if case .success(.taken) = reply.result { true } else { false }
    }

    @Test(
        "what the holder of the lock sends goes before what waits for it, and that comes in its order behind",
        arguments: StoreKind.allCases)
    func contended(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (machine, system) = (try endless(), stage.system)
        let ref = stage.timed.registry(machine, locking: .distributed(patient, on: stage.timed.store)).ref(for: "1")
        let work = stage.begin { [locks = stage.locks()] in
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                await system.pause(for: .seconds(1))
                try await instance.send(.e1)
                return try await instance.send(.e1).sequenceNumber
            }
        }
        let waiting = [ask(.e2, ref), ask(.e3, ref), ask(.e2, ref)]
        stage.timed.advance(.milliseconds(900))
        #expect(work.result == nil && waiting.allSatisfy { $0.result == nil })
        stage.timed.advance(.milliseconds(600))
        #expect(try work.result?.get() == 2)
        #expect(waiting.allSatisfy(isTaken))
        #expect(try stage.timed.stored("Letters") == ["E1", "E1", "E2", "E3", "E2"])
        #expect(try stage.takeLease().fencingNumber == 5, "each of those that waited had a lock of its own")
    }

    @Test("an instance that is stopped while events wait for its lock leaves them to its successor, in their order")
    func stopped() throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        let instances = stage.timed.registry(try endless(), locking: .distributed(.fast, on: stage.timed.store))
        let waiting = [ask(.e1, instances.ref(for: "1")), ask(.e2, instances.ref(for: "1"))]
        stage.timed.advance(.seconds(1))
        instances.passivate("1")
        stage.timed.advance(.seconds(1))
        #expect(waiting.allSatisfy { $0.result == nil })
        let store = stage.timed.store
        #expect(try stage.scheduler.run { try await store.release(lease) })
        stage.timed.advance(.seconds(1))
        #expect(waiting.allSatisfy(isTaken))
        #expect(try stage.timed.stored("Letters") == ["E1", "E2"])
    }

    @Test("events that wait behind one for the lock count as waiting: the mailbox refuses what is too much")
    func bounded() throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        let entity = try endless().entity("1").withEventStore(stage.timed.store)
            .withLocking(.distributed(patient, on: stage.timed.store))
        let ref = stage.system.spawn(try entity.behavior.withMailbox(atMost: 2))
        var waiting: [PendingReply<MachineAnswer<Letter>>] = []
        for event in [Push.e1, .e2, .e3, .e1] {
            waiting.append(ask(event, ref))
            stage.scheduler.drain()
        }
        guard case .failure(.rejected(let error)) = waiting[3].result else {
            Issue.record("\(String(describing: waiting[3].result))")
            return
        }
        #expect(error is MailboxOverflowError)
        let store = stage.timed.store
        #expect(try stage.scheduler.run { try await store.release(lease) })
        stage.timed.advance(.seconds(1))
        #expect(waiting.prefix(3).allSatisfy(isTaken))
        #expect(try stage.timed.stored("Letters") == ["E1", "E2", "E3"])
    }

    @Test("an instance is not passivated while an event waits for its lock")
    func passivation() throws {
        let stage = try LockStage(.memory)
        try stage.takeLease()
        let (machine, store, settings) = (try endless(), stage.timed.store, patient)
        let instances = Instances<Letter, Push>(in: stage.system, name: "letters", passivatingAfter: .seconds(1)) {
            id in
            Behavior.setup { _ in
                try machine.entity(id).withEventStore(store).withLocking(.distributed(settings, on: store)).behavior
            }
        }
        let waiting = ask(.e1, instances.ref(for: "1"))
        stage.timed.advance(.seconds(10))
        #expect(instances.activeCount == 1 && waiting.result == nil)
        // The lease runs out, the event is taken, and the instance is idle.
        stage.timed.advance(.seconds(51))
        #expect(isTaken(waiting))
        stage.timed.advance(.seconds(2))
        #expect(instances.activeCount == 0)
    }

    @Test("an instance that was suspended while an event waits for its lock takes it once it goes on")
    func suspended() throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        let instances = stage.timed.registry(try endless(), locking: .distributed(patient, on: stage.timed.store))
        let ref = instances.ref(for: "1")
        let waiting = [ask(.e1, ref), ask(.e2, ref)]
        stage.timed.advance(.seconds(1))
        stage.system.suspend(ref)
        let store = stage.timed.store
        #expect(try stage.scheduler.run { try await store.release(lease) })
        stage.timed.advance(.seconds(1))
        #expect(waiting.allSatisfy { $0.result == nil })
        stage.system.resume(ref)
        stage.timed.advance(.seconds(1))
        #expect(waiting.allSatisfy(isTaken))
        #expect(try stage.timed.stored("Letters") == ["E1", "E2"])
    }

    /// Leases of a store that takes its time for each answer.
    private struct SlowLeases: LeaseStore {
        let base: any LeaseStore
        let system: ActorSystem

        func acquire(
            _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
        ) async throws -> LeaseAnswer {
            await system.pause(for: .milliseconds(300))
            return try await base.acquire(name, for: term, as: acquisition, by: holder, at: now)
        }

        func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
            try await base.renew(lease, for: term, at: now)
        }

        func release(_ lease: Lease) async throws -> Bool { try await base.release(lease) }

        func get(_ name: String, at now: Timestamp) async throws -> Lease? { try await base.get(name, at: now) }
    }

    @Test("a lock is waited for no longer than was said, also where its store takes long to answer")
    func slowStore() throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        let (id, system) = (stage.id, stage.system)
        let settings = try LockSettings(term: .seconds(30), waitingAtMost: .seconds(1))
        let locks = LeaseLockProvider(SlowLeases(base: stage.timed.store, system: system), settings)
        let work = stage.begin { try await locks.withLock(of: id, in: system) { _ in } }
        stage.timed.advance(.milliseconds(999))
        #expect(work.result == nil)
        // The answer that was waited for by then is the last one.
        stage.timed.advance(.milliseconds(350))
        #expect(
            work.error as? LockError
                == .timedOut(id, holder: lease.holder, fencingNumber: 1, waited: .seconds(1)))
    }

    @Test(
        "what waits behind an event that makes its instance fail is taken by its next life, or by its successor",
        arguments: [true, false])
    func failing(_ restarts: Bool) throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        // Nobody waits for the answer of the first, so that supervision hears of its action.
        let machine = try letters {
            From(.a) {
                On(.e1).stay().onEntry { _, _, _ in throw Broken() }
                On(.e2, .e3).stay()
            }
        }
        let (store, settings) = (stage.timed.store, patient)
        let instances = Instances<Letter, Push>(in: stage.system, name: "letters") { id in
            Behavior.setup { _ in
                try machine.entity(id).withEventStore(store).withLocking(.distributed(settings, on: store))
                    .supervised(by: restarts ? .restart : .stop).behavior
            }
        }
        let ref = instances.ref(for: "1")
        ref.tell(.send(.e1))
        let waiting = [ask(.e2, ref), ask(.e3, ref)]
        stage.timed.advance(.seconds(1))
        #expect(try stage.scheduler.run { try await store.release(lease) })
        stage.timed.advance(.seconds(5))
        #expect(waiting.allSatisfy(isTaken))
        #expect(try stage.timed.stored("Letters") == ["E1", "E2", "E3"])
    }
}
