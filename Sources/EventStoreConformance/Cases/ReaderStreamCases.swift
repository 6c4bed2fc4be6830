import Actors
import EventSourcing

extension EventStoreConformance {
    static let readerStreamCases: [ConformanceCase] = [
        .events("a reader knows how much the store holds, and what was ever given") { probe in
            let reader = try probe.reader()
            try expect(
                try reader.totals(), is: StoreTotals(streams: 0, events: 0, lastPosition: 0), "an empty store is empty")
            let (id, other) = (try order(1), try order(2))
            try await probe.fill(id, 3)
            let last = try await probe.append("x", "y", to: other)
            _ = try await probe.store.takeOver(try order(3), by: .first)
            try expect(
                try reader.totals(),
                is: StoreTotals(streams: 3, events: 5, lastPosition: last.positions.upperBound - 1),
                "streams, events and the last position")
            _ = try await probe.store.deleteEvents(of: other, upTo: 2)
            try expect(
                try reader.totals(),
                is: StoreTotals(streams: 3, events: 3, lastPosition: last.positions.upperBound - 1),
                "after a deletion the streams and the last position stay")
        },
        .events("a reader sees at once what was written, and its token says so") { probe in
            let reader = try probe.reader()
            let id = try order(1)
            var tokens = [try reader.changeToken()]
            try expect(try reader.changeToken(), is: tokens[0], "without a change the token stays")
            func note(_ what: String) throws {
                let token = try reader.changeToken()
                try expect(!tokens.contains(token), "\(what) makes another token")
                tokens.append(token)
            }
            try await probe.append("a", "b", to: id)
            try note("an append")
            try expect(try reader.events(id).map(\.text), is: ["a", "b"], "the events are seen")
            try await probe.append("c", to: id, by: .second)
            try note("a second append")
            try await probe.store.save(.fixture(id, 3, "abc"))
            try note("a snapshot")
            _ = try await probe.store.deleteEvents(of: id, upTo: 1)
            try note("a deletion")
            _ = try await probe.store.takeOver(id, by: .third)
            try note("a take-over")
            try expect(try reader.head(of: id), is: try await probe.store.head(of: id), "the head is the store's")
            _ = try reader.log()
            try expect(try reader.changeToken(), is: tokens.last, "reading changes nothing")
        },
        .events("a reader lists streams by name: of one type, by prefix, in pages") { probe in
            let names = ["Order|b", "Account|z", "Order|a", "Accounts|a", "order|a", "Order|ab", "Order|a|b"]
            let ids = try names.map { try PersistenceID(parsing: $0) }
            for id in ids { try await probe.append("a", to: id) }
            let reader = try probe.reader()
            func list(_ query: StreamQuery) throws -> [PersistenceID] { try reader.streams(query).map(\.persistenceID) }
            try expect(try list(StreamQuery()), is: ids.sorted(), "all of them")
            try expect(
                try list(StreamQuery(entityType: "Order")), is: ids.filter { $0.entityType == "Order" }.sorted(),
                "those of one type")
            try expect(
                try list(StreamQuery(entityType: "Account")), is: [try PersistenceID("Account", "z")],
                "a type is no prefix of another")
            try expect(
                try list(StreamQuery(prefix: "Order|a")),
                is: ids.filter { $0.description.hasPrefix("Order|a") }.sorted(), "those with a prefix")
            try expect(
                try list(StreamQuery(entityType: "Order", prefix: "Account")), is: [], "both must hold")
            try expect(try pages(of: StreamQuery(limit: 2), from: reader), is: ids.sorted(), "the pages are the whole")
            try expect(try list(StreamQuery(limit: 0)), is: [], "none, when none are asked for")
            try expect(
                try reader.streams(StreamQuery(limit: 1)),
                is: [try await probe.head(try PersistenceID("Account", "z"))],
                "the heads are the store's")
        },
        .events("a reader lists streams by the time of their last event, the newest first, in pages") { probe in
            let times: [(String, Int64)] = [
                ("Order|a", 30), ("Order|b", 10), ("Account|c", 30), ("Order|d", 40), ("Order|e", -5),
                ("Account|f", 20),
            ]
            for (name, time) in times {
                _ = try await probe.store.append(
                    [.fixture("first", at: .second(99)), .fixture("last", at: .second(time))],
                    to: try PersistenceID(parsing: name), expecting: .any, by: .first, epoch: nil, with: .none)
            }
            let reader = try probe.reader()
            func list(_ query: StreamQuery) throws -> [String] {
                try reader.streams(query).map(\.persistenceID.description)
            }
            let newest = ["Order|d", "Account|c", "Order|a", "Account|f", "Order|b", "Order|e"]
            try expect(
                try list(StreamQuery(order: .newest)), is: newest, "by time, and by name where the time is the same")
            for limit in 1...4 {
                try expect(
                    try pages(of: StreamQuery(order: .newest, limit: limit), from: reader).map(\.description),
                    is: newest, "the pages of \(limit) are the whole")
            }
            try expect(
                try list(StreamQuery(entityType: "Account", order: .newest)), is: ["Account|c", "Account|f"],
                "of one type")
            try expect(
                try list(StreamQuery(prefix: "Order|", order: .newest, limit: 2)), is: ["Order|d", "Order|a"],
                "with a prefix")
            _ = try await probe.store.append(
                [.fixture("new", at: .second(50))], to: try PersistenceID("Order", "e"), expecting: .any, by: .first,
                epoch: nil, with: .none)
            try expect(
                try list(StreamQuery(order: .newest, limit: 2)), is: ["Order|e", "Order|d"], "a new event comes first")
        },
        .events("a reader names every writer, in the order in which they came") { probe in
            try await probe.append("a", to: try order(1), by: .third)
            let named = WriterRecord(
                id: .first, host: "web-1", process: 4711, started: .second(3), program: "shop", version: "1.2")
            try await probe.store.register(named)
            try await probe.append("b", to: try order(1), by: .first)
            _ = try await probe.store.takeOver(try order(2), by: .second)
            let reader = try probe.reader()
            try expect(
                try reader.writers(), is: [WriterRecord(id: .third), named, WriterRecord(id: .second)],
                "a writer that was never registered is known by its id")
            let late = WriterRecord(
                id: .third, host: "web-3", process: 1, started: .second(9), program: "p", version: "2")
            try await probe.store.register(late)
            try expect(
                try reader.writers(), is: [late, named, WriterRecord(id: .second)], "registering late keeps the place")
        },
        .events("a writer whose host, program or version is too long is refused, and one of the longest is kept whole")
        {
            probe in
            let longest = String(repeating: "x", count: WriterRecord.longestText)
            for (host, program, version) in [(longest + "x", "", ""), ("", longest + "x", ""), ("", "", longest + "x")]
            {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await probe.store.register(
                        WriterRecord(id: .first, host: host, program: program, version: version))
                }
                try expect(error.reason, is: .invalid, "because of its text")
            }
            try expect(try probe.reader().writers(), is: [], "nobody is known by it")
            let kept = WriterRecord(id: .first, host: longest, program: longest, version: longest)
            try await probe.store.register(kept)
            try expect(try probe.reader().writers(), is: [kept], "it is whole")
        },
    ]

    /// The names of all pages of a query.
    private static func pages(of query: StreamQuery, from reader: any StoreReader) throws -> [PersistenceID] {
        var (names, step) = ([PersistenceID](), query)
        while let last = try reader.streams(step).last {
            names += try reader.streams(step).map(\.persistenceID)
            step.after = last
        }
        return names
    }
}
