import EventSourcing
import Reactions
import TestSupport
import Testing

/// A store that can't say of one event which type it has, or which stream it is of.
private final class LosingStore: ForwardingReactionStore, LiveStore {
    let base: any SteppedStore
    private let loses: @Sendable (borrowing StoredEvent) -> Bool
    private let losesStream: Bool
    let isMended = Switch(false)

    init(
        _ base: any SteppedStore, stream losesStream: Bool, _ loses: @escaping @Sendable (borrowing StoredEvent) -> Bool
    ) {
        (self.base, self.losesStream, self.loses) = (base, losesStream, loses)
    }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await base.load(id, from: from, through: through, fields: fields, into: initial) { [self] result, event in
            try lend(event) { try visit(&result, $0) }
        }
    }

    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await base.readAll(after: position, limit: limit, fields: fields, into: initial) { [self] result, event in
            try lend(event) { try visit(&result, $0) }
        }
    }

    private func lend(
        _ event: borrowing StoredEvent, _ visit: (borrowing StoredEvent) throws -> Visit
    ) throws -> Visit {
        guard !isMended.isOn, loses(event) else { return try visit(event) }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        return try visit(
            StoredEvent(
                persistenceID: losesStream ? PersistenceID("damaged name", "stream 1") : event.persistenceID,
                position: event.position, sequenceNumber: event.sequenceNumber,
                type: losesStream ? event.type : "", schemaVersion: event.schemaVersion, timestamp: event.timestamp,
                writer: event.writer, epoch: event.epoch, correlationID: nil, causationID: nil, commandID: nil,
                isIntact: false, payload: nothing, metadata: nothing))
    }

    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch {
        try base.watchChanges(notice)
    }
}

@Suite("Events of which nobody can say whom they concern")
struct LostEventTests {
    @Test(
        "one whose type or stream can't be read is told, tried again, and blocked by itself, and handled once it is mended",
        arguments: StoreKind.allCases, [true, false])
    func told(_ kind: StoreKind, losesStream: Bool) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let store = LosingStore(stage.store, stream: losesStream) { $0.position == 2 }
        let app = try stage.application(on: store) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        for amount in 1...3 { try stage.append("Incremented", #"{"amount":\#(amount)}"#, to: Counter.id("c-1")) }
        stage.advance(by: .seconds(5))
        #expect(record.words == ["1", "3"])
        let blocked = try #require(try stage.subscriptions(SubscriptionFilter(isBlocked: true)).first)
        #expect("\(blocked.target)" == "(unresolved)|2/(reading)")
        #expect(blocked.failure?.reaction == "(reading)" && blocked.failure?.position == 2)
        #expect(blocked.failure?.attempts.count == 4)
        #expect(
            stage.log.warnings.first
                == "An event can't be read; that is tried again, and then its subscription blocked.")
        store.isMended.turn(on: true)
        try stage.run { try await app.unblock(.all) }
        stage.work()
        #expect(record.words == ["1", "3", "2"])
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark })
        try stage.shutdown(app)
    }

    @Test("one of an entity that no reaction hears is nobody's concern", arguments: StoreKind.allCases)
    func elsewhere(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let store = LosingStore(stage.store, stream: false) { $0.position == 1 }
        let app = try stage.application(on: store) {
            Counter.self
            On(Counter.Incremented.self, "note").do { _, _, _ in }
        }
        try stage.append("Noted", #"{"text":"a"}"#, to: Journal.id("j"))
        try stage.append("Incremented", #"{"amount":1}"#, to: Counter.id("c-1"))
        stage.advance(by: .seconds(5))
        #expect(try stage.subscriptions().map { "\($0.target)" } == ["Counter|c-1"])
        #expect(stage.log.warnings.isEmpty)
        try stage.shutdown(app)
    }
}
