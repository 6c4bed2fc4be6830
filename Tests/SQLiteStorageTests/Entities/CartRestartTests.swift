import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Entities across systems, on a file")
struct CartRestartTests {
    @Test("engine 126, 127, 128: what one system persisted the next one has, and goes on with the next number")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteStore.create(folder.file())
        let before = try CartOnFile(first)
        for item in ["apple", "banana", "cherry"] { try await before.add(item) }
        await before.shutDown()
        first.close()

        let second = try SQLiteStore.open(folder.file())
        #expect(try await second.list(of: .named("Cart|cart-1")).map(\.sequenceNumber) == [2])
        #expect(try await second.head(of: .named("Cart|cart-1"))?.eventCount == 3)
        let after = try CartOnFile(second)
        #expect(try await after.items() == ["apple", "banana", "cherry"])
        #expect(try await after.add("date") == ["apple", "banana", "cherry", "date"])
        #expect(try await second.head(of: .named("Cart|cart-1"))?.sequenceNumber == 4)
    }
}
