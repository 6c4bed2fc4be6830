import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import Testing

/// What a counter came to.
struct Total: Codable, Hashable {
    var sum = 0
    var count = 0
}

@Suite("Projections fold events into rows")
struct ProjectionTests {
    /// The sums of counters, by their ids.
    static func totals(
        version: Int = 1, times factor: Int = 1, window: Int = 1_000, rowsInMemory: Int = 10_000,
        dropsFormer: Bool = false
    ) -> Projects<Total> {
        Projects(
            "totals", of: Total.self, version: version, window: window, rowsInMemory: rowsInMemory,
            dropsFormer: dropsFormer
        ) {
            Folding(Counter.Incremented.self) { event, rows in
                try rows.change(event.stream.entityID, from: Total()) { total in
                    total.sum += event.amount * factor
                    total.count += 1
                }
            }
            Folding(Counter.Reset.self) { event, rows in try rows.delete(event.stream.entityID) }
        }
    }

    @Test("what happened is in the rows, for each stream its own", arguments: StoreKind.allCases)
    func folds(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("a", by: 1, 2)
        try await stage.increment("b", by: 10)
        try await stage.application {
            Counter.self
            Self.totals()
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 3)
            let view = try app.projection("totals", of: Total.self)
            #expect(try await view.get("a") == Total(sum: 3, count: 2))
            #expect(try await view.list().map(\.key) == ["a", "b"])
            #expect(try await view.list(prefix: "b").map(\.row) == [Total(sum: 10, count: 1)])
            #expect(try await view.list(after: "a", limit: 1).map(\.key) == ["b"])
            #expect(try await view.get("c") == nil)
            // Rows that are in the store are read before they are folded into.
            try await stage.increment("b", by: 5)
            #expect(try await app.advanceProjections() == 1)
            #expect(try await view.get("b") == Total(sum: 15, count: 2))
            #expect(try await app.advanceProjections() == 0)
        }
    }

    @Test("a row is put, read, changed and taken away as the events say", arguments: StoreKind.allCases)
    func rows(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("a", by: 1)
        try await stage.application {
            Counter.self
            Self.totals(window: 2)
        } do: { app async throws in
            try await app.advanceProjections()
            let reset = NewEvent(type: "Reset", payload: Array("{}".utf8), timestamp: stage.clock.now)
            _ = try await stage.store.append(
                [reset], to: Counter.id("a"), expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil,
                with: .none)
            try await app.advanceProjections()
            #expect(try await app.projection("totals", of: Total.self).get("a") == nil)
            try await stage.increment("a", by: 7)
            try await app.advanceProjections()
            #expect(try await app.projection("totals", of: Total.self).get("a") == Total(sum: 7, count: 1))
        }
    }

    @Test("a row that a window changes a hundred times is written once, in one transaction with the position")
    func once() async throws {
        let stage = try ReactionStage(.memory)
        for amount in 1...100 { try await stage.increment("a", by: amount) }
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
            Self.totals()
        } do: { app async throws in
            let count = try await app.advanceProjections()
            #expect(count == 100)
            #expect(store.projectionChanges == [1])
            #expect(store.projectionReadCount == 0)
            #expect(try await stage.store.versions(of: "totals").map(\.position) == [100])
        }
    }

    @Test(
        "events that a projection does not fold are not decoded, and move its position", arguments: StoreKind.allCases)
    func passedOver(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        // No payload of theirs could be read.
        let others = (1...3).map { _ in
            NewEvent(type: "Incremented", payload: Array("no JSON".utf8), timestamp: stage.clock.now)
        }
        _ = try await stage.store.append(
            others, to: PersistenceID("Other", "o-1"), expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil,
            with: .none)
        try await stage.application {
            Counter.self
            Self.totals()
        } do: { app async throws in
            try await app.advanceProjections()
            #expect(try await stage.store.versions(of: "totals").map(\.position) == [3])
        }
    }

    @Test(
        "windows that follow one another come to the same rows, however small, and however few rows are kept",
        arguments: StoreKind.allCases, [(1, 1), (3, 2), (7, 100)])
    func windows(_ kind: StoreKind, _ bounds: (window: Int, rows: Int)) async throws {
        let stage = try ReactionStage(kind)
        for number in 1...40 { try await stage.increment("c-\(number % 5)", by: number) }
        try await stage.application {
            Counter.self
            Self.totals(window: bounds.window, rowsInMemory: bounds.rows)
        } do: { app async throws in
            // One window first, so that the rest finds rows in the store.
            #expect(try await app.advanceProjections() == 40)
            for number in 41...80 { try await stage.increment("c-\(number % 5)", by: number) }
            #expect(try await app.advanceProjections() == 40)
            let rows = try await app.projection("totals", of: Total.self).list()
            let sums = (0..<5).map { remainder in (1...80).filter { $0 % 5 == remainder }.reduce(0, +) }
            #expect(rows.map(\.row.sum) == sums && rows.allSatisfy { $0.row.count == 16 })
        }
    }

    @Test("what another worker was first with is read again, and not folded twice")
    func overtaken() async throws {
        let stage = try ReactionStage(.memory)
        for number in 1...60 { try await stage.increment("c-\(number % 3)", by: number) }
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
            Self.totals(window: 7)
        } do: { one async throws in
            try await stage.application {
                Counter.self
                Self.totals(window: 11)
            } do: { other async throws in
                for _ in 1...3 {
                    store.beforeProjectionWrite { _ in
                        try await stage.increment("c-0", by: 1_000)
                        try await other.advanceProjections()
                    }
                    try await stage.increment("c-1", by: 1)
                    try await one.advanceProjections()
                }
                try await Self.expect(one, count: 66, sum: 1_830 + 3_003)
            }
        }
    }

    @Test("what another worker has left of a window is folded")
    func leftBehind() async throws {
        let stage = try ReactionStage(.memory)
        for amount in 1...10 { try await stage.increment("a", by: amount) }
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
            Self.totals()
        } do: { app async throws in
            store.beforeProjectionWrite { base in
                try await base.apply(
                    [.put("a", #"{"sum":1,"count":1}"#)], to: Projection("totals"), position: 1, expecting: 0,
                    at: stage.clock.now)
            }
            try await app.advanceProjections()
            #expect(try await app.projection("totals", of: Total.self).get("a") == Total(sum: 55, count: 10))
        }
    }

    @Test("two workers at once fold every event once", arguments: StoreKind.allCases)
    func twoWorkers(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        for number in 1...200 { try await stage.increment("c-\(number % 3)", by: number) }
        try await stage.application {
            Counter.self
            Self.totals(window: 3)
        } do: { one async throws in
            try await stage.application {
                Counter.self
                Self.totals(window: 5)
            } do: { other async throws in
                async let first = one.advanceProjections()
                async let second = other.advanceProjections()
                _ = try await (first, second)
                try await Self.expect(one, count: 200, sum: 20_100)
            }
        }
    }

    private static func expect(_ app: Application, count: Int, sum: Int) async throws {
        let rows = try await app.projection("totals", of: Total.self).list()
        #expect(rows.map(\.row.count).reduce(0, +) == count)
        #expect(rows.map(\.row.sum).reduce(0, +) == sum)
    }

    @Test("an event of an entity that is only heard is folded too")
    func heard() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.increment("a", by: 4)
        let registry = try EventRegistry(EventType("Incremented", of: Counter.Incremented.self))
        try await stage.application {
            Hears(Counter.Incremented.self, of: "Counter", in: registry) { $0 }
            Projects("sums", of: Int.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.put((rows.get("all") ?? 0) + event.amount, at: "all")
                }
            }
        } do: { app async throws in
            try await app.advanceProjections()
            #expect(try await app.projection("sums", of: Int.self).get("all") == 4)
        }
    }

    @Test("a fold sees where an event comes from", arguments: StoreKind.allCases)
    func origins(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
            Projects("origins", of: String.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.put("\(event.correlationID as Any) \(event.commandID as Any)", at: "known")
                }
            }
        } do: { app async throws in
            try await app.do(Counter.Increment(), on: Counter.id("a"))
            let event = try #require(try await stage.store.recorded().first)
            try await app.advanceProjections()
            #expect(
                try await app.projection("origins", of: String.self).get("known")
                    == "\(event.correlationID as Any) \(event.commandID as Any)")
            #expect(event.correlationID != nil && event.commandID != nil)
        }
    }

    @Test("a projection knows how far it is behind, in positions and in time", arguments: StoreKind.allCases)
    func lag(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
            Self.totals()
        } do: { app async throws in
            #expect(try await app.projectionLag("totals").positions == 0)
            try await stage.increment("a", by: 1)
            try await app.advanceProjections()
            for number in 1...9 {
                stage.clock.advance(by: .seconds(2))
                try await stage.increment("a", by: number)
            }
            stage.clock.advance(by: .seconds(3))
            let lag = try await app.projectionLag("totals")
            #expect(lag.position == 1 && lag.last == 10 && lag.positions == 9 && lag.time == .seconds(19))
            try await app.advanceProjections()
            let then = try await app.projectionLag("totals")
            #expect(then.position == 10 && then.positions == 0 && then.time == .zero)
        }
    }

    @Test("a window ends before its events fill the memory, and all of them are folded")
    func large() async throws {
        let stage = try ReactionStage(.memory)
        let note = String(repeating: "x", count: 1 << 20)
        let events = (1...20).map { number in
            NewEvent(
                type: "Incremented", payload: Array(#"{"amount":\#(number),"note":"\#(note)"}"#.utf8),
                timestamp: stage.clock.now)
        }
        _ = try await stage.store.append(
            events, to: Counter.id("a"), expecting: .number(0), by: WriterID(ULID(high: 1, low: 1)), epoch: nil,
            with: .none)
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
            Self.totals()
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 20)
            #expect(try await app.projection("totals", of: Total.self).get("a") == Total(sum: 210, count: 20))
            #expect(store.projectionChanges == [1, 1, 1])
        }
    }

    @Test("a pass that is cancelled ends behind a window, and the next one goes on there")
    func cancelled() async throws {
        let stage = try ReactionStage(.memory)
        for number in 1...30 { try await stage.increment("a", by: number) }
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
            Self.totals(window: 10)
        } do: { app async throws in
            let pass = Locked<Task<Int, any Error>?>(nil)
            store.beforeProjectionWrite { _ in pass.withLock { $0?.cancel() } }
            // It begins when it can be cancelled.
            let task = pass.withLock { pass in
                let task = Task { try await app.advanceProjections() }
                pass = task
                return task
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await stage.store.versions(of: "totals").map(\.position) == [10])
            #expect(try await app.advanceProjections() == 20)
            #expect(try await app.projection("totals", of: Total.self).get("a") == Total(sum: 465, count: 30))
        }
    }
}
