import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store of projections.
    static let projectionCases: [ConformanceCase] = projectionRowCases + projectionVersionCases

    private static let projectionRowCases: [ConformanceCase] = [
        .projections(
            "rows and position of a projection change together, and the first change makes it and sets it live"
        ) {
            store in
            try expect(try await store.versions(of: "orders"), is: [], "none is there at first")
            try expect(try await store.get("1", of: "orders", version: nil), is: nil, "nor a row")
            try await store.apply(
                [.put("1", #"{"total":7}"#), .put("2", "2"), .delete("2"), .delete("never"), .put("1", "8")],
                to: Projection("orders"), position: 5, expecting: 0, at: .second(1))
            for version in [nil, 1] {
                try expect(try await store.get("1", of: "orders", version: version), is: "8", "the last value counts")
                try expect(
                    try await store.get("2", of: "orders", version: version), is: nil, "what was deleted is gone")
            }
            let expected = ProjectionDescription(Projection("orders"), position: 5, isLive: true, time: .second(1))
            try expect(try await store.versions(of: "orders"), is: [expected], "it is at its position")
            try expect(try await store.get("1", of: "Orders", version: nil), is: nil, "no other name has it")
            try await store.apply([], to: Projection("orders"), position: 9, expecting: 5, at: .second(2))
            try expect(try await store.versions(of: "orders").map(\.position), is: [9], "without changes it moves on")
        },
        .projections(
            "a change that does not begin where the projection is, or goes back, is refused, and nothing changes"
        ) {
            store in
            let orders = Projection("orders")
            func conflict(_ expected: Int64, _ actual: Int64) -> ProjectionConflictError {
                ProjectionConflictError(projection: orders, expected: expected, actual: actual)
            }
            try await expectRefusal(conflict(3, 0), "one that is not there is at 0") {
                try await store.put("1", "x", in: orders, 3, 4)
            }
            try await store.put("1", "a", in: orders, 0, 5)
            for (expected, position) in [(0, 6), (4, 6), (6, 7)] as [(Int64, Int64)] {
                try await expectRefusal(conflict(expected, 5), "it is elsewhere") {
                    try await store.put("1", "x", in: orders, expected, position)
                }
            }
            let error = try await expectError(StoreError.self, "it does not go back") {
                try await store.put("1", "x", in: orders, 5, 4)
            }
            try expect(error.reason, is: .invalid, "because of its position")
            try expect(try await store.get("1", of: "orders", version: nil), is: "a", "the row stands")
            try expect(try await store.versions(of: "orders").map(\.position), is: [5], "and the position")
        },
        .projections("of many who change a projection from one position at once exactly one does") { store in
            let done = try await inParallel(20) { number in
                do {
                    try await store.put("\(number)", "x", in: Projection("orders"), 0, 1)
                    return true
                } catch is ProjectionConflictError {
                    return false
                }
            }
            try expect(done.count { $0 }, is: 1, "one did")
            try expect(
                try await store.list(of: "orders", version: nil, after: nil, prefix: "", limit: 99).count, is: 1,
                "one row is there")
        },
        .projections(
            "rows are listed by the bytes of their keys, with a prefix, behind a key and not more than asked for"
        ) {
            store in
            let keys = ["b/2", "a", "b/1", "é", "e\u{301}", "B", "b0", "b/10"]
            try await store.apply(
                keys.map { .put($0, "\"\($0)\"") }, to: Projection("orders"), position: 1, expecting: 0, at: .second(1))
            func listed(after key: String? = nil, prefix: String = "", _ limit: Int = 99) async throws -> [[UInt8]] {
                try await store.list(of: "orders", version: 1, after: key, prefix: prefix, limit: limit).map {
                    Array($0.key.utf8)
                }
            }
            func bytes(_ keys: String...) -> [[UInt8]] { keys.map { Array($0.utf8) } }
            try expect(
                try await listed(), is: bytes("B", "a", "b/1", "b/10", "b/2", "b0", "e\u{301}", "é"), "all in order")
            try expect(try await listed(prefix: "b/"), is: bytes("b/1", "b/10", "b/2"), "those of a prefix")
            try expect(try await listed(after: "b/1", prefix: "b/", 1), is: bytes("b/10"), "one behind a key")
            try expect(try await listed(after: "b/11", prefix: "b/"), is: bytes("b/2"), "behind one that is not there")
            try expect(try await listed(after: "A", prefix: "b/", 1), is: bytes("b/1"), "behind one before the prefix")
            try expect(try await listed(after: "c", prefix: "b/"), is: [], "none behind the prefix")
            try expect(try await listed(0), is: [], "none where none is asked for")
            try expect(try await listed(-1), is: [], "nor where less is")
        },
        .projections("a name or a key that is empty or too long is refused") { store in
            let long = String(repeating: "x", count: Projection.longestName + 1)
            for (name, key) in [("", "1"), (long, "1"), ("orders", ""), ("orders", long)] {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await store.put(key, "x", in: Projection(name), 0, 1)
                }
                try expect(error.reason, is: .invalid, "because of its name")
            }
            for name in ["", long] {
                for work: @Sendable () async throws -> Void in [
                    { _ = try await store.get("1", of: name, version: nil) },
                    { _ = try await store.get(name, of: "orders", version: 1) },
                    { _ = try await store.list(of: name, version: 1, after: nil, prefix: "", limit: 0) },
                    { _ = try await store.versions(of: name) },
                    { try await store.swap(to: Projection(name), at: .second(1)) },
                    { try await store.drop(Projection(name)) },
                ] {
                    let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                    try expect(error.reason, is: .invalid, "because of its name, also where it is read")
                }
            }
            try expect(try await store.versions(of: "orders"), is: [], "nothing is there")
        },
        .projections("values are kept as they are, whatever is in them") { store in
            let values = ["", "null", "{\"a\":\"\u{0}\"}", "\u{1F600}e\u{301}", String(repeating: "7", count: 100_000)]
            try await store.apply(
                values.enumerated().map { .put("\($0)", $1) }, to: Projection("orders"), position: 1, expecting: 0,
                at: .second(1))
            for (number, value) in values.enumerated() {
                let found = try await store.get("\(number)", of: "orders", version: nil)
                try expect(found.map { Array($0.utf8) }, is: Array(value.utf8), "value \(number)")
            }
        },
    ]

    private static let projectionVersionCases: [ConformanceCase] = [
        .projections("a version is built beside the one that is read, and takes its place at once") { store in
            try await store.put("1", "old", in: Projection("orders"), 0, 5)
            try await store.put("1", "new", in: Projection("orders", version: 2), 0, 3)
            try expect(try await store.get("1", of: "orders", version: nil), is: "old", "the old one is read")
            try expect(try await store.get("1", of: "orders", version: 2), is: "new", "the new one can be")
            try expect(
                try await store.swap(to: Projection("orders", version: 2), at: .second(9)), is: true, "it is swapped")
            try expect(
                try await store.swap(to: Projection("orders", version: 2), at: .second(9)), is: false, "once")
            try expect(
                try await store.swap(to: Projection("orders", version: 3), at: .second(9)), is: false,
                "not to one that is not there")
            try expect(try await store.get("1", of: "orders", version: nil), is: "new", "the new one is read")
            let versions = try await store.versions(of: "orders")
            try expect(versions.map(\.isLive), is: [false, true], "one of them is live")
            try expect(versions.map(\.position), is: [5, 3], "each is where it was")
            try expect(versions.map(\.time), is: [.second(0), .second(9)], "and the new one says since when")
        },
        .projections("a version that is dropped is gone with its rows, and the others stay") { store in
            for version in 1...2 {
                try await store.put("1", "\(version)", in: Projection("orders", version: version), 0, 5)
            }
            try await store.put("1", "x", in: Projection("carts"), 0, 5)
            try expect(try await store.drop(Projection("orders")), is: true, "it is dropped")
            try expect(try await store.drop(Projection("orders")), is: false, "once")
            try expect(try await store.get("1", of: "orders", version: 1), is: nil, "its row is gone")
            try expect(try await store.get("1", of: "orders", version: nil), is: nil, "nothing is live")
            try expect(try await store.get("1", of: "orders", version: 2), is: "2", "the other version stays")
            try expect(try await store.get("1", of: "carts", version: nil), is: "x", "and the other projection")
            try await store.put("2", "again", in: Projection("orders"), 0, 1)
            let rows = try await store.list(of: "orders", version: 1, after: nil, prefix: "", limit: 9)
            try expect(rows, is: [ProjectionRow(key: "2", value: "again")], "it begins anew")
            try expect(
                try await store.get("2", of: "orders", version: nil), is: "again", "and is live, as no other one is")
        },
    ]

    /// The cases for a store of checkpoints.
    static let checkpointCases: [ConformanceCase] = [
        .checkpoints("reactions 35, 36: a checkpoint is where it was moved to, by name, and only rises") { store in
            try expect(try await store.checkpoint("mail"), is: 0, "a new one is at 0")
            try await store.advance(Checkpoint("mail", position: 7, expecting: 0), at: .second(1))
            try await store.advance(Checkpoint("Mail", position: 3, expecting: 0), at: .second(1))
            try expect(try await store.checkpoint("mail"), is: 7, "it has moved")
            let late = Checkpoint("mail", position: 9, expecting: 3)
            try await expectRefusal(CheckpointConflictError(checkpoint: late, actual: 7), "another has moved it") {
                try await store.advance(late, at: .second(1))
            }
            for checkpoint in [
                Checkpoint("mail", position: 5, expecting: 7), Checkpoint("", position: 1, expecting: 0),
                Checkpoint(String(repeating: "x", count: 1_025), position: 1, expecting: 0),
            ] {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await store.advance(checkpoint, at: .second(1))
                }
                try expect(error.reason, is: .invalid, "because it goes back, or can't have that name")
            }
            try await store.advance(Checkpoint("mail", position: 7, expecting: 7), at: .second(2))
            try expect(try await store.checkpoint("mail"), is: 7, "it stands")
        }
    ]
}

extension ProjectionStore {
    /// Puts one row, from one position to another.
    func put(
        _ key: String, _ value: String, in projection: Projection, _ expecting: Int64, _ position: Int64
    ) async throws {
        try await apply([.put(key, value)], to: projection, position: position, expecting: expecting, at: .second(0))
    }
}
