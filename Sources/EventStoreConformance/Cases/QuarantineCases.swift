import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store that sets events apart.
    static let quarantineCases: [ConformanceCase] = [
        .quarantine("an event that is set apart is listed with all its fields, and stays with its first reason") {
            probe in
            let id = try order(1)
            let first = try event(1, 7, "it can't be decoded")
            try expect(try await probe.store.quarantine(first), is: true, "it was not apart before")
            let again = try event(1, 7, "another reason")
            try expect(try await probe.store.quarantine(again), is: false, "it was apart already")
            try expect(try await probe.store.quarantined(of: id, after: 0, limit: 10), is: [first], "the stream's")
            try expect(try await probe.store.quarantined(after: nil, limit: 10), is: [first], "all")
        },
        .quarantine("the events of one stream come by rising number, behind a number and not more than asked for") {
            probe in
            let id = try order(1)
            for number in [9, 2, .max, 5] as [Int64] { try await probe.store.quarantine(try event(1, number)) }
            try await probe.store.quarantine(try event(2, 3))
            func numbers(after: Int64, _ limit: Int) async throws -> [Int64] {
                try await probe.store.quarantined(of: id, after: after, limit: limit).map(\.sequenceNumber)
            }
            try expect(try await numbers(after: 0, 10), is: [2, 5, 9, .max], "all of the stream")
            try expect(try await numbers(after: 2, 2), is: [5, 9], "two behind #2")
            try expect(try await numbers(after: .max, 10), is: [], "none behind the highest number")
            try expect(try await numbers(after: 0, 0), is: [], "none where none is asked for")
            try expect(try await numbers(after: 0, -1), is: [], "nor where less is")
        },
        .quarantine("all events come by the bytes of their stream's name and by number, page after page") { probe in
            for (stream, number) in [("b", 1), ("a", 2), ("a|", 1), ("B", 4), ("a", 1)] as [(String, Int64)] {
                try await probe.store.quarantine(try event(stream, number))
            }
            var (seen, last): ([String], QuarantinedEvent?) = ([], nil)
            while true {
                let page = try await probe.store.quarantined(after: last, limit: 2)
                seen += page.map { "\($0.persistenceID.entityID) \($0.sequenceNumber)" }
                last = page.last
                if page.count < 2 { break }
            }
            try expect(
                seen, is: ["order-B 4", "order-a 1", "order-a 2", "order-a| 1", "order-b 1"],
                "every event once, in order")
        },
        .quarantine("an event that is released is apart no more, and can be set apart again") { probe in
            let id = try order(1)
            try await probe.store.quarantine(try event(1, 3, "first"))
            try await probe.store.quarantine(try event(1, 4))
            let time = Timestamp.second(9)
            try expect(try await probe.store.release(id, sequenceNumber: 3, at: time), is: true, "it was apart")
            try expect(try await probe.store.release(id, sequenceNumber: 3, at: time), is: false, "it is not any more")
            try expect(try await probe.store.release(id, sequenceNumber: 5, at: time), is: false, "one that never was")
            let left = try await probe.store.quarantined(of: id, after: 0, limit: 10)
            try expect(left.map(\.sequenceNumber), is: [4], "the other one stays")
            let second = try event(1, 3, "second")
            try expect(try await probe.store.quarantine(second), is: true, "it is set apart anew")
            try expect(
                try await probe.store.quarantined(of: id, after: 0, limit: 1), is: [second], "with the new reason")
        },
        .quarantine("a reason that is too long is refused, and one of the longest is kept whole") { probe in
            let id = try order(1)
            let longest = String(repeating: "é", count: StoredText.longest / 2)
            let error = try await expectError(StoreError.self, "it is refused") {
                try await probe.store.quarantine(try event(1, 1, longest + "x"))
            }
            try expect(error.reason, is: .invalid, "because of its reason")
            try expect(error.stream, is: id, "the error names the stream")
            try expect(try await probe.store.quarantined(after: nil, limit: 1), is: [], "nothing is apart")
            try await probe.store.quarantine(try event(1, 1, longest))
            let kept = try await probe.store.quarantined(of: id, after: 0, limit: 1)
            try expect(kept.map(\.reason.utf8.count), is: [StoredText.longest], "it is whole")
        },
    ]

    /// The case for a store of set-apart events that can be closed and opened again.
    static let quarantineReopeningCases = [
        ConformanceCase.quarantine(
            "what is set apart is there when the store is opened again, and what was released is not"
        ) {
            probe in
            for number in 1...3 as ClosedRange<Int64> { try await probe.store.quarantine(try event(1, number)) }
            try await probe.store.release(try order(1), sequenceNumber: 2, at: .second(5))
            let again = try await probe.reopened()
            try expect(
                try await again.store.quarantined(after: nil, limit: 10), is: [try event(1, 1), try event(1, 3)],
                "with all their fields")
        }
    ].needing(.reopening)

    private static func event(
        _ stream: some CustomStringConvertible & Sendable, _ number: Int64, _ reason: String = "it is damaged"
    ) throws -> QuarantinedEvent {
        .fixture(try order("\(stream)"), number, reason)
    }
}

extension QuarantinedEvent {
    /// An event that the first writer has set apart.
    static func fixture(_ id: PersistenceID, _ number: Int64, _ reason: String = "it is damaged") -> QuarantinedEvent {
        QuarantinedEvent(
            persistenceID: id, sequenceNumber: number, reason: reason, timestamp: .second(1), writer: .first)
    }
}
