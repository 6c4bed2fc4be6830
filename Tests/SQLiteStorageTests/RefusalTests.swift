import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("What a store says of what it refuses")
struct RefusalTests {
    @Test("a reply that is too large to be read again is refused with its stream, and nothing is written")
    func largeReply() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try SQLiteStore.create(folder.file())
        let command = CommandRecord(
            id: ULID(high: 1, low: 1), reply: Array(repeating: 0x20, count: EncodedEvent.largest + 1))
        let error = await #expect(throws: StoreError.self) {
            try await store.append(
                [.fixture(at: 0)], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil,
                with: Companions(command: command))
        }
        #expect(error?.reason == .invalid)
        #expect(error?.stream == (try? .named("Order|1")))
        #expect(try await store.head(of: .named("Order|1")) == nil)
    }

    @Test("metadata that are nested deeper than any reader goes are refused with their stream, and nothing is written")
    func deepMetadata() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try SQLiteStore.create(folder.file())
        let deep = (0..<600).reduce(JSONValue.null) { value, _ in .array([value]) }
        let event = NewEvent(
            type: "Deep", payload: Array("{}".utf8), metadata: Metadata(values: ["why": deep]), timestamp: .epoch)
        let error = await #expect(throws: StoreError.self) {
            try await store.append(
                [.fixture(at: 0), event], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        }
        #expect(error?.reason == .invalid)
        #expect(error?.stream == (try? .named("Order|1")))
        #expect(try await store.head(of: .named("Order|1")) == nil)
    }

    @Test("a path that begins with two slashes is the same file as with one")
    func twoSlashes() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create("/" + folder.file())
        try await store.append("first", to: "Order|1")
        store.close()
        #expect(try SQLiteReader("/" + folder.file()).numbers("Order|1").count == 1)
        #expect(try SQLiteReader(folder.file()).numbers("Order|1").count == 1)
    }
}
