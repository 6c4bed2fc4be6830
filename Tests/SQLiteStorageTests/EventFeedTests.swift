import CSQLite
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("The live feed of a store file")
struct EventFeedTests {
    @Test("goes on with what its own store and another one write into the file", .timeLimit(.minutes(20)))
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let own = try SQLiteStore.create(folder.file())
        let other = try SQLiteStore.open(folder.file())
        defer { other.close() }
        try await own.append("first", to: "Order|1")
        var feed = own.events().makeAsyncIterator()
        #expect(try await feed.next()?.position == 1)
        for position in stride(from: Int64(2), to: 40, by: 2) {
            try await other.append("theirs", to: "Order|2")
            #expect(try await feed.next()?.position == position)
            try await own.append("ours", to: "Order|1")
            #expect(try await feed.next()?.position == position + 1)
        }
        own.close()
        await #expect(throws: StoreError.self) { try await feed.next() }
    }

    @Test("wakes for a commit of another process", .timeLimit(.minutes(20)))
    func anotherProcess() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let process = try ProbeProcess(on: folder.file())
        try #require(try process.ask("cart fed") == "cart fed")
        let (seen, told) = AsyncStream.makeStream(of: Int64.self)
        let task = Task {
            for try await event in store.events() { told.yield(event.position) }
            told.finish()
        }
        var positions = seen.makeAsyncIterator()
        for position in Int64(1)...20 {
            #expect(try process.ask("add item-\(position)").hasPrefix("added"))
            #expect(await positions.next() == position)
        }
        task.cancel()
        try await task.value
    }

    @Test("tells everything before a row that can't be read, and then what is wrong", .timeLimit(.minutes(20)))
    func damage() async throws {
        let folder = try TemporaryFolder()
        let made = try SQLiteStore.create(folder.file())
        for _ in 0..<6 {
            let events = (0..<100).map { NewEvent.fixture("item \($0)") }
            _ = try await made.append(
                events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        }
        made.close()
        let page = try DamageTests.leaf(of: "events", at: folder.file())
        try BadFileTests.overwrite(folder.file(), at: (page - 1) * 4096, with: [UInt8](repeating: 0xEE, count: 4096))
        let store = try SQLiteStore.open(folder.file())
        var feed = store.events().makeAsyncIterator()
        var last: Int64 = 0
        let error = await #expect(throws: StoreError.self) {
            while let event = try await feed.next() {
                #expect(event.position == last + 1)
                last = event.position
            }
        }
        #expect(error?.position == last + 1)
        #expect(last > 256)
    }

    @Test("a reader that stands still holds up neither the writer nor its log", .timeLimit(.minutes(20)))
    func slowReader() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        try await store.append("first", to: "Order|1")
        var feed = store.events().makeAsyncIterator()
        #expect(try await feed.next()?.position == 1)
        for _ in 0..<300 { try await store.append("more", to: "Order|1") }
        // No transaction of the reader is open, so that everything can be moved out of the log.
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        try #require(sqlite3_open(folder.file(), &database) == SQLITE_OK)
        var (inLog, moved): (Int32, Int32) = (0, 0)
        #expect(sqlite3_wal_checkpoint_v2(database, nil, SQLITE_CHECKPOINT_TRUNCATE, &inLog, &moved) == SQLITE_OK)
        for position in Int64(2)...301 { #expect(try await feed.next()?.position == position) }
    }
}
