import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("The SQLite store sets events apart")
struct QuarantineTests {
    @Test("what is apart is there for a reader, and after a restart")
    func reopened() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let event = QuarantinedEvent(
            persistenceID: try PersistenceID("Order", "1"), sequenceNumber: 3, reason: "it can't be decoded",
            timestamp: .init(microseconds: -1), writer: .second)
        try await store.quarantine(event)
        store.close()
        #expect(try await SQLiteStore.open(folder.file()).quarantined(after: nil, limit: 2) == [event])
        let reader = try SQLiteReader(folder.file())
        #expect(try reader.quarantined(of: event.persistenceID, after: 2, limit: 2) == [event])
        #expect(try reader.quarantined(after: event, limit: 2) == [])
    }
}
