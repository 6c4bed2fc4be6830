import Actors
import Testing

@testable import EventSourcing

@Suite("Metadata that can't be stored")
struct UnstorableMetadataTests {
    enum Store: CaseIterable, Sendable {
        case inMemory
        case sandbox

        func make() -> any EventStore {
            switch self {
            case .inMemory: InMemoryStore()
            case .sandbox: SandboxStore(over: InMemoryStore().reader())
            }
        }
    }

    /// Values that are nested so deep, the object itself counted.
    private func values(nested levels: Int) -> JSONObject {
        var value: JSONValue = 1
        for level in 1..<levels { value = level % 2 == 0 ? [value] : ["in": value] }
        return ["deep": value]
    }

    private func event(nested levels: Int) -> NewEvent {
        var event = NewEvent.fixture("a")
        event.metadata.values = values(nested: levels)
        return event
    }

    private func append(_ events: NewEvent..., to id: PersistenceID, of store: any EventStore) async throws {
        _ = try await store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
    }

    @Test("values nested as deep as a reader goes are read again", arguments: Store.allCases)
    func deepest(store: Store) async throws {
        let (store, id) = (store.make(), try order("1"))
        let deepest = Metadata.deepestNesting
        try await append(event(nested: deepest), to: id, of: store)
        let texts = try await store.load(id, from: 1, through: .max, fields: .all, into: [[UInt8]]()) { rows, event in
            rows.append(event.withMetadata { Array($0) })
            return .next
        }
        #expect(try JSONReader().read(#require(texts.first)).value == .object(values(nested: deepest)))
    }

    @Test(
        "values nested deeper are refused with a sentence, and nothing of their batch is written",
        arguments: Store.allCases, [Metadata.deepestNesting + 1, 2_000])
    func tooDeep(store: Store, levels: Int) async throws {
        let (store, id) = (store.make(), try order("1"))
        let error = await #expect(throws: StoreError.self) {
            try await append(.fixture("a"), event(nested: levels), to: id, of: store)
        }
        #expect(error?.reason == .invalid)
        #expect(
            error?.description == "Order|1 was asked for something outside its bounds: "
                + "the values of an event's metadata are nested at most 512 levels deep")
        let imported = event(nested: levels)
        await #expect(throws: StoreError.self) {
            try await store.importHistory([
                ImportedEvent(persistenceID: id, sequenceNumber: 1, event: .fixture("a"), writer: .first),
                ImportedEvent(persistenceID: id, sequenceNumber: 2, event: imported, writer: .first),
            ])
        }
        #expect(try await store.head(of: id) == nil)
        #expect(
            try await store.readAll(after: 0, limit: 9, fields: [], into: 0) { count, _ in
                count += 1
                return .next
            } == 0)
    }

    @Test("a number that is none is no value, so it can't come into metadata")
    func noNumbers() {
        for number in [Double.nan, .infinity, -.infinity] { #expect(JSONNumber(number) == nil) }
        for text in ["NaN", "Infinity", "-inf", "nan"] { #expect(JSONNumber(text) == nil) }
    }

    @Test("a command with such values tells its asker, and writes nothing")
    func command() throws {
        let stage = try CartStage()
        let (cart, metadata) = (try stage.spawn(), Metadata(values: values(nested: 600)))
        let error = #expect(throws: AskError.self) {
            try stage.scheduler.run { () async throws -> [String] in
                try await cart.ask(timeout: .seconds(5), as: metadata) { replyTo in
                    CartCommand("add") { _, _ in .persist(.added("apple")).thenReply(to: replyTo) { $0.items } }
                }
            }
        }
        #expect(error?.description.contains("nested at most 512 levels deep") == true)
        #expect(try stage.stored().isEmpty)
        #expect(try stage.add(stage.spawn(), "banana")?.get() == ["banana"])
    }
}
