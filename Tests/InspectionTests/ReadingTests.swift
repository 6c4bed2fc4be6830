import Actors
import EventSourcing
import Testing

@testable import Inspection

@Suite("Windows, lanes, finding and jumping")
struct ReadingTests {
    @Test(
        "a payload is one short line",
        arguments: [
            ("{\"sku\":\"tea\",\"qty\":2}", "sku=tea qty=2"),
            ("{\"text\":\"call me\",\"e\":\"\",\"q\":\"a\\\"b\"}", "text=\"call me\" e=\"\" q=\"a\\\"b\""),
            (
                "{\"items\":[1,2,3],\"o\":{\"a\":1},\"n\":null,\"b\":true,\"x\":[],\"y\":{}}",
                "items=[3] o={…} n=null b=true x=[] y={}"
            ),
            ("{\"price\":9.90,\"a\":1,\"a\":2}", "price=9.90 a=1 a=2"), ("[1,2]", "[2]"), ("\"x y\"", "\"x y\""),
            ("{\"apiToken\":\"abc\",\"password\":1}", "apiToken=****** password=******"),
            ("not json at all!!", "not JSON: 17 bytes"), ("", "not JSON: 0 bytes"), ("x", "not JSON: 1 byte"),
            ("{}", ""),
        ])
    func summaries(_ payload: String, _ summary: String) {
        let bytes = Array(payload.utf8)
        #expect(bytes.withUnsafeBytes { PayloadSummary.text(of: $0, showsSecrets: false) } == summary)
    }

    @Test("a long payload's line is cut, and secrets are shown when asked for")
    func longSummaries() {
        let long = Array("{\"text\":\"\(String(repeating: "é", count: 5_000))\"}".utf8)
        let text = long.withUnsafeBytes { PayloadSummary.text(of: $0, showsSecrets: false) }
        #expect(text.unicodeScalars.count == 200)
        #expect(text.hasSuffix("é…"))
        let secret = Array("{\"pin\":1}".utf8)
        #expect(secret.withUnsafeBytes { PayloadSummary.text(of: $0, showsSecrets: true) } == "pin=1")
        let huge = [UInt8](repeating: 0x20, count: 300_000)
        #expect(huge.withUnsafeBytes { PayloadSummary.text(of: $0, showsSecrets: true) } == "300000 bytes")
    }

    @Test("windows are read by key, with what is damaged or can't be read at its place")
    func windows() async throws {
        let store = try Store()
        try await store.fill((1...20).map { Step.named("n\($0)") }, numbers: (1...20).map { $0 < 10 ? $0 : $0 + 1 })
        let inspector = store.inspector {
            $0.damaged = [5]
            $0.unreadable = [7]
        }
        let rows = try inspector.timeline(of: store.id, from: 4, through: 12)
        #expect(rows.map(\.sequenceNumber) == [4, 5, 6, 7, 8, 9, 11, 12])
        #expect(rows.map { $0.problem != nil } == [false, true, false, true, false, false, false, false])
        #expect(rows.first?.summary == "name=n4")
        let reversed = try inspector.timeline(of: store.id, from: 1, through: 8, limit: 3, reversed: true)
        #expect(reversed.map(\.sequenceNumber) == [8, 7, 6])
        #expect(try inspector.timeline(of: store.id, from: 9, through: 3).isEmpty)
        #expect(try inspector.timeline(of: store.id, from: 1, through: .max, limit: 2).count == 2)
        #expect(try inspector.detail(of: store.id, at: 4)?.payload == .tree(["name": "n4"]))
        #expect(try inspector.detail(of: store.id, at: 10) == nil)
        #expect(try inspector.log(from: 2, through: 3).map(\.sequenceNumber) == [2, 3])
        #expect(try inspector.newestStream()?.persistenceID == store.id)
    }

    @Test("a time is found by bisection")
    func times() async throws {
        let store = try Store()
        try await store.fill((1...9).map { Step.named("n\($0)") }, seconds: [0, 0, 10, 20, 20, 20, 30, 40, 50])
        let inspector = store.inspector()
        for (time, number) in [(-1, nil), (0, 2), (5, 2), (20, 6), (49, 8), (99, 9)] as [(Int64, Int64?)] {
            let answer = try inspector.event(of: store.id, atOrBefore: Timestamp(microseconds: time * 1_000_000))
            #expect(answer == number)
        }
    }

    @Test("the generic fold merges fields by name and says that it is one")
    func generic() async throws {
        let store = try Store("Other|o")
        try await store.fill([
            Step(type: "A", payload: "{\"a\":1,\"o\":{\"x\":1,\"y\":2}}"),
            Step(type: "B", payload: "{\"o\":{\"x\":3}}"),
        ])
        let inspector = store.inspector()
        #expect(inspector.domain(for: "Other").isGeneric)
        #expect(!inspector.domain(for: "Cart").isGeneric)
        let view = try inspector.state(of: store.id, at: 2).finish()
        #expect(view.tree == ["(events)": 2, "(last event)": "B", "a": 1, "o": ["x": 3, "y": 2]])
    }

    @Test("a command is tried on the state after any event")
    func decides() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .added("rye")])
        let inspector = store.inspector()
        let command = try inspector.parse("add oat 1", for: store.id)
        #expect(try inspector.decide(command, in: store.id, at: 2).finish() == .refused("the cart is full"))
        #expect(try inspector.decide(command, in: store.id, at: 1).finish() == .append(types: ["Added"]))
        #expect(try store.memory.reader().totals().events == 2)
    }

    // MARK: - The lane

    @Test("a short stream has one cell for each event, with its writer")
    func shortLane() async throws {
        let store = try Store()
        try await store.fill(
            (0..<6).map { Step.named("n\($0)") }, writers: "AABBCA", epochs: [1, 1, 2, 2, 3, 4],
            seconds: [0, 1, 2, 1_000, 1_001, 1_002])
        let lane = try store.inspector().lane(of: store.id, cells: 40)
        #expect(lane.cells.map(\.sequenceNumbers) == (1...6).map { $0...$0 })
        #expect(lane.cells.map(\.writer) == [.one(0), .one(0), .one(1), .one(1), .one(2), .one(0)])
        #expect(lane.writers.map(\.id) == [.letter("A"), .letter("B"), .letter("C")])
        #expect(lane.cells.map(\.level) == [8, 8, 8, 1, 8, 8])
    }

    @Test("a long stream costs two key reads per cell, and mixed cells say so")
    func longLane() async throws {
        let store = try Store()
        let writers = String(repeating: "A", count: 500) + String(repeating: "B", count: 500)
        let epochs = (0..<1_000).map { Int64($0 < 500 ? 1 : 2) }
        try await store.fill((0..<1_000).map { Step.named("n\($0)") }, writers: writers, epochs: epochs)
        let reader = AlteredReader(store.memory.reader())
        let lane = try Inspector(reader).lane(of: store.id, cells: 7)
        #expect(lane.cells.first?.sequenceNumbers.lowerBound == 1)
        #expect(lane.cells.last?.sequenceNumbers.upperBound == 1_000)
        #expect(lane.cells.map(\.writer) == [.one(0), .one(0), .one(0), .several, .one(1), .one(1), .one(1)])
        #expect(reader.keyReads <= 14)
        #expect(reader.visited == 0)
    }

    @Test("without epochs the middle is looked at too, and deleted events have no writer")
    func epochlessLane() async throws {
        let store = try Store()
        try await store.fill((0..<40).map { Step.named("n\($0)") }, writers: String(repeating: "AAAABBAAAA", count: 4))
        try await store.memory.deleteEvents(of: store.id, upTo: 10)
        let lane = try store.inspector().lane(of: store.id, cells: 4)
        #expect(lane.cells.map(\.writer) == [.none, .several, .several, .several])
        #expect(lane.cells.first?.level == 0)
        #expect(try store.inspector().lane(of: store.id, cells: 0).cells.isEmpty)
    }

    // MARK: - Finding

    private func numbers(_ store: Store, _ query: String, _ order: FindOrder = .outward, from: Int64 = 3) throws
        -> [Int64]
    {
        let job = store.inspector().find(try FindQuery(parsing: query), in: .stream(store.id), from: from, order: order)
        var hits: [FindHit]?
        while hits == nil { hits = try job.step(budget: 2) }
        return hits?.map(\.sequenceNumber) ?? []
    }

    @Test(
        "events are found by text with smart case, and by field",
        arguments: [
            ("tea", [1, 4]), ("TEA", [4]), ("added", [1, 4]), ("Added", [1, 4]), ("type:Added", [1, 4]),
            ("type:added sku=TEA", [4]), ("type:N* ", [2, 3, 5]), ("name=Ann", [2]), ("qty=2", [1]), ("zürich", [3]),
            ("Zürich", [3]), ("call me", [5]), ("\"call me\"", [5]), ("sku=tea qty=2", [1]), ("nothing", []),
        ] as [(String, [Int64])])
    func find(_ query: String, _ expected: [Int64]) async throws {
        let store = try Store()
        try await store.fill([
            .added("tea", 2), .named("Ann"), Step(type: "Named", payload: "{\"name\":\"Z\\u00fcrich\"}"),
            .added("TEA", 1), Step(type: "Noted", payload: "{\"text\":\"call me\"}"),
        ])
        for order in [FindOrder.outward, .forward, .backward] {
            let from: Int64 = order == .forward ? 1 : order == .backward ? 5 : 3
            #expect(try numbers(store, query, order, from: from) == expected)
        }
        let job = store.inspector().find(try FindQuery(parsing: query), in: .store, from: 2)
        #expect(try job.finish().map(\.sequenceNumber) == expected)
        #expect(job.progress == 1)
    }

    @Test("a search ends at its limit, and only looks to the side that was asked for")
    func findSides() async throws {
        let store = try Store()
        try await store.fill((0..<100).map { _ in Step.named("Ann") })
        #expect(try numbers(store, "ann", .forward, from: 98) == [98, 99, 100])
        #expect(try numbers(store, "ann", .backward, from: 2) == [1, 2])
        let job = store.inspector().find(
            try FindQuery(parsing: "ann"), in: .stream(store.id), from: 50, order: .forward, limit: 1)
        #expect(try job.finish().map(\.sequenceNumber) == [50])
        #expect(job.isCut)
        #expect(throws: CommandError(column: 1, message: "a text is expected, or type:Name key=value")) {
            try FindQuery(parsing: "  ")
        }
        #expect(throws: CommandError(column: 1, message: "the quote that opens here is not closed")) {
            try FindQuery(parsing: "\"ab")
        }
    }

    // MARK: - Jumping

    @Test("jumps go to the next of their kind, and say why where there is none")
    func jumps() async throws {
        let store = try Store()
        try await store.memory.register(WriterRecord(id: .letter("A"), program: "web-1"))
        let steps: [Step] = [
            .named("Ann"), .added("tea"), .added("tea"), .named("Bea"), .noted("x"), .added("rye"),
        ]
        let trees = try plainTrees(steps)
        try await store.fill(steps, writers: "AABBAA", epochs: [1, 1, 2, 2, 3, 3])
        for number in [2, 4, 6] { try await store.snapshot(Int64(number), trees[number]) }
        let inspector = store.inspector()
        func jump(_ target: JumpTarget, _ from: Int64, _ direction: Direction = .forward, _ count: Int = 1) throws
            -> JumpAnswer
        {
            let job = inspector.jump(target, in: store.id, from: from, direction, count: count)
            while true { if let answer = try job.step(budget: 2) { return answer } }
        }
        #expect(try jump(.snapshot, 2) == JumpAnswer(sequenceNumber: 4))
        #expect(try jump(.snapshot, 6, .backward, 2) == JumpAnswer(sequenceNumber: 2))
        #expect(try jump(.snapshot, 6) == JumpAnswer(sequenceNumber: nil, note: "no later snapshot (of 3)"))
        #expect(
            try jump(.snapshot, 1, .forward, 9)
                == JumpAnswer(sequenceNumber: 6, note: "only 3 later snapshots (of 3)"))
        #expect(try jump(.otherWriter, 1) == JumpAnswer(sequenceNumber: 3))
        #expect(try jump(.otherWriter, 1, .forward, 2) == JumpAnswer(sequenceNumber: 5))
        #expect(try jump(.otherWriter, 6, .backward) == JumpAnswer(sequenceNumber: 4))
        #expect(try jump(.otherWriter, 5).note == "no later event by another writer")
        #expect(try jump(.sameWriter, 2) == JumpAnswer(sequenceNumber: 5))
        #expect(try jump(.sameWriter, 1, .backward).note == "no earlier event by web-1")
        #expect(try jump(.sameType, 1) == JumpAnswer(sequenceNumber: 4))
        #expect(try jump(.sameType, 5).note == "no later event of type Noted")
        let total = JumpTarget.valueChange(StatePath([.key("total")]))
        #expect(try jump(total, 3) == JumpAnswer(sequenceNumber: 6))
        #expect(try jump(total, 3, .backward) == JumpAnswer(sequenceNumber: 2))
        #expect(try jump(total, 0, .forward, 2) == JumpAnswer(sequenceNumber: 3))
        #expect(try jump(total, 6).note == "no later change of total")
        #expect(try jump(total, 2, .backward).note == "no earlier change of total")
        #expect(try jump(.finding, 1).note == "no finding")
        try await store.snapshot(4, trees[1])
        #expect(try jump(.finding, 1) == JumpAnswer(sequenceNumber: 4))
        #expect(try jump(.finding, 4).note == "no later finding (of 1)")
    }
}
