import Actors
public import EventSourcing

extension EventStoreConformance {
    /// The cases for a store that sets events apart.
    public static let quarantineCases: [PortCase<any QuarantineStore>] = [
        PortCase("an event that is set apart is listed with all its fields, and stays with its first reason") {
            store in
            let id = try order(1)
            let first = try event(1, 7, "it can't be decoded")
            try expect(try await store.quarantine(first), is: true, "it was not apart before")
            let again = try event(1, 7, "another reason")
            try expect(try await store.quarantine(again), is: false, "it was apart already")
            try expect(try await store.quarantined(of: id, after: 0, limit: 10), is: [first], "the stream's")
            try expect(try await store.quarantined(after: nil, limit: 10), is: [first], "all")
        },
        PortCase("the events of one stream come by rising number, behind a number and not more than asked for") {
            store in
            let id = try order(1)
            for number in [9, 2, .max, 5] as [Int64] { try await store.quarantine(try event(1, number)) }
            try await store.quarantine(try event(2, 3))
            func numbers(after: Int64, _ limit: Int) async throws -> [Int64] {
                try await store.quarantined(of: id, after: after, limit: limit).map(\.sequenceNumber)
            }
            try expect(try await numbers(after: 0, 10), is: [2, 5, 9, .max], "all of the stream")
            try expect(try await numbers(after: 2, 2), is: [5, 9], "two behind #2")
            try expect(try await numbers(after: .max, 10), is: [], "none behind the highest number")
            try expect(try await numbers(after: 0, 0), is: [], "none where none is asked for")
            try expect(try await numbers(after: 0, -1), is: [], "nor where less is")
        },
        PortCase("all events come by the bytes of their stream's name and by number, page after page") { store in
            for (stream, number) in [("b", 1), ("a", 2), ("a|", 1), ("B", 4), ("a", 1)] as [(String, Int64)] {
                try await store.quarantine(try event(stream, number))
            }
            var (seen, last): ([String], QuarantinedEvent?) = ([], nil)
            while true {
                let page = try await store.quarantined(after: last, limit: 2)
                seen += page.map { "\($0.persistenceID.entityID) \($0.sequenceNumber)" }
                last = page.last
                if page.count < 2 { break }
            }
            try expect(
                seen, is: ["order-B 4", "order-a 1", "order-a 2", "order-a| 1", "order-b 1"],
                "every event once, in order")
        },
        PortCase("an event that is released is apart no more, and can be set apart again") { store in
            let id = try order(1)
            try await store.quarantine(try event(1, 3, "first"))
            try await store.quarantine(try event(1, 4))
            let time = Timestamp.second(9)
            try expect(try await store.release(id, sequenceNumber: 3, at: time), is: true, "it was apart")
            try expect(try await store.release(id, sequenceNumber: 3, at: time), is: false, "it is not any more")
            try expect(try await store.release(id, sequenceNumber: 5, at: time), is: false, "one that never was")
            let left = try await store.quarantined(of: id, after: 0, limit: 10)
            try expect(left.map(\.sequenceNumber), is: [4], "the other one stays")
            let second = try event(1, 3, "second")
            try expect(try await store.quarantine(second), is: true, "it is set apart anew")
            try expect(try await store.quarantined(of: id, after: 0, limit: 1), is: [second], "with the new reason")
        },
    ]

    private static func event(
        _ stream: some CustomStringConvertible & Sendable, _ number: Int64, _ reason: String = "it is damaged"
    ) throws -> QuarantinedEvent {
        QuarantinedEvent(
            persistenceID: try order("\(stream)"), sequenceNumber: number, reason: reason, timestamp: .second(1),
            writer: .first)
    }
}
