import Actors
import EventSourcing
import Testing

@Suite("A sandbox sets events apart for itself alone")
struct SandboxQuarantineTests {
    @Test("a sandbox shows what is apart beneath it, and lets it go for itself alone")
    func overQuarantine() async throws {
        let beneath = InMemoryStore()
        let sandbox = SandboxStore(over: beneath.reader())
        let id = try PersistenceID("Order", "1")
        func event(_ number: Int64) -> QuarantinedEvent {
            QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: "it is damaged",
                timestamp: .init(microseconds: 1), writer: .init(.init(high: 0, low: 1)))
        }
        func numbers(_ store: some QuarantineStore) async throws -> [Int64] {
            try await store.quarantined(of: id, after: 0, limit: 2).map(\.sequenceNumber)
        }
        for number in [1, 3, 5] as [Int64] { try await beneath.quarantine(event(number)) }
        #expect(try await sandbox.quarantine(event(3)) == false)
        try await sandbox.quarantine(event(2))
        #expect(try await numbers(sandbox) == [1, 2])
        #expect(try await sandbox.release(id, sequenceNumber: 1, at: .init(microseconds: 2)))
        #expect(try await numbers(sandbox) == [2, 3])
        #expect(try await sandbox.quarantined(after: nil, limit: 9).map(\.sequenceNumber) == [2, 3, 5])
        #expect(try await numbers(beneath) == [1, 3])
    }
}
