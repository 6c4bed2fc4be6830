import Actors
import EventSourcing
import Inspection
import StateMachines
import Testing

@Suite("What a machine of a file has stored")
struct TextRoundTripTests {
    /// A machine of three states in a row, as somebody writes it first.
    private static let first = """
        machine Parcel
          start a with weight 0.10
          event go note=text?
          event back
          in a
            on go goes to b with note event.note?, weight weight + 0.20
          in b
            on go goes to c without note
            on back goes to a
            after 10 seconds "late" sends back
          final c
        """

    private static func machine(_ text: String = first, _ changes: (String, String)...) throws -> Machine<
        TextState, TextEvent
    > {
        let text = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
        return try #require(try MachineFile(text, name: "parcel.machine").machines.first)
    }

    @Test(
        "is read by it again, with its values digit by digit",
        arguments: StoreKind.allCases)
    func again(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let stage = TimedStage(shared)
        let id = try PersistenceID("Parcel", "1")
        let parcels = stage.registry(try Self.machine())
        try stage.send(TextEvent("go", ["note": "\u{202E}x"]), in: parcels)
        let b = TextState("b", ["weight": .number(try #require(JSONNumber("0.30"))), "note": "\u{202E}x"])
        #expect(
            try stage.scheduler.run { try await shared.store.rows(of: id) } == [
                "1 go {\"event\":{\"note\":\"\u{202E}x\"},\"to\":\"b\",\"state\":{\"weight\":0.30,\"note\":\"\u{202E}x\"}}"
            ])
        let later = TimedStage(shared, on: stage.scheduler)
        let laterParcels = later.registry(try Self.machine())
        #expect(try later.state(in: laterParcels) == b)
    }

    @Test("is in a snapshot too, digit by digit, and in the history")
    func snapshot() throws {
        let stage = try TimedStage(.memory)
        let (store, id) = (stage.store, try PersistenceID("Parcel", "1"))
        let parcels = stage.registry(try Self.machine())
        try stage.send(TextEvent("go"), in: parcels)
        parcels.ref(for: "1").tell(.snapshot)
        stage.scheduler.drain()
        #expect(try stage.scheduler.run { try await store.list(of: id).map(\.sequenceNumber) } == [1])
        _ = try stage.scheduler.run { try await store.deleteEvents(of: id, upTo: 1) }
        let later = TimedStage(stage.shared, on: stage.scheduler)
        let b = TextState("b", ["weight": .number(try #require(JSONNumber("0.30"))), "note": .null])
        #expect(try later.state(in: later.registry(Self.machine())) == b)
        let history = try later.scheduler.run { [machine = try Self.machine()] in
            try await machine.history(of: "1", in: store, snapshots: store)
        }
        #expect(history?.current == b && history?.startNumber == 1)
    }

    @Test(
        "stands when the file leads elsewhere by now, and what it would do today is told", arguments: StoreKind.allCases
    )
    func edited(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let stage = TimedStage(shared)
        try stage.send(TextEvent("go"), in: stage.registry(Self.machine()))
        let changed = try Self.machine(
            Self.first, ("on go goes to b with", "on go when weight > 5 goes to b with"), ("in b\n", "in b, d\n"))
        let later = TimedStage(shared, on: stage.scheduler)
        let parcels = later.registry(changed)
        #expect(try later.state(in: parcels).name.rawValue == "b")
        #expect(throws: GuardRejected.self) { try later.send(TextEvent("go"), to: "2", in: parcels) }
        let history = try later.scheduler.run { try await changed.history(of: "1", in: shared.store) }
        #expect(changed.check(history: try #require(history)).map(\.kind) == [.guardRejected])
        // What was armed is sent, whatever the file says of it now.
        let sweeper = try later.sweeper(changed, in: parcels)
        later.advance(.seconds(10))
        #expect(try later.state(in: parcels).name.rawValue == "a" && sweeper.metrics.fired == 1)
    }

    @Test(
        "that leads to a state which the file has no more is refused at its event, by its name",
        arguments: StoreKind.allCases)
    func removedState(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let stage = TimedStage(shared)
        let parcels = stage.registry(try Self.machine())
        for _ in 1...2 { try stage.send(TextEvent("go"), in: parcels) }
        let withoutState = Self.first.replacing("goes to c without note", with: "goes to a").replacing(
            "final c", with: "")
        let withoutRow = Self.first.replacing("on go goes to c without note", with: "")
        let (state, row) = (
            try Self.refusal(of: withoutState, stage, shared), try Self.refusal(of: withoutRow, stage, shared)
        )
        #expect(
            state
                == "Parcel|1 could not be recovered at #2 (decode): go version 1 could not be decoded: the machine has no "
                + "state c, to which this has led; keep the state, or let recovery skip what it can't read")
        #expect(
            row
                == "Parcel|1 could not be recovered at #2 (fold): the table has no row for go in b, which has happened; keep "
                + "the row, or let recovery skip what does not fold")
    }

    /// The number of the event at which recovery by a changed file ends, and what is said of it.
    private static func refusal(of text: String, _ stage: TimedStage, _ shared: SharedStore) throws -> String {
        let later = TimedStage(shared, on: stage.scheduler)
        let parcels = later.registry(try machine(text))
        do {
            try later.state(in: parcels)
            return "none"
        } catch AskError.rejected(let error as RecoveryError) {
            return "\(error)"
        }
    }
}
