import Actors
import EventSourcing

/// What the cases of those who read a log need of a store.
typealias ConsumedStore = EventStore & SubscriptionStore & ProjectionStore & CheckpointStore & ConsumerStore

extension EventStoreConformance {
    /// The cases for who still needs events.
    static let consumerCases: [ConformanceCase] = [
        .consumers("a subscription needs the events of the streams that feed it, as long as it knows of work") {
            store in
            let (tea, other) = (try order("tea"), try PersistenceID("Cart", "c"))
            let new = try [
                NewSubscription(audit("all"), workMark: 9), NewSubscription(audit("idle")),
                NewSubscription(audit("cart"), source: .prefix("Cart|"), workMark: 4),
                NewSubscription(audit("order"), source: .exact("\(tea)"), workMark: 9),
            ]
            try await store.correlated(new, through: 9, of: "bank", at: .second(1))
            func expectNeeded(
                _ id: PersistenceID, below position: Int64, _ names: [String], at reached: Int64 = 0
            ) async throws {
                let found = try await store.consumers(of: id, below: position, limit: 99)
                try expect(
                    found.map { "\($0)" },
                    is: names.map { "the subscription Audit|\($0) of 'bank' is at position \(reached)" },
                    "\(id) below \(position)")
            }
            try await expectNeeded(tea, below: 5, ["all", "order"])
            try await expectNeeded(other, below: 5, ["all", "cart"])
            let claims = try await store.claim(
                ClaimPlaces(lagging: 9, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .second(1))
            try await store.ack(
                claims.map { Acknowledgement($0, watermark: $0.target.entityID == "order" ? 5 : 4) }, at: .second(2))
            try await expectNeeded(tea, below: 5, ["all"], at: 4)
            try await expectNeeded(tea, below: 4, [])
            try await expectNeeded(other, below: 5, ["all"], at: 4)
        },
        .consumers("a correlation, a projection and a reader need the events that they have not come to") { store in
            let id = try order(1)
            try expect(try await store.consumers(of: id, below: 9, limit: 9), is: [], "nobody reads")
            try await store.subscribe([NewSubscription(try audit("a"))], of: "new")
            try await store.correlated([], through: 5, of: "bank", at: .second(1))
            for (name, position) in [("sums", 3), ("names", 8)] as [(String, Int64)] {
                try await store.apply([], to: Projection(name), position: position, expecting: 0, at: .second(1))
                try await store.advance(Checkpoint(name, position: position, expecting: 0), at: .second(1))
            }
            let expected: [LogConsumer] = [
                LogConsumer(.correlation(application: "bank"), at: 5),
                LogConsumer(.correlation(application: "new"), at: 0),
                LogConsumer(.projection(Projection("names")), at: 8),
                LogConsumer(.projection(Projection("sums")), at: 3),
                LogConsumer(.reader("names"), at: 8), LogConsumer(.reader("sums"), at: 3),
            ]
            try expect(try await store.consumers(of: id, below: 9, limit: 9), is: expected, "by kind and name")
            try expect(
                try await store.consumers(of: id, below: 9, limit: 2), is: Array(expected.prefix(2)), "so many")
            try expect(try await store.consumers(of: id, below: 9, limit: 0), is: [], "none are wanted")
            try expect(
                try await store.consumers(of: id, below: 5, limit: 9),
                is: [expected[1], expected[3], expected[5]], "who is at it does not need what is below")
        },
        .consumers("events that nobody needs go, and of those that somebody needs none does, who is answered") {
            store in
            let id = try order(1)
            try await store.fill(id, 3)
            try await store.correlated(
                [NewSubscription(try audit("a"), workMark: 3)], through: 3, of: "bank", at: .second(1))
            func delete(upTo number: Int64) async throws -> String? {
                let consumer = try await store.deleteEvents(of: id, upTo: number, besides: [])
                return consumer.map { "\($0)" }
            }
            let needed = "the subscription Audit|a of 'bank' is at position"
            for number in [1, 2, 9] as [Int64] {
                try expect(try await delete(upTo: number), is: "\(needed) 0", "up to #\(number)")
            }
            try expect(try await store.head(of: id)?.eventCount, is: 3, "nothing went")
            let claims = try await store.claim(
                ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .second(1))
            try await store.ack(claims.map { Acknowledgement($0, watermark: 2) }, at: .second(1))
            try expect(try await delete(upTo: 3), is: "\(needed) 2", "the last one is needed still")
            for number in [2, 2, 0, -1] as [Int64] { try expect(try await delete(upTo: number), is: nil, "#\(number)") }
            try expect(try await store.head(of: id)?.deletedTo, is: 2, "the first two are gone")
            try expect(try await store.head(of: id)?.eventCount, is: 1, "and no other")
            try expect(
                try await store.deleteEvents(of: try order("unknown"), upTo: 9, besides: []), is: nil, "nobody's")
            try expect(try await store.head(of: try order("unknown")), is: nil, "no stream was made")
        },
        .consumers("a long stream goes up to its number, however many transactions that takes") { store in
            let id = try order(1)
            try await store.fill(id, 2_600)
            try await store.advance(Checkpoint("mail", position: 2_500, expecting: 0), at: .second(1))
            let mail = LogConsumer(.reader("mail"), at: 2_500)
            try expect(try await store.deleteEvents(of: id, upTo: 2_501, besides: []), is: mail, "one too many")
            try expect(try await store.head(of: id)?.eventCount, is: 2_600, "nothing went")
            try expect(try await store.deleteEvents(of: id, upTo: 2_500, besides: []), is: nil, "none too many")
            try expect(try await store.head(of: id)?.eventCount, is: 100, "the others are there")
        },
        .consumers("who is known to need no event keeps none, where it is at the position that was known or behind it")
        {
            store in
            let id = try order(1)
            try await store.fill(id, 3)
            try await store.correlated([], through: 2, of: "bank", at: .second(1))
            try await store.advance(Checkpoint("bank", position: 2, expecting: 0), at: .second(1))
            let (bank, reader) = (
                LogConsumer(.correlation(application: "bank"), at: 2), LogConsumer(.reader("bank"), at: 2)
            )
            func delete(besides known: LogConsumer...) async throws -> LogConsumer? {
                try await store.deleteEvents(of: id, upTo: 3, besides: known)
            }
            try expect(try await delete(besides: reader), is: bank, "the other one")
            try expect(try await delete(besides: bank), is: reader, "and the other way round")
            var later = bank
            later.position = 3
            try expect(try await delete(besides: reader, later), is: bank, "one that was thought to be further on")
            try expect(try await store.head(of: id)?.eventCount, is: 3, "nothing went")
            var earlier = bank
            earlier.position = 1
            try expect(try await delete(besides: earlier, reader), is: nil, "one that has gone on since")
            try expect(try await store.head(of: id)?.eventCount, is: 0, "all of them")
        },
        .consumers("of a projection the version that is read counts, and those that are built above it") { store in
            let id = try order(1)
            func move(_ version: Int, to position: Int64) async throws {
                try await store.apply(
                    [], to: Projection("sums", version: version), position: position, expecting: 0, at: .second(1))
            }
            try await move(1, to: 2)
            try await move(2, to: 3)
            try await move(3, to: 1)
            func versions() async throws -> [Int] {
                try await store.consumers(of: id, below: 9, limit: 9).compactMap {
                    if case .projection(let projection) = $0.name { projection.version } else { nil }
                }
            }
            try expect(try await versions(), is: [1, 2, 3], "all are built")
            try await store.swap(to: Projection("sums", version: 2), at: .second(2))
            try expect(try await versions(), is: [2, 3], "the former one is nobody's")
        },
    ]
}

extension EventStore {
    /// Appends so many events at once.
    fileprivate func fill(_ id: PersistenceID, _ count: Int) async throws {
        let events = (1...count).map { NewEvent.fixture("\($0)") }
        _ = try await append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
    }
}
