import Actors
import EventSourcing
import Reactions
import TestSupport
import Testing

@Suite("Targets that lag behind what was correlated here")
struct LaggingTests {
    /// How many events it handed out, and how many calls that took.
    private final class ReadingStore: ForwardingReactionStore {
        let base: any SteppedStore
        private let counts = Locked((calls: 0, scanned: 0))

        init(_ base: any SteppedStore) { self.base = base }

        var calls: Int { counts.withLock { $0.calls } }
        var scanned: Int { counts.withLock { $0.scanned } }

        func call<Answer: Sendable>(
            _ name: StoreCall, _ body: @Sendable () async throws -> Answer
        ) async throws -> Answer {
            if name == .load || name == .head { counts.withLock { $0.calls += 1 } }
            return try await body()
        }

        func readAll<Result: Sendable>(
            after position: Int64, limit: Int, fields: EventFields, into initial: Result,
            visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
        ) async throws -> Result {
            try await base.readAll(after: position, limit: limit, fields: fields, into: initial) { result, event in
                self.counts.withLock { $0.scanned += 1 }
                return try visit(&result, event)
            }
        }
    }

    /// What another worker correlated is drained by one that has not; answers what it did, in order.
    private func drain(
        _ stage: SteppedStage, _ store: ReadingStore, _ reaction: (On<Counter.Incremented>, Record) -> Reaction
    ) throws -> [String] {
        let (settings, record) = (try ApplicationSettings(isSelfDriving: false), Record())
        let on = On(Counter.Incremented.self, "note")
        let first = try stage.application(settings: settings) {
            Counter.self
            reaction(on, Record())
        }
        for number in 1...40 {
            for id in ["a", "b", "c", "d", "e"] {
                try stage.append("Incremented", #"{"amount":\#(number)}"#, to: Counter.id(id))
            }
        }
        try stage.run { try await first.correlate() }
        try stage.shutdown(first)
        let app = try stage.application(on: store, settings: settings) {
            Counter.self
            reaction(on, record)
        }
        try stage.run { try await app.drain() }
        try stage.shutdown(app)
        return record.words
    }

    @Test(
        "what lies back is looked through once for all targets that are computed, and not once for each",
        arguments: StoreKind.allCases)
    func computed(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let store = ReadingStore(stage.store)
        let words = try drain(stage, store) { on, record in
            on.to { event in .stream(try Journal.id("of-\(event.stream.entityID)")) }
                .do { event, stream, _ in record.add("\(stream.entityID) \(event.amount)") }
        }
        for id in ["a", "b", "c", "d", "e"] {
            #expect(words.filter { $0.hasPrefix("of-\(id) ") } == (1...40).map { "of-\(id) \($0)" })
        }
        #expect(store.scanned <= 200 + 5)
    }

    @Test(
        "a stream that feeds its own target goes on where it was read before, without looking for it",
        arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let store = ReadingStore(stage.store)
        let words = try drain(stage, store) { on, record in
            on.do { event, stream, _ in record.add("\(stream.entityID) \(event.amount)") }
        }
        for id in ["a", "b", "c", "d", "e"] {
            #expect(words.filter { $0.hasPrefix("\(id) ") } == (1...40).map { "\(id) \($0)" })
        }
        // Four claims of ten events for each of five streams, and nothing to look for before the first.
        #expect(store.calls == 20)
    }
}
