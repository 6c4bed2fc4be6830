import EventSourcing
import Reactions
import Testing

/// Is handed on from one to the next.
private struct Baton: Aggregate {
    struct Passed: Codable, Hashable { var hop: Int }
    struct Pass: Action {
        typealias State = Baton
        var hop: Int
    }

    static let entityType = "Baton"
    static var parts: [AggregatePart<Baton>] {
        Emits(Passed.self) { _, _ in }
        Accepts(Pass.self) { pass, _ in [Passed(hop: pass.hop)] }
    }
}

@Suite("Where events come from is stored with them")
struct OriginTests {
    @Test(
        "a chain of three reactions shares its correlation, and each names what caused it",
        arguments: StoreKind.allCases)
    func chain(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try stage.application {
            Baton.self
            for hop in 1...3 {
                On(Baton.Passed.self, "hop \(hop)")
                    .to { event in event.hop == hop ? .stream(try Baton.id("b-\(hop + 1)")) : nil }
                    .do { event, stream, app in
                        try await app.do(Baton.Pass(hop: event.hop + 1), on: stream, reactingTo: event)
                    }
            }
        }
        try stage.run {
            try await app.do(Baton.Pass(hop: 1), on: Baton.id("b-1"), metadata: ["who": "me"])
            try await app.settle()
        }
        let events = try stage.events()
        #expect(events.map { "\($0.persistenceID)" } == (1...4).map { "Baton|b-\($0)" })
        let ids = events.map(\.commandID)
        #expect(Set(ids).count == 4 && !ids.contains(nil))
        #expect(events.map(\.correlationID) == Array(repeating: ids[0], count: 4))
        #expect(events.map(\.causationID) == [ids[0], ids[0], ids[1], ids[2]])
        #expect(
            events.map { String(decoding: $0.metadata, as: UTF8.self) } == [
                #"{"who":"me","action":"Pass"}"#,
                #"{"reactsTo":"Baton|b-1 #1","reaction":"hop 1","action":"Pass"}"#,
                #"{"reactsTo":"Baton|b-2 #1","reaction":"hop 2","action":"Pass"}"#,
                #"{"reactsTo":"Baton|b-3 #1","reaction":"hop 3","action":"Pass"}"#,
            ])
        try stage.shutdown(app)
    }

    @Test("ids are in the order of time, also those of what reactions do", arguments: StoreKind.allCases)
    func ordered(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try stage.application {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        for amount in 1...20 {
            stage.advance(by: .milliseconds(10))
            try stage.increment(app, by: amount)
        }
        try stage.run { try await app.settle() }
        let events = try stage.events().sorted { ($0.timestamp, $0.position) < ($1.timestamp, $1.position) }
        for type in ["Incremented", "Noted"] {
            let own = events.filter { $0.type == type }
            #expect(own.count == 20)
            #expect(own.compactMap(\.commandID) == own.compactMap(\.commandID).sorted())
            #expect(own.allSatisfy { Int64($0.commandID?.milliseconds ?? 0) == $0.timestamp.microseconds / 1_000 })
        }
        try stage.shutdown(app)
    }

    @Test("what is done outside of a reaction begins a chain of its own", arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            try await app.do(Counter.Increment(), on: Counter.id("c-1"))
            try await app.do(Counter.Increment(), on: Counter.id("c-1"))
            let events = try await stage.store.recorded()
            #expect(events.allSatisfy { $0.commandID == $0.correlationID && $0.commandID == $0.causationID })
            #expect(Set(events.map(\.correlationID)).count == 2)
        }
    }

    @Test(
        "several events of one action have one origin, and what it came to is one result each",
        arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Tally.self
        } do: { app async throws in
            let result = try await app.do(Tally.Add(1, 2, 3), on: Tally.id("t-1"))
            #expect(result.outcomes.map(\.state.sum) == [1, 3, 6])
            #expect(result.outcomes.compactMap { ($0.event as? Tally.Added)?.amount } == [1, 2, 3])
            #expect(
                result.outcomes.map(\.sequenceNumber) == [1, 2, 3] && result.outcomes.map(\.position) == [1, 2, 3])
            #expect(!result.wasDoneBefore)
            #expect(Set(try await stage.store.recorded().map(\.commandID)).count == 1)
        }
    }
}
