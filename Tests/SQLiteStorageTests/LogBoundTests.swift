import Actors
import EventSourcing
import Glibc
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The log of changes starts again under writers that never pause")
struct LogBoundTests {
    @Test(
        "it stays below its bound and one commit more, while a reader is open that holds nothing",
        arguments: [false, true])
    func bound(inBackgroundToo isInBackground: Bool) async throws {
        let folder = try TemporaryFolder.inMemory()
        var options = SQLiteStoreOptions(durability: .normal)
        options.checkpointsInBackground = isInBackground
        options.pagesInLog = 500
        let store = try SQLiteStore.create(folder.file(), options: options)
        let reader = try SQLiteReader(folder.file(), trust: .own)
        #expect(try reader.totals().events == 0)
        let payload = [UInt8](repeating: 0x20, count: 3_000)
        let written = try await withThrowingTaskGroup(of: Int64.self) { group in
            for stream in 0..<4 {
                group.addTask {
                    let event = NewEvent(type: "Large", payload: payload, timestamp: .epoch)
                    var last: Int64 = 0
                    for _ in 0..<1_000 {
                        last = try await store.append(
                            [event], to: .named("Order|\(stream)"), expecting: .number(last), by: .first, epoch: nil,
                            with: .none
                        ).sequenceNumbers.lowerBound
                    }
                    return last
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(written == 4_000)
        // It is never made shorter while the store is open, so that this is the largest that it was.
        let pages = try #require(try StoreFile(folder.file()).log).size / 4_120
        // Behind a checkpoint that another thread has begun, the writer's own waits until that is done, from half a bound on.
        let most = Int64(isInBackground ? 2 * options.pagesInLog : options.pagesInLog + 50)
        #expect(pages < most)
        #expect(pages > 100)
        #expect(try reader.totals().events == 4_000)
        reader.close()
        store.close()
        print("figures: a log of at most \(options.pagesInLog) pages, background \(isInBackground): \(pages) pages")
    }

    @Test("it does not grow for as long as a checkpoint in the background takes: a writer waits for that")
    func slowBackground() async throws {
        let (folder, files) = (try TemporaryFolder.inMemory(), FaultyFiles())
        var options = SQLiteStoreOptions(durability: .normal)
        options.pagesInLog = 200
        options.fileSystem = files.name
        let path = folder.file()
        let store = try SQLiteStore.create(path, options: options)
        let (held, holding) = AsyncStream.makeStream(of: Void.self)
        let isHeld = Locked(false)
        let wasHeldUp = Locked(false)
        let isWritten = Locked(false)
        files.beforeSyncs { synced in
            let isFirst = isHeld.withLock { isHeld in
                defer { isHeld = isHeld || synced == path }
                return synced == path && !isHeld
            }
            guard isFirst else { return }
            holding.finish()
            // Until the writer waits, or the log is far beyond its bound.
            while !store.isWriterHeldUp, !isWritten.withLock({ $0 }),
                (try? StoreFile(path).log?.size) ?? 0 < 5_000 * 4_120
            { sched_yield() }
            wasHeldUp.withLock { $0 = store.isWriterHeldUp }
        }
        let event = NewEvent(type: "Large", payload: [UInt8](repeating: 0x20, count: 3_000), timestamp: .epoch)
        for number in 0..<4_000 as Range<Int64> {
            // The pause in which a checkpoint begins in the background.
            if number == 20 { for await _ in held {} }
            _ = try await store.append(
                [event], to: .named("Order|1"), expecting: .number(number), by: .first, epoch: nil, with: .none)
        }
        let pages = try #require(try StoreFile(path).log).size / 4_120
        isWritten.withLock { $0 = true }
        #expect(wasHeldUp.withLock { $0 })
        #expect(pages < 2 * options.pagesInLog)
        store.close()
        print("figures: a log of at most \(options.pagesInLog) pages, behind a slow checkpoint: \(pages) pages")
    }
}
