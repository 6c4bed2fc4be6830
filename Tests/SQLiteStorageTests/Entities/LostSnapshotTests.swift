import Actors
import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@Suite("A snapshot with a lost page, on a file")
struct LostSnapshotTests {
    @Test("engine 157: it is passed over for the next older one")
    func lostPage() async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID.named("Cart|cart-1")
        let store = try SQLiteStore.create(folder.file())
        let before = try CartOnFile(store)
        for item in ["apple", "banana", "cherry"] { try await before.add(item) }
        await before.shutDown()
        try await store.save(
            StoredSnapshot(
                persistenceID: id, sequenceNumber: 3, stateType: "Cart", writer: .first, timestamp: .epoch,
                state: Array(repeating: UInt8(ascii: "x"), count: 20_000)))
        // What an entity is recovered from is only the snapshot before it.
        try await store.deleteEvents(of: id, upTo: 2)
        store.close()
        try losePages(of: "x", in: folder.file())

        let damaged = try SQLiteStore.open(folder.file())
        let start = try await damaged.recoveryStart(of: id, snapshots: damaged)
        #expect(start.hasUnreadableSnapshot)
        #expect(start.snapshot == nil)
        #expect(start.head?.sequenceNumber == 3)
        let after = try CartOnFile(damaged)
        #expect(try await after.items() == ["apple", "banana", "cherry"])
        await after.shutDown()
        damaged.close()
    }

    /// Cuts the chains of pages that hold nothing but one byte.
    private func losePages(of byte: Character, in path: String) throws {
        var file = try Data(contentsOf: URL(fileURLWithPath: path))
        let size = 4_096
        var lost = 0
        for page in stride(from: 0, to: file.count, by: size)
        where file[(page + 4)..<(page + size)].allSatisfy({ $0 == byte.asciiValue }) {
            file.replaceSubrange(page..<(page + 4), with: [0, 0, 0, 0])
            lost += 1
        }
        try #require(lost > 0)
        try file.write(to: URL(fileURLWithPath: path))
    }
}
