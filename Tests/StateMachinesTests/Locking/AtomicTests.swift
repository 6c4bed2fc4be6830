import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Several sends under one lock of an instance")
struct AtomicTests {
    private struct Failure: Error {}

    @Test(
        "machines 141: what is sent and read under one lock is one piece, and the lock is free behind it, also behind an error",
        arguments: StoreKind.allCases)
    func sends(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (machine, locks, system) = (try alphabet(), stage.locks(), stage.system)
        let instances = stage.timed.registry(machine)
        let ref = instances.ref(for: "1")
        let work = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                try await instance.send(.e1)
                let first = try await instance.instance().current
                try await instance.send(.e2)
                return [first, try await instance.instance().current]
            }
        }
        #expect(try work.result?.get() == [.b, .c])
        #expect(try stage.timed.state(in: instances) == .c)
        #expect(try stage.heldLease() == nil)
        let failing = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                try await instance.send(.e3)
                throw Failure()
            }
        }
        #expect(failing.error is Failure)
        #expect(try stage.heldLease() == nil)
        #expect(try stage.timed.stored("Letters") == ["E1", "E2", "E3"], "what was sent before the error stands")
    }

    @Test("machines 142: the lock of long work is renewed three times in a term", arguments: StoreKind.allCases)
    func heartbeat(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (machine, system) = (try alphabet(), stage.system)
        let locks = stage.locks(try LockSettings(term: .milliseconds(150), waitingAtMost: .zero))
        let ref = stage.timed.registry(machine).ref(for: "1")
        let work = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                await system.pause(for: .milliseconds(220))
                return try await instance.send(.e1).sequenceNumber
            }
        }
        for _ in 0..<21 {
            stage.timed.advance(.milliseconds(10))
            #expect(throws: LockStage.Held.self) { try stage.takeLease() }
        }
        stage.timed.advance(.milliseconds(10))
        #expect(try work.result?.get() == 1)
        #expect(stage.renewalCount == 4)
    }

    @Test(
        "machines 143: an instance that locks each event keeps to the lock of its sender, which stays held behind it",
        arguments: StoreKind.allCases)
    func keepsOuterLock(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (machine, locks, id, system) = (try alphabet(), stage.locks(), stage.id, stage.system)
        let store = stage.timed.store
        let instances = stage.timed.registry(machine, locking: .distributed(.fast, on: store))
        let ref = instances.ref(for: "1")
        let work = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                try await instance.send(.e1)
                let first = try await store.get(id.description, at: system.now)?.fencingNumber
                let second = try await machine.atomically("1", at: ref, under: locks, in: system) { inner in
                    try await inner.send(.e2)
                    return inner.lock.fencingNumber
                }
                return [first, second, try await store.get(id.description, at: system.now)?.fencingNumber]
            }
        }
        #expect(try work.result?.get() == [1, 1, 1])
        #expect(try stage.heldLease() == nil)
        #expect(try stage.timed.send(.e3, in: instances).sequenceNumber == 3)
        #expect(try stage.takeLease().fencingNumber == 3, "alone it has locked its one event by itself")
    }

    @Test("what is sent under a lock that was given back is refused, and nothing is written", arguments: [true, false])
    func givenBack(_ locksEachEvent: Bool) throws {
        let stage = try LockStage(.memory)
        let (machine, locks, id, system) = (try alphabet(), stage.locks(), stage.id, stage.system)
        let instances = stage.timed.registry(
            machine, locking: locksEachEvent ? .distributed(on: stage.timed.store) : .optimistic)
        let ref = instances.ref(for: "1")
        let work = stage.begin {
            let kept = try await machine.atomically("1", at: ref, under: locks, in: system) { $0 }
            do throws(AskError) {
                try await kept.send(.e1)
                return nil as LockError?
            } catch {
                guard case .rejected(let cause) = error else { throw error }
                return cause as? LockError
            }
        }
        #expect(try work.result?.get() == .lost(id, fencingNumber: 1))
        #expect(try stage.timed.stored("Letters").isEmpty)
        #expect(try stage.timed.send(.e1, in: instances).sequenceNumber == 1, "and the instance goes on")
    }

    @Test("what others have written before is there under the lock, also of an instance that locks nothing by itself")
    func begins() throws {
        let shared = try StoreKind.memory.make()
        let (stage, other) = (try LockStage(shared), try LockStage(shared, after: 1))
        let (machine, locks, system) = (try alphabet(), stage.locks(), stage.system)
        let instances = stage.timed.registry(machine)
        #expect(try stage.timed.state(in: instances) == .a)
        try other.timed.send(.e1, in: other.timed.registry(machine))
        let ref = instances.ref(for: "1")
        let work = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                [try await instance.instance().current == .b, try await instance.send(.e2).sequenceNumber == 2]
            }
        }
        #expect(try work.result?.get() == [true, true])
    }

    @Test("an event with an id that is sent twice under the lock is taken once", arguments: StoreKind.allCases)
    func repeated(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (machine, locks, system) = (try alphabet(), stage.locks(), stage.system)
        let instances = stage.timed.registry(machine, locking: .distributed(.fast, on: stage.timed.store))
        let ref = instances.ref(for: "1")
        let metadata = Metadata(commandID: ULID(high: 7, low: 7), values: ["from": "a test"])
        let work = stage.begin {
            try await machine.atomically("1", at: ref, under: locks, in: system) { instance in
                try await [instance.send(.e1, as: metadata), instance.send(.e1, as: metadata)].map(\.sequenceNumber)
            }
        }
        #expect(try work.result?.get() == [1, 1])
        #expect(try stage.timed.stored("Letters") == ["E1"])
    }
}
