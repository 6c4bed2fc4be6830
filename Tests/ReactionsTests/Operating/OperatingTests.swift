import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import Testing

@Suite("Operators change subscriptions")
struct OperatingTests {
    struct Refused: Error, CustomStringConvertible {
        let description = "not today"
    }

    /// A reaction to each increment of a counter, whose journal has the counter's id, in lanes by whether it is for "slow".
    static func reaction(_ refuses: Switch) -> Reaction {
        On(Counter.Incremented.self, "note")
            .to { event in .stream(try Journal.id(event.stream.entityID), from: .exact("\(event.stream)")) }
            .retry(ReactionRetry(maxRetries: 0))
            .do { event, stream, app in
                if refuses.isOn { throw Refused() }
                try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
            }
    }

    /// The subscriptions of an application, by the ids of their targets.
    static func rows(_ stage: ReactionStage, _ filter: SubscriptionFilter = .all) async throws -> [Subscription] {
        try await stage.store.list(filter, of: "counting", after: nil, limit: 1_000)
    }

    /// What was remembered, as the types and the payloads of events.
    static func notes(_ stage: ReactionStage) async throws -> [String] {
        try await stage.store.load(
            PersistenceID("Operations", "counting"), from: 1, through: .max, fields: .all, into: [String]()
        ) { notes, event in
            notes.append("\(event.type) \(String(decoding: event.payload, as: UTF8.self))")
            return .next
        }
    }

    @Test("each operation answers how many, and is remembered with what, who and when", arguments: StoreKind.allCases)
    func operations(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let refuses = Switch(false)
        for id in ["a-1", "a-2", "b-1"] { try await stage.increment(id, by: 5) }
        try await stage.application {
            Counter.self
            Journal.self
            Self.reaction(refuses)
        } do: { app async throws in
            try await app.settle()
            stage.clock.advance(by: .seconds(60))
            let a = SubscriptionFilter.matching(.prefix("Journal|a-"))
            let b = SubscriptionFilter.these(try Journal.id("b-1"))
            #expect(try await app.prioritize(a, to: 3, by: "ann").count == 2)
            #expect(try await Self.rows(stage).map(\.priority) == [3, 3, 0])
            let later = stage.clock.now.adding(.seconds(9))
            #expect(try await app.deferUntil(later, b, by: "bob").count == 1)
            #expect(try await Self.rows(stage).map(\.due) == [nil, nil, later])
            #expect(try await app.reset(a).count == 2)
            #expect(try await Self.rows(stage).map(\.watermark) == [0, 0, 3])
            #expect(try await app.reset(.these(try Journal.id("unknown"))).count == 0)
            #expect(
                try await Self.notes(stage) == [
                    #"SubscriptionsPrioritized {"count":2,"filter":"targets: prefix Journal|a-","priority":3,"operator":"ann"}"#,
                    #"SubscriptionsDeferred {"count":1,"filter":"Journal|b-1","until":"\#(later)","operator":"bob"}"#,
                    #"SubscriptionsReset {"count":2,"filter":"targets: prefix Journal|a-"}"#,
                ])
            let remembered = try await app.statistics(of: [PersistenceID("Operations", "counting")])
            #expect(remembered.first?.count == 3 && remembered.first?.last.timestamp == stage.clock.now)
        }
    }

    @Test("a dry run changes nothing, and says what it would change", arguments: StoreKind.allCases)
    func dryRun(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let targets = try (0..<1_120).map { NewSubscription(try Journal.id("j-\(10_000 + $0)"), workMark: 1) }
        try await stage.store.subscribe(targets, of: "counting")
        try await stage.application {
            Counter.self
        } do: { app async throws in
            let before = try await Self.rows(stage)
            for operation in [
                try await app.reset(.all, dryRun: true), try await app.prioritize(.all, to: 9, dryRun: true),
                try await app.deferUntil(.epoch, .all, dryRun: true),
            ] {
                #expect(operation.count == 1_120)
                #expect(operation.subscriptions == Array(before.prefix(100)))
            }
            #expect(try await app.unblock(.all, dryRun: true).count == 0)
            #expect(try await Self.rows(stage) == before)
            #expect(try await Self.notes(stage).isEmpty)
        }
    }

    @Test("what is blocked says why, and goes on where it stood when it is unblocked", arguments: StoreKind.allCases)
    func unblock(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let refuses = Switch(true)
        for id in ["a", "b"] { try await stage.increment(id, by: 5) }
        try await stage.application {
            Counter.self
            Journal.self
            Self.reaction(refuses)
        } do: { app async throws in
            try await app.settle()
            let blocked = try await app.blocked()
            #expect(blocked.map(\.target) == [try Journal.id("a"), try Journal.id("b")])
            #expect(blocked.first?.failure?.reaction == "note" && blocked.first?.failure?.position == 1)
            #expect(blocked.first?.failure?.attempts.map(\.message) == ["not today"])
            #expect(try await app.blocked(after: try Journal.id("a")).count == 1)
            #expect(try await app.blocked(SubscriptionFilter(isBlocked: false)).isEmpty)
            refuses.turn(on: false)
            #expect(try await app.unblock(SubscriptionFilter(isBlocked: false)).count == 0)
            let preview = try await app.unblock(.all, dryRun: true)
            #expect(preview.count == 2 && preview.subscriptions == blocked)
            #expect(try await app.unblock(.these(try Journal.id("b")), by: "ann").count == 1)
            #expect(try await app.unblock(.these(try Journal.id("b"))).count == 0)
            #expect(try await app.blocked().map(\.target) == [try Journal.id("a")])
            try await app.settle()
            #expect(try await app.load(Journal.self, Journal.id("b")).state.notes == ["5"])
            #expect(try await app.load(Journal.self, Journal.id("a")).state.notes.isEmpty)
            #expect(
                try await Self.notes(stage) == [
                    #"SubscriptionsUnblocked {"count":1,"filter":"Journal|b; blocked","operator":"ann"}"#
                ])
        }
    }

    @Test(
        "what was reset is handled again from the first event on, and what was done is not done twice",
        arguments: StoreKind.allCases)
    func again(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        for amount in [1, 2, 3] { try await stage.increment("a", by: amount) }
        try await stage.application {
            Counter.self
            Journal.self
            Self.reaction(Switch(false))
        } do: { app async throws in
            #expect(try await app.settle().handled == 3)
            #expect(try await app.reset(.all).count == 1)
            #expect(try await app.settle().handled == 3)
            #expect(try await app.load(Journal.self, Journal.id("a")).state.notes == ["1", "2", "3"])
        }
    }

    @Test(
        "a target that its own stream feeds beside another one begins again with both, also in another process",
        arguments: StoreKind.allCases)
    func againOfBoth(_ kind: StoreKind) async throws {
        let (stage, record) = (try ReactionStage(kind), Record())
        @ApplicationBuilder func parts() -> [ApplicationPart] {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note")
                .to { event in .stream(try Journal.id(event.stream.entityID), from: .exact("\(event.stream)")) }
                .do { event, stream, app in
                    record.add("note \(event.amount)")
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
            On(Journal.Noted.self, "echo").do { event, _, _ in record.add("echo \(event.text)") }
        }
        try await stage.increment("a", by: 1)
        try await stage.application {
            parts()
        } do: { app async throws in
            for _ in 1...2 {
                try await app.correlate()
                try await app.drain()
            }
        }
        #expect(record.words == ["note 1", "echo 1"])
        record.clear()
        try await stage.application {
            parts()
        } do: { app async throws in
            #expect(try await app.reset(.these(try Journal.id("a"))).count == 1)
            try await app.settle()
        }
        #expect(record.words == ["note 1", "echo 1"])
    }

    @Test("what was done in the store beneath a sandbox is not done again in it, though it is reset there")
    func againInSandbox() async throws {
        let stage = try ReactionStage(.memory)
        for amount in [1, 2] { try await stage.increment("a", by: amount) }
        @ApplicationBuilder func parts() -> [ApplicationPart] {
            Counter.self
            Journal.self
            Self.reaction(Switch(false))
        }
        try await stage.application {
            parts()
        } do: { app async throws in
            #expect(try await app.settle().handled == 2)
        }
        let sandbox = SandboxStore(over: try stage.memory.reader())
        try await stage.application(on: sandbox) {
            parts()
        } do: { app async throws in
            #expect(try await app.reset(.all).count == 1)
            #expect(try await app.settle().handled == 2)
            #expect(try await app.load(Journal.self, Journal.id("a")).state.notes == ["1", "2"])
            try await app.do(Counter.Increment(amount: 3), on: Counter.id("a"))
            try await app.settle()
            #expect(try await app.load(Journal.self, Journal.id("a")).state.notes == ["1", "2", "3"])
        }
        #expect(try await stage.store.head(of: Journal.id("a"))?.sequenceNumber == 2)
    }

    @Test("a pattern that is richer than a literal text is refused, by what would be right")
    func richerPatterns() {
        for text in ["^Journal.*", "regex Journal", "exact"] {
            let error = #expect(throws: StoreError.self) { try StreamPattern(parsing: text) }
            #expect(error?.reason == .invalid)
            #expect(
                error?.detail
                    == "a pattern of names is 'exact', 'prefix', 'suffix' or 'contains' with a space and a literal text"
            )
        }
    }

    @Test("an operation that could not be remembered says that it was done")
    func notRemembered() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.store.subscribe([NewSubscription(try Journal.id("a"))], of: "counting")
        let store = UnreliableStore(over: try stage.memory)
        try await stage.application(on: store) {
            Counter.self
        } do: { app async throws in
            store.failAppend(with: .refused(.full))
            let error = try await #require(throws: OperatingError.self) { try await app.prioritize(.all, to: 4) }
            #expect(
                "\(error)" == """
                    SubscriptionsPrioritized was done to 1, and could not be remembered: Operations|counting has no room: \
                    the disk is full; nothing was written
                    """)
            #expect(try await Self.rows(stage).map(\.priority) == [4])
        }
    }

    @Test("a filter is remembered in words, whatever it says")
    func words() async throws {
        let stage = try ReactionStage(.memory)
        let (a, b) = (try Journal.id("a"), try Journal.id("b"))
        let new = [a, b].map { NewSubscription($0, source: .prefix("Counter|"), lane: "slow") }
        try await stage.store.subscribe(new, of: "counting")
        try await stage.application {
            Counter.self
        } do: { app async throws in
            try await app.reset(.all)
            try await app.reset(SubscriptionFilter(.these([a, b]), lane: "slow", isBlocked: false))
            try await app.reset(SubscriptionFilter(source: .prefix("prefix "), fedBy: [try Counter.id("c")]))
            #expect(
                try await Self.notes(stage) == [
                    #"SubscriptionsReset {"count":2,"filter":"all"}"#,
                    #"SubscriptionsReset {"count":2,"filter":"Journal|a, Journal|b; lane: slow; not blocked"}"#,
                ])
        }
    }
}
