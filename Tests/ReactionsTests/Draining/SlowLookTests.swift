import EventSourcing
import Reactions
import Testing

@Suite("Claims that somebody looks at for longer than their leases")
struct SlowLookTests {
    let record = Record()
    let fetched = Record()
    let gate = Gate()

    /// Looks at drains, and waits at the gate with what was claimed in one lane.
    private struct Look: ApplicationSteps {
        let gate: Gate
        let lane: String
        /// Takes note of what is read to be handled.
        let fetched: Record

        var isLooking: Bool { true }

        func entityStores(
            over store: any ReactionStore
        ) -> (events: any EventStore, snapshots: (any SnapshotStore)?) { (store, nil) }

        func pause(
            at stage: DrainStage, of application: String, unless isOver: @Sendable () -> Bool
        ) async -> Bool {
            if case .claim(let claimed) = stage, claimed.lane == lane { await gate.pass() }
            if case .fetch(let fetch) = stage { fetched.add("\(fetch.target)") }
            return true
        }

        func settled(_ totals: SettledTotals, of application: String) {}

        func isWaited(for change: Int, of application: String) {}

        func letGo(of application: String) { gate.open() }
    }

    /// An application that somebody looks at, with a reaction to counters in the lane `a`, and one to journals in `b`.
    private func application(_ stage: SteppedStage, lookingAt lane: String) throws -> Application {
        try Application.$steppedBy.withValue(Look(gate: gate, lane: lane, fetched: fetched)) {
            try stage.application { [record] in
                Counter.self
                Journal.self
                On(Counter.Incremented.self, "count").lane("a").do { _, stream, _ in record.add("\(stream)") }
                On(Journal.Noted.self, "note").lane("b").do { _, stream, _ in record.add("\(stream)") }
            }
        }
    }

    @Test("the claim of the next lane gives up none of those that were looked at", arguments: StoreKind.allCases)
    func nextLane(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        try stage.append("Incremented", #"{"amount":1}"#, to: Counter.id("c-1"))
        try stage.append("Incremented", #"{"amount":1}"#, to: Counter.id("c-2"))
        try stage.append("Noted", #"{"text":"late"}"#, to: Journal.id("j"))
        let app = try application(stage, lookingAt: "a")
        stage.work()
        #expect(gate.held == 1)
        stage.advance(by: .seconds(25))
        gate.open()
        stage.work()
        #expect(record.words == ["Counter|c-1", "Counter|c-2", "Journal|j"])
        let rows = try stage.subscriptions()
        #expect(rows.count == 3 && rows.allSatisfy { $0.fencingNumber == 1 && $0.watermark == $0.workMark })
        try stage.shutdown(app)
    }

    @Test(
        "what is in line and was taken by another worker is not begun, and is done when it is left again",
        arguments: StoreKind.allCases)
    func lostInLine(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        for id in ["c-1", "c-2"] { try stage.append("Incremented", #"{"amount":1}"#, to: Counter.id(id)) }
        let app = try application(stage, lookingAt: "a")
        stage.work()
        #expect(gate.held == 1)
        stage.advance(by: .seconds(11))
        let taken = try stage.ask { [now = stage.now] store in
            try await store.claim(
                ClaimPlaces(lagging: 2, leading: 0), in: nil, of: "counting", for: .seconds(10),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
        }
        #expect(taken.map(\.target.entityID) == ["c-1", "c-2"])
        gate.open()
        stage.advance(by: .seconds(9))
        #expect(record.words.isEmpty && fetched.words.isEmpty)
        stage.advance(by: .seconds(5))
        #expect(record.words == ["Counter|c-1", "Counter|c-2"])
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark && $0.holding == nil })
        try stage.shutdown(app)
    }
}
