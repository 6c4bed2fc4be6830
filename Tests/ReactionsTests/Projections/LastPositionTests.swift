import Actors
import EventSourcing
import TestSupport
import Testing

@testable import Reactions

@Suite("The last position of a log")
struct LastPositionTests {
    @Test(
        "it is found in few steps, wherever it is, up to the greatest of positions",
        arguments: [1, 2, 7, 1_000_003, .max - 1, .max] as [Int64])
    func found(last: Int64) async throws {
        for known in Set([0, 1, last / 2, last - 1, last]) {
            let store = LoneEventStore(at: last)
            #expect(try await store.lastPosition(from: known) == last, "from \(known)")
        }
    }
}

/// A store with one event at a position, which is asked no more than a few times.
private struct LoneEventStore: ForwardingReactionStore {
    let base: any SteppedStore = InMemoryStore()
    let position: Int64
    private let asked = Failures(0)

    init(at position: Int64) { self.position = position }

    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try asked.next()
        guard asked.calls < 200 else { throw NotToday(description: "asked without end") }
        var result = initial
        if position < self.position {
            _ = try visit(
                &result,
                StoredEvent(
                    persistenceID: try Counter.id("c-1"), position: self.position, sequenceNumber: 1,
                    type: "Incremented", schemaVersion: 1, timestamp: .epoch, writer: WriterID(ULID(high: 1, low: 1)),
                    epoch: 0, correlationID: nil, causationID: nil, commandID: nil, isIntact: true,
                    payload: UnsafeRawBufferPointer(start: nil, count: 0),
                    metadata: UnsafeRawBufferPointer(start: nil, count: 0)))
        }
        return result
    }
}
