import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Instances that are locked across systems")
struct DistributedLockTests {
    private func endless() throws -> Letters { try letters { From(.a) { On(.e1).stay() } } }

    @Test(
        "machines 144: two systems that lock each event take turns, and none of their events is a conflict",
        arguments: StoreKind.allCases)
    func turns(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let settings = try LockSettings(term: .seconds(30), waitingAtMost: .seconds(60), askingEvery: .milliseconds(1))
        let nodes = [stage.timed, TimedStage(stage.timed.shared, on: stage.scheduler)]
        let machine = try endless()
        let refs = nodes.map {
            $0.registry(machine, locking: .distributed(settings, on: $0.store)).ref(for: "1")
        }
        var answers: [PendingReply<MachineAnswer<Letter>>] = []
        for _ in 0..<100 {
            for ref in refs { answers.append(ref.askLater(timeout: .seconds(100)) { .send(.e1, replyTo: $0) }) }
        }
        stage.timed.advance(.seconds(50))
        var numbers: Set<Int64> = []
        for answer in answers {
            guard case .success(.taken(let transition)) = answer.result else {
                Issue.record("\(String(describing: answer.result))")
                continue
            }
            numbers.insert(transition.sequenceNumber)
        }
        #expect(numbers == Set(1...200))
        #expect(try stage.takeLease().fencingNumber == 201, "each event had a lock of its own")
    }

    @Test("an event that does not get the lock is rejected with who holds it, and the instance goes on")
    func timedOut() throws {
        let stage = try LockStage(.memory)
        let lease = try stage.takeLease()
        let settings = try LockSettings(term: .seconds(1), waitingAtMost: .seconds(1))
        let instances = stage.timed.registry(try endless(), locking: .distributed(settings, on: stage.timed.store))
        let answer: PendingReply<MachineAnswer<Letter>> = instances.ref(for: "1").askLater(timeout: .seconds(5)) {
            .send(.e1, replyTo: $0)
        }
        stage.timed.advance(.seconds(1))
        guard case .failure(.rejected(let error)) = answer.result else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(
            error as? LockError
                == .timedOut(stage.id, holder: LockStage.other, fencingNumber: 1, waited: .seconds(1)))
        let store = stage.timed.store
        #expect(try stage.scheduler.run { try await store.release(lease) })
        #expect(try stage.timed.send(.e1, in: instances).sequenceNumber == 1)
    }

    @Test(
        "machines 139: a holder that was paused, and whose clock says that it holds the lock still, can't write when it wakes up",
        arguments: StoreKind.allCases)
    func pausedHolder(_ kind: StoreKind) throws {
        let shared = try kind.make()
        // The other one's time is past the term of the lock, while the first one's stands still.
        let (paused, other) = (try LockStage(shared), try LockStage(shared, after: 100))
        let (machine, system, id) = (try alphabet(), paused.system, paused.id)
        let ref = paused.timed.registry(machine).ref(for: "1")
        let work = paused.begin { [locks = paused.locks()] in
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                try await instance.send(.e1)
                await system.pause(for: .seconds(5))
                try instance.lock.check()
                do throws(AskError) {
                    try await instance.send(.e2)
                } catch {
                    guard case .rejected(let cause) = error else { throw error }
                    return cause as? LockError
                }
                return nil
            }
        }
        // It holds the lock, and has written nothing yet, so that no number gives the first one away.
        let lease = try other.takeLease(for: .seconds(60))
        #expect(lease.fencingNumber == 2)
        paused.timed.advance(.seconds(5))
        #expect(try work.result?.get() == .lost(id, fencingNumber: 1, holder: LockStage.other))
        #expect(try other.timed.stored("Letters") == ["E1"])
        #expect(try other.heldLease() == lease, "and the other one's lock stays")
        let store = other.timed.store
        #expect(try other.scheduler.run { try await store.release(lease) })
        #expect(try other.timed.send(.e2, in: other.timed.registry(machine)).sequenceNumber == 2)
    }

    @Test(
        "an append under a lease is written until it was given back or another acquisition has followed, and else not at all",
        arguments: StoreKind.allCases)
    func fence(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (store, id, now) = (stage.timed.store, stage.id, stage.scheduler.now)
        let append = { @Sendable (lease: Lease) in
            let event = NewEvent(type: "E1", payload: Array("{}".utf8), timestamp: now)
            let timer = NewTimer("late", deadline: .second(50))
            _ = try await store.append(
                [event], to: id, expecting: .any, by: LockStage.other, epoch: nil,
                with: Companions(timers: [.arm(timer)], under: lease))
        }
        let first = try stage.takeLease(for: .seconds(1))
        try stage.scheduler.run { try await append(first) }
        stage.timed.advance(.seconds(2))
        try stage.scheduler.run { try await append(first) }
        let second = try stage.takeLease()
        #expect(throws: LeaseLostError(lease: first, current: second)) {
            try stage.scheduler.run { try await append(first) }
        }
        try stage.scheduler.run { try await append(second) }
        #expect(try stage.scheduler.run { try await store.release(second) })
        #expect(throws: LeaseLostError(lease: second)) { try stage.scheduler.run { try await append(second) } }
        var unknown = second
        unknown.name = "nobody's"
        #expect(throws: LeaseLostError(lease: unknown)) {
            try stage.scheduler.run { [unknown] in try await append(unknown) }
        }
        #expect(try stage.timed.stored("Letters").count == 3)
        #expect(try stage.timed.timers("Letters").map(\.generation) == [3], "what goes with it is not written either")
    }
}
