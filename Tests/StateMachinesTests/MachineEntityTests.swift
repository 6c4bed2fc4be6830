import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("An instance of a machine as an entity")
struct MachineEntityTests {
    @Test(
        "machines 1, 2, 8, 9: events lead on, each under its number, and a new instance has none",
        arguments: StoreKind.allCases)
    func sends(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(parcels())
        #expect(try stage.instance(ref) == MachineInstance(current: .pending))
        #expect(try stage.stored("Parcel").isEmpty)
        #expect(try stage.send(.pay, to: ref).outcome == .moved(from: .pending, to: .paid))
        #expect(try stage.stored("Parcel") == [#"1 Pay {"event":{},"to":"Paid","state":{}}"#])
        #expect(try stage.send(.ship, to: ref).sequenceNumber == 2)
        #expect(try stage.send(.deliver, to: ref).sequenceNumber == 3)
        #expect(try stage.instance(ref).current == .delivered)
        #expect(try stage.stored("Parcel").map { $0.prefix(1) } == ["1", "2", "3"])
    }

    @Test(
        "machines 3, 4: an event that is refused persists nothing, and the instance goes on",
        arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(parcels())
        #expect(throws: InvalidTransition.self) { try stage.send(.ship, to: ref) }
        _ = try stage.send(.pay, to: ref)
        let refusal = InvalidTransition(machine: "Parcel", state: "Paid", event: "Deliver", possible: ["Ship"])
        #expect(throws: refusal) { try stage.send(.deliver, to: ref) }
        #expect(try stage.stored("Parcel").count == 1 && stage.instance(ref).current == .paid)
    }

    @Test(
        "machines 5, 6, 7, 31: whoever opens an instance later finds it where it was left",
        arguments: StoreKind.allCases)
    func reopened(_ kind: StoreKind) throws {
        let shared = try kind.make()
        for (number, event) in [ParcelEvent.pay, .ship, .deliver].enumerated() {
            let stage = MachineStage(on: shared)
            let ref = try stage.spawn(parcels())
            #expect(try stage.send(event, to: ref).sequenceNumber == Int64(number + 1))
        }
        for _ in 1...2 {
            let stage = MachineStage(on: shared)
            #expect(try stage.instance(try stage.spawn(parcels())).current == .delivered)
        }
    }

    @Test("machines 25: a row that stays is an event in the log", arguments: StoreKind.allCases)
    func stays(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(letters { From(.a) { On(.e1).stay() } })
        #expect(try stage.send(.e1, to: ref).outcome == .stayed(in: .a))
        #expect(try stage.stored("Letters") == [#"1 E1 {"event":{}}"#])
    }

    @Test(
        "machines 26: an instance that has stopped takes nothing more, also when it is opened again, and says why",
        arguments: StoreKind.allCases)
    func stopped(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let machine = try letters { From(.a) { On(.e1).stop("done") } }
        for isFirst in [true, false] {
            let stage = MachineStage(on: shared)
            let ref = try stage.spawn(machine)
            if isFirst { #expect(try stage.send(.e1, to: ref).outcome == .stopped(reason: "done")) }
            #expect(throws: MachineStopped(machine: "Letters", reason: "done")) { try stage.send(.e1, to: ref) }
            #expect(try stage.instance(ref) == MachineInstance(current: .a, stopReason: "done"))
            #expect(try stage.stored("Letters").count == 1)
        }
    }

    @Test(
        "machines 23, 24: an instance runs until it is stopped, and stopping it again changes nothing",
        arguments: StoreKind.allCases)
    func shutDown(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(parcels())
        stage.scheduler.drain()
        #expect(!ref.isStopped)
        _ = try stage.send(.pay, to: ref)
        #expect(!ref.isStopped)
        for _ in 1...3 {
            stage.system.stop(ref)
            stage.scheduler.drain()
            #expect(ref.isStopped)
        }
        #expect(throws: AskError.self) { try stage.send(.ship, to: ref) }
        #expect(
            try stage.instance(try stage.spawn(parcels())) == MachineInstance(current: .paid), "it can be opened again")
    }

    @Test(
        "machines 28: an event of the log that the table has no row for any more is an error of recovery",
        arguments: StoreKind.allCases)
    func lostRow(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = MachineStage(on: shared)
        let ref = try first.spawn(parcels())
        _ = try first.send(.pay, to: ref)
        _ = try first.send(.ship, to: ref)
        let changed = try Machine<Parcel, ParcelEvent>("Parcel", initial: .pending) {
            From(.pending) { On(.pay).goto(.paid) }
        }
        let stage = MachineStage(on: shared)
        let answer: PendingReply<MachineInstance<Parcel>> = try stage.spawn(changed)
            .askLater(timeout: .seconds(5)) { .read(replyTo: $0) }
        stage.scheduler.drain()
        guard case .failure(.rejected(let error as RecoveryError)) = answer.result,
            case .error(let cause as EventReplayError) = error.cause
        else {
            Issue.record("\(String(describing: answer.result))")
            return
        }
        #expect(error.sequenceNumber == 2)
        #expect(cause == EventReplayError(state: "Paid", event: "Ship"))
    }

    @Test("a table that leads elsewhere today leaves what was recorded as it was", arguments: StoreKind.allCases)
    func changedTable(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = MachineStage(on: shared)
        _ = try first.send(.pay, to: try first.spawn(parcels()))
        let changed = try Machine<Parcel, ParcelEvent>("Parcel", initial: .pending) {
            From(.pending) { On(.pay).goto(.delivered) }
        }
        let stage = MachineStage(on: shared)
        #expect(try stage.instance(try stage.spawn(changed)).current == .paid)
    }

    @Test(
        "machines 11, 12, 14: a snapshot and the events behind it give the state, and the newest snapshot counts",
        arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) async throws {
        let shared = try kind.make()
        let store = shared.store
        let id = try PersistenceID("Parcel", "1")
        let first = MachineStage(on: shared)
        // After the second event and after no other.
        let ref = try first.spawn(parcels(), snapshots: .onStates(.shipped))
        for event in [ParcelEvent.pay, .ship] { _ = try first.send(event, to: ref) }
        #expect(try await store.list(of: id).map(\.sequenceNumber) == [2])
        // Without the events in the snapshot, so that it is seen to be used.
        _ = try first.scheduler.run { try await store.deleteEvents(of: id, upTo: 2) }
        let second = MachineStage(on: shared)
        let again = try second.spawn(parcels(), snapshots: .every(1))
        #expect(try second.instance(again).current == .shipped)
        #expect(try second.send(.deliver, to: again).sequenceNumber == 3)
        #expect(try await store.list(of: id).map(\.sequenceNumber).max() == 3)
        let third = MachineStage(on: shared)
        #expect(try third.instance(try third.spawn(parcels())).current == .delivered)
    }

    @Test("machines 30: several instances each have their own log", arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        for (id, count) in [("a", 2), ("b", 1), ("c", 3)] {
            let ref = try stage.spawn(lights(), id)
            for _ in 1...count { _ = try stage.send(.timer, to: ref) }
        }
        for (id, count) in [("a", 2), ("b", 1), ("c", 3)] {
            #expect(try stage.stored("Light", id).count == count)
        }
    }
}
