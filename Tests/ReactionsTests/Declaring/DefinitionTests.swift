import EventSourcing
import Reactions
import Testing

/// Something that can't be declared, and what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
    let sentence: String
    @ApplicationBuilder let parts: @Sendable () -> [ApplicationPart]
    var name = "counting"

    var testDescription: String { sentence }

    init(
        _ sentence: String, name: String = "counting",
        @ApplicationBuilder parts: @escaping @Sendable () -> [ApplicationPart]
    ) {
        (self.sentence, self.name, self.parts) = (sentence, name, parts)
    }
}

/// An aggregate with parts of a test's own.
private protocol Odd: Aggregate {}

extension Odd {
    static var entityType: String { "Odd" }
}

private struct Happened: Codable, Sendable {}
private struct Occurred: Codable, Sendable {}
private struct Act<Of: Odd>: Action {
    typealias State = Of
    static var name: String { "Act" }
}

private struct TwoEvents: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Emits(Happened.self, as: "Other") { _, _ in }
    }
}
private struct OneName: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Emits(Occurred.self, as: "Happened") { _, _ in }
    }
}
private struct NoEvents: Odd {
    static var parts: [AggregatePart<Self>] { Accepts(Act<Self>.self) { _, _ in [] } }
}
private struct TwoActions: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Accepts(Act<Self>.self) { _, _ in [] }
        Accepts(Act<Self>.self) { _, _ in [Happened()] }
    }
}
private struct TwoInvariants: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Invariant("is well") { _ in true }
        Invariant("is well") { _ in true }
    }
}
private struct TwoOfAnAction: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Accepts(
            Act<Self>.self, given: Invariant("is well") { _, _ in true }, Invariant("is well") { _, _ in true }
        ) { _, _ in [] }
    }
}
private struct OneOfEach: Odd {
    static var parts: [AggregatePart<Self>] {
        Emits(Happened.self) { _, _ in }
        Accepts(Act<Self>.self, given: Invariant("is well") { _, _ in true }) { _, _ in [] }
        Invariant("is well") { _ in true }
    }
}
private struct NoInterval: Odd, Codable {
    static var snapshots: AggregateSnapshots<Self> { .every(0, as: .json()) }
    static var parts: [AggregatePart<Self>] { Emits(Happened.self) { _, _ in } }
}
private struct Piped: Aggregate {
    static let entityType = "A|B"
    static var parts: [AggregatePart<Self>] { Emits(Happened.self) { _, _ in } }
}
private struct Operations: Aggregate {
    static let entityType = "Operations"
    static var parts: [AggregatePart<Self>] { Emits(Happened.self) { _, _ in } }
}
private struct OtherCounter: Aggregate {
    static let entityType = "Counter"
    static var parts: [AggregatePart<Self>] { Emits(Happened.self) { _, _ in } }
}

@Suite("What an application declares is checked")
struct DefinitionTests {
    private static let long = String(repeating: "x", count: 256)
    private static func reaction(
        _ name: String = "note", _ change: (On<Counter.Incremented>) -> On<Counter.Incremented>
    )
        -> Reaction
    { change(On(Counter.Incremented.self, name)).do { _, _, _ in } }

    private static func void(_ change: (On<Counter.Incremented>) -> On<Counter.Incremented>) -> Reaction {
        change(On(Counter.Incremented.self, "note")).void { _ in }
    }

    private static let isVoid =
        "the reaction 'note' is void: it has no target, source, lane, priority, retries or deferral"
    private static let retries = "the reaction 'note' is retried 0 times or more, after waits from zero up to their cap"
    private static let twice = "Odd has two invariants called 'is well'; an error would not say which"

    static let mistakes: [Mistake] = [
        Mistake("the name of an application has from 1 to 255 bytes, not 0", name: "") { Counter.self },
        Mistake("the name of an application has from 1 to 255 bytes, not 256", name: long) { Counter.self },
        Mistake("two aggregates have the entity type Counter; each has its own") {
            Counter.self
            OtherCounter.self
        },
        Mistake("two aggregates have the entity type Counter; each has its own") {
            Counter.self
            Counter.self
        },
        Mistake("'A|B' can't be the entity type of an aggregate: Entity type must not contain pipe character") {
            Piped.self
        },
        Mistake(
            "no aggregate has the entity type Operations: in streams of that type it is remembered what operators did"
        ) { Operations.self },
        Mistake("Odd emits Happened twice; each type of event is declared once") { TwoEvents.self },
        Mistake("Odd accepts Act twice; each action is declared once") { TwoActions.self },
        Mistake(twice) { TwoInvariants.self },
        Mistake(twice) { TwoOfAnAction.self },
        Mistake(twice) { OneOfEach.self },
        Mistake("the events of Odd can't be: An event registry needs at least one event type") { NoEvents.self },
        Mistake("the events of Odd can't be: The event type Happened stands twice in one registry") { OneName.self },
        Mistake("the snapshots of Odd can't be: Snapshots can be taken every 1 or more events, and not every 0") {
            NoInterval.self
        },
        Mistake("two reactions are called 'note'; each has its own name") {
            Counter.self
            reaction { $0 }
            On(Counter.Decremented.self, "note").void { _ in }
        },
        Mistake("the name of a reaction has from 1 to 255 bytes, and '' has 0") {
            Counter.self
            reaction("") { $0 }
        },
        Mistake(
            "the name of a reaction has from 1 to 255 bytes, and '\(String(repeating: "x", count: 40))' has 256"
        ) {
            Counter.self
            reaction(long) { $0 }
        },
        Mistake(
            "the reaction 'note' is for Noted, which no aggregate emits; declare its aggregate, or that it is heard"
        ) {
            Counter.self
            On(Journal.Noted.self, "note").do { _, _, _ in }
        },
        Mistake("the lane of the reaction 'note' has from 1 to 255 bytes, not 0") {
            Counter.self
            reaction { $0.lane("") }
        },
        Mistake("the lane of the reaction 'note' has from 1 to 255 bytes, not 256") {
            Counter.self
            reaction { $0.lane(long) }
        },
        Mistake("the reactions 'one' and 'two' write to Journal|all in different lanes; a stream is in one lane") {
            Counter.self
            reaction("one") { $0.to(journal).lane("slow") }
            reaction("two") { $0.to(journal) }
        },
        Mistake(retries) {
            Counter.self
            reaction { $0.retry(ReactionRetry(maxRetries: -1)) }
        },
        Mistake(retries) {
            Counter.self
            reaction { $0.retry(ReactionRetry(backoff: .fixed(.seconds(-1)))) }
        },
        Mistake(retries) {
            Counter.self
            reaction { $0.retry(ReactionRetry(backoff: .linear(base: .seconds(2), cap: .seconds(1)))) }
        },
        Mistake(retries) {
            Counter.self
            reaction { $0.retry(ReactionRetry(backoff: .exponential(base: .seconds(-2), cap: .seconds(1)))) }
        },
        Mistake("the reaction 'note' can't be deferred by -1.0 seconds") {
            Counter.self
            reaction { $0.deferred(by: .seconds(-1)) }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.to(journal) }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.from(.prefix("Counter|")) }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.lane("slow") }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.priority(1) }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.retry(ReactionRetry(maxRetries: 1)) }
        },
        Mistake(isVoid) {
            Counter.self
            void { $0.deferred(by: .seconds(1)) }
        },
    ]

    private static var journal: PersistenceID {
        guard let id = try? Journal.id("all") else { preconditionFailure("a stream can have that name") }
        return id
    }

    @Test("each mistake is a sentence that says what would be right", arguments: mistakes)
    func definition(_ mistake: Mistake) throws {
        let error = #expect(throws: ApplicationDefinitionError.self) {
            try Application(mistake.name, parts: mistake.parts)
        }
        #expect(error.map { "\($0)" } == mistake.sentence)
    }

    @Test("what is only just allowed is allowed")
    func bounds() async throws {
        let settings = try ApplicationSettings(
            isSelfDriving: false, limits: .init(streams: 1, events: 1), conflictRetries: 0,
            breakerFailures: 1)
        let app = try Application(String(repeating: "x", count: 255), settings: settings) {
            Counter.self
            Self.reaction(String(repeating: "y", count: 255)) {
                $0.retry(ReactionRetry(maxRetries: 0, backoff: .linear(base: .zero, cap: .zero))).deferred(by: .zero)
                    .lane(String(repeating: "z", count: 255))
            }
        }
        try await app.do(Counter.Increment(), on: Counter.id("c-1"))
        #expect(try await app.settle().handled == 1)
        await app.shutdown()
    }

    @Test("settings that can't be are a sentence that says what would be right")
    func settings() throws {
        func said(_ make: () throws -> ApplicationSettings) -> String {
            do {
                _ = try make()
                return ""
            } catch {
                return error is ApplicationSettingsError ? "\(error)" : "something else"
            }
        }
        let (none, one) = (Duration.microseconds(999), ApplicationSettings.Limits(streams: 1, events: 0))
        #expect(
            said { try ApplicationSettings(limits: .init(streams: 0)) }
                == "a lane takes 1 stream and 1 event or more, and not 0 and 10")
        #expect(
            said { try ApplicationSettings(lanes: ["slow": one]) }
                == "a lane takes 1 stream and 1 event or more, and not 1 and 0")
        #expect(
            said { try ApplicationSettings(conflictRetries: -1) }
                == "an action is decided again 0 times or more, and not -1 times")
        #expect(
            said { try ApplicationSettings(breakerFailures: 0) }
                == "a store is left alone behind 1 failure or more, and not 0")
        #expect(said { try ApplicationSettings(lease: none) } == "lease is 1 ms or more, and not 0.000999 seconds")
        #expect(said { try ApplicationSettings(poll: none) } == "poll is 1 ms or more, and not 0.000999 seconds")
        #expect(
            said { try ApplicationSettings(longestSleep: .zero) } == "longestSleep is 1 ms or more, and not 0.0 seconds"
        )
        #expect(
            said { try ApplicationSettings(breakerPause: none) }
                == "breakerPause is 1 ms or more, and not 0.000999 seconds")
    }
}
