import Actors
import EventSourcing
import SampleDomain
import Testing

@testable import Inspection

@Suite("Looking for what belongs to an event")
struct ChainJobTests {
    private static let start = Timestamp(microseconds: 1_740_906_000_000_000)

    private func id(_ type: String, _ name: String = "sale-1") throws -> PersistenceID {
        try PersistenceID(type, name)
    }

    private func sales() throws -> InMemoryStore {
        let store = InMemoryStore()
        try Fulfilment.happen(3, in: store, seed: 42, startingAt: Self.start)
        return store
    }

    private func finish(_ job: ChainJob, budget: Int) throws -> ChainView {
        var before = 0.0
        var steps = 0
        while true {
            steps += 1
            if let view = try job.step(budget: budget) { return view }
            #expect(job.progress >= before && job.progress < 1 && steps < 100_000)
            before = job.progress
        }
    }

    @Test("finds the chain of a sale from any of its events, in slices of any size", arguments: [1, 3, 64, Int.max])
    func anyEvent(budget: Int) throws {
        let store = try sales()
        let inspector = Inspector(store.reader())
        let whole = try finish(inspector.chain(of: id("Sale"), at: 1), budget: budget)
        #expect(
            whole.events.map(\.type) == [
                "SalePlaced", "StockReserved", "PaymentTaken", "ShipmentSent", "SaleCompleted",
            ])
        #expect(whole.events.map(\.depth) == [0, 1, 2, 3, 4])
        #expect(
            whole.events.map(\.reaction) == [nil, "reserve stock", "take payment", "ship", "complete the sale"])
        #expect(whole.events.map(\.cause) == [nil] + whole.events.dropLast().map(\.position))
        #expect(whole.streamCount == 4 && !whole.isCut && whole.lost == 0)
        for event in whole.events {
            let view = try finish(
                inspector.chain(of: event.persistenceID, at: event.sequenceNumber), budget: budget)
            #expect(view == whole)
        }
    }

    @Test("an event without a correlation id stands alone, and one that is not there is none")
    func alone() throws {
        let store = InMemoryStore()
        try store.fill(
            writers: [],
            events: [
                ImportedEvent(
                    persistenceID: try id("Note"), sequenceNumber: 1,
                    event: NewEvent(type: "Noted", payload: Array("{}".utf8), timestamp: Self.start),
                    writer: WriterID(ULID(high: 1, low: 1)), epoch: 0)
            ], snapshots: [])
        let inspector = Inspector(store.reader())
        let view = try inspector.chain(of: id("Note"), at: 1).finish()
        #expect(view.events.count == 1 && view.correlationID == nil)
        #expect(try inspector.chain(of: id("Note"), at: 2).finish().events.isEmpty)
    }

    @Test("keeps the nearest of a chain that has no end, and no circle of causes goes round")
    func endless() throws {
        let store = InMemoryStore()
        let chain = ULID(high: 7, low: 7)
        let count = ChainJob.mostEvents + 500
        let events = try (1...count).map { number in
            // Each says that the next one caused it.
            ImportedEvent(
                persistenceID: try id("Note"), sequenceNumber: Int64(number),
                event: NewEvent(
                    type: "Noted", payload: Array("{}".utf8),
                    metadata: Metadata(
                        correlationID: chain, causationID: ULID(high: 8, low: UInt64(number + 1)),
                        commandID: ULID(high: 8, low: UInt64(number)),
                        values: ["reactsTo": .string("Note|sale-1 #\(number)")]), timestamp: Self.start),
                writer: WriterID(ULID(high: 1, low: 1)), epoch: 0)
        }
        try store.fill(writers: [], events: events, snapshots: [])
        let view = try finish(Inspector(store.reader()).chain(of: id("Note"), at: 750), budget: 10)
        #expect(view.isCut && view.events.count == ChainJob.mostEvents)
        let numbers = view.events.map(\.sequenceNumber)
        #expect(numbers == Array(numbers[0]...(numbers[0] + 999)) && (200...300).contains(numbers[0]))
        #expect(view.events.allSatisfy { $0.depth == 0 && $0.cause == nil })
    }
}
