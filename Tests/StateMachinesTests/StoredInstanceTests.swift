import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("What is stored of an instance")
struct StoredInstanceTests {
    @Test(
        "an event stands under the name of its case, with what it carried and where it led, and is read back the same",
        arguments: StoreKind.allCases)
    func coding(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let stage = MachineStage(on: shared)
        let ref = try stage.spawn(orders())
        _ = try stage.send(.pay(Payment(30, card: "4242")), to: ref)
        _ = try stage.send(.ship, to: ref)
        #expect(
            try stage.stored("Order") == [
                #"1 pay {"event":{"amount":30,"card":"4242"},"eventVersion":2,"to":"paid","state":{"amount":30,"card":"4242"}}"#,
                #"2 ship {"event":{},"to":"shipped","state":{}}"#,
            ])
        let later = MachineStage(on: shared)
        #expect(try later.instance(try later.spawn(orders())) == MachineInstance(current: .shipped))
    }

    @Test(
        "a transition is read whatever stands in it and in which order",
        arguments: [
            #"{"event":{"reminders":2},"to":"cancelled","state":{}}"#,
            #"{ "event": {"reminders": 2}, "to": "cancelled", "state": {} }"#,
            #"{"to":"cancelled","state":{},"event":{"reminders":2}}"#,
            #"{"event":{"reminders":2,"to":"paid"},"to":"cancelled","state":{}}"#,
            #"{"event":{"reminders":2,"a":{"to":"paid","state":{"amount":1}}},"to":"cancelled","state":{}}"#,
            #"{"event":{"reminders":2,"a":",\"to\":\"paid\",\"state\":{}"},"to":"cancelled","state":{}}"#,
            #"{"event":{"reminders":2},"to":"shipped","state":{},"to":"cancelled","state":{}}"#,
            #"{"event":{"reminders":2},"to":"cancelled","state":{"to":"paid","state":{"amount":1}}}"#,
            #"{"event":{"reminders":2},"to":"canc\u0065lled","state":{}}"#,
            #"{"event":{"reminders":2},"to":"cancelled","state":{},"more":{"to":"paid"}}"#,
        ])
    func forms(_ payload: String) throws {
        let stage = try MachineStage(.memory)
        try stage.append("paymentTimedOut", payload)
        #expect(try stage.instance(try stage.spawn(orders())).current == .cancelled)
    }

    @Test(
        "what is no transition is refused, and no part of it is taken for one",
        arguments: [
            #"{"event":{"reminders":2},"to":"cancelled","state":{}"#, #"{"event":{"reminders":2},"to":"cancelled"#,
            #"{"event":{"reminders":2}}}"#, #"{"event":{"reminders":2},"to":"cancelled","state":{}}}"#,
            #"{"event":{"reminders":2}{},"to":"cancelled","state":{}}"#, #"{"event":}"#, "}", "",
        ])
    func noForms(_ payload: String) throws {
        let stage = try MachineStage(.memory)
        try stage.append("paymentTimedOut", payload)
        #expect(throws: (any Error).self) { try stage.instance(try stage.spawn(orders())) }
    }

    @Test("a snapshot that says to have counted more than can be counted is read without its place")
    func beyondCounting() throws {
        let stage = try MachineStage(.memory)
        let (store, id, writer) = (stage.store, try PersistenceID("Order", "1"), WriterID(ULID(high: 0, low: 1)))
        let state = #"{"in":"pending","state":{"total":30},"number":9223372036854775807,"entered":0}"#
        let type = try orders().entity("1").snapshotCodec?.stateType ?? ""
        try stage.append("paymentTimedOut", #"{"event":{"reminders":2}}"#)
        try stage.scheduler.run {
            try await store.save(
                StoredSnapshot(
                    persistenceID: id, sequenceNumber: 1, stateType: type, writer: writer, epoch: 1,
                    timestamp: Timestamp(microseconds: 1), state: Array(state.utf8)))
        }
        try stage.append("paymentTimedOut", #"{"event":{"reminders":2},"to":"cancelled","state":{}}"#, behind: 1)
        #expect(try stage.instance(try stage.spawn(orders())).current == .cancelled)
    }

    @Test("an event under a former name and of an older version is read", arguments: StoreKind.allCases)
    func older(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let (store, id) = (stage.store, try PersistenceID("Order", "1"))
        let payload = #"{"event":{"sum":30,"card":"1"},"to":"paid","state":{"amount":30,"card":"1"}}"#
        try stage.scheduler.run {
            _ = try await store.append(
                [NewEvent(type: "checkOut", payload: Array(payload.utf8), timestamp: Timestamp(microseconds: 1))],
                to: id, expecting: .noStream, by: WriterID(ULID(high: 0, low: 1)), epoch: nil, with: .none)
        }
        #expect(try stage.instance(try stage.spawn(orders())).current == .paid(Payment(30, card: "1")))
        let history = try stage.scheduler.run { [machine = try orders()] in
            try await machine.history(of: "1", in: store)
        }
        #expect(history?.records.map(\.event) == [.pay(Payment(30, card: "1"))])
    }

    @Test("a registry that lacks a case, or has one too many, is refused with both")
    func registries() throws {
        let machine = try Machine<Vague, VagueEvent>("Vague", initial: .one) { From(.one) { On(.go).goto(.two) } }
        let error = #expect(throws: MachineCodingError.self) { try machine.entity("1") }
        #expect(error?.description == "the registry of Vague has no row for two, and no case for three")
    }

    @Test(
        "machines 10, 17, 18, 19, 20: a history is read from the log, whatever snapshots there are",
        arguments: StoreKind.allCases)
    func history(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let (store, machine) = (stage.store, try parcels())
        let read = {
            try stage.scheduler.run { try await machine.history(of: "1", in: store, snapshots: store) }
        }
        #expect(try read() == nil)
        #expect(try machine.entity("1").id == PersistenceID("Parcel", "1"))
        let ref = try stage.spawn(machine)
        var pasts: [[Parcel]] = []
        for event in [ParcelEvent.pay, .ship, .deliver] {
            _ = try stage.send(event, to: ref)
            if event == .ship { ref.tell(.snapshot) }
            pasts.append(try #require(try read()).past)
        }
        #expect(pasts == [[.pending], [.paid, .pending], [.shipped, .paid, .pending]])
        let history = try #require(try read())
        #expect(history.current == .delivered && history.records.map(\.sequenceNumber) == [1, 2, 3])
    }

    @Test(
        "a history whose beginning was deleted begins with the snapshot, and without one it can't be read",
        arguments: StoreKind.allCases)
    func pruned(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let (store, machine, id) = (stage.store, try parcels(), try PersistenceID("Parcel", "1"))
        let ref = try stage.spawn(machine, snapshots: .onStates(.shipped))
        for event in [ParcelEvent.pay, .ship, .deliver] { _ = try stage.send(event, to: ref) }
        _ = try stage.scheduler.run { try await store.deleteEvents(of: id, upTo: 1) }
        let history = try stage.scheduler.run { try await machine.history(of: "1", in: store, snapshots: store) }
        #expect(history?.start == .shipped && history?.startNumber == 2 && history?.current == .delivered)
        #expect(throws: RecoveryError.self) {
            try stage.scheduler.run { try await machine.history(of: "1", in: store) }
        }
    }

    @Test("a changed table is checked against what is stored before it is deployed", arguments: StoreKind.allCases)
    func check(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let (store, machine) = (stage.store, try parcels())
        let ref = try stage.spawn(machine)
        for event in [ParcelEvent.pay, .ship] { _ = try stage.send(event, to: ref) }
        let changed = try Machine<Parcel, ParcelEvent>("Parcel", initial: .pending) {
            From(.pending) { On(.pay).goto(.paid) }
        }
        let history = try stage.scheduler.run { try await changed.history(of: "1", in: store) }
        #expect(changed.check(history: try #require(history)).map(\.kind) == [.noRow])
    }

    @Test("machines 15: an instance that is only told to take a snapshot takes one", arguments: StoreKind.allCases)
    func snapshotAlone(_ kind: StoreKind) async throws {
        let shared = try kind.make()
        let store = shared.store
        let first = MachineStage(on: shared)
        let ref = try first.spawn(parcels())
        for event in [ParcelEvent.pay, .ship] { _ = try first.send(event, to: ref) }
        let second = MachineStage(on: shared)
        try second.spawn(parcels()).tell(.snapshot)
        second.scheduler.drain()
        let id = try PersistenceID("Parcel", "1")
        #expect(try await store.list(of: id).map(\.sequenceNumber) == [2])
    }

    @Test("timers and what is produced are written by an instance without actions too", arguments: StoreKind.allCases)
    func companionsAlone(_ kind: StoreKind) async throws {
        let stage = try MachineStage(kind)
        let (store, id) = (stage.store, try PersistenceID("Letters", "1"))
        let ref = try stage.spawn(
            letters {
                From(.a) { On(.e1).goto(.b).producing(.e2) }
                From(.b) { On(.e2).goto(.a) }.timeout("t", after: .seconds(1), send: .e2)
            })
        _ = try stage.send(.e1, to: ref)
        #expect(try stage.scheduler.run { try await store.timers(of: id).map(\.name) } == ["t"])
        #expect(try await store.waiting(of: id, limit: 9).count == 1)
    }
}

private enum Vague: MachineState, StoredCases {
    case one, two

    enum CaseName: String, CaseIterable { case one, two }

    var name: CaseName { self == .one ? .one : .two }

    static var registry: EventRegistry<Vague> {
        get throws { try EventRegistry(EventType("one", .one), EventType("three", .two)) }
    }
}

private enum VagueEvent: String, CaseIterable, MachineEvent, StoredCases {
    case go
}
