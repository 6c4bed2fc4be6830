import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Commits behind damage in the middle of a log are told")
struct LogLossTests {
    private static let frameLength = 4_096 + LogFrame.headerLength

    /// Makes a store with a log of commits that hold one event each, as a writer leaves it that is killed.
    static func makeKilled(at path: String, commits: Int, bytes: Int = 10) async throws {
        let folder = try TemporaryFolder.inMemory()
        try await makeStore(at: folder.file(), streams: 1, events: 1)
        var options = SQLiteStoreOptions(durability: .normal)
        (options.checkpointsInBackground, options.pagesInLog) = (false, 100_000)
        let store = try SQLiteStore.open(folder.file(), options: options)
        let event = NewEvent(type: "Large", payload: [UInt8](repeating: 0x20, count: bytes), timestamp: .epoch)
        for number in 1...Int64(commits) {
            _ = try await store.append(
                [event], to: .named("Order|0"), expecting: .number(number), by: .first, epoch: nil, with: .none)
        }
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: path + suffix)
        }
        store.close()
    }

    /// Where the changes are that end a commit, from 1.
    private func commits(_ path: String) throws -> [Int] {
        var (number, commits) = (0, [Int]())
        guard let log = LogFile(path + "-wal") else { throw StoreError(.missing, file: path) }
        log.visit(piecesOf: Self.frameLength) { piece in
            number += 1
            if LogFrame(bytes: piece).isCommit { commits.append(number) }
            return .next
        }
        return commits
    }

    private func sentence(_ change: Int, _ lost: Int) -> String {
        "'store.db-wal' is damaged at its change \(change), and "
            + (lost == 1 ? "1 commit from there on is lost" : "\(lost) commits from there on are lost")
    }

    @Test(
        "a change with another page, length, salt, sum or byte is told with its number and the commits from there on",
        arguments: [3, 7, 9, 16, 23, 24, 4_119])
    func damaged(place: Int) async throws {
        let folder = try TemporaryFolder.inMemory()
        let path = folder.file()
        try await Self.makeKilled(at: path, commits: 6)
        let commits = try commits(path)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        try #require(commits.count == 6 && sound.count >= 32 + commits[5] * Self.frameLength)
        #expect(try SQLiteReader(path).problems == [])
        // Other salts in the first change are damage at the log's beginning.
        for change in (place == 9 ? 2 : 1)...commits[5] {
            var log = sound
            log[32 + (change - 1) * Self.frameLength + place] ^= 0x40
            try log.write(to: URL(fileURLWithPath: path + "-wal"))
            let before = try folder.contents()
            let reader = try SQLiteReader(path)
            let isLast = change == commits[5]
            // A length that is not zero any more makes a change the end of a commit.
            let lost = commits.count { $0 >= change } + (place == 7 && !commits.contains(change) ? 1 : 0)
            #expect(reader.problems == (isLast ? [] : [sentence(change, lost)]), "\(change)")
            #expect(reader.allProblems == reader.problems)
            #expect(try reader.totals().events == Int64(1 + commits.count { $0 < change }), "\(change)")
            #expect(try folder.contents() == before)
        }
    }

    @Test("what a crash leaves of the last transaction is no finding")
    func torn() async throws {
        let folder = try TemporaryFolder.inMemory()
        let path = folder.file()
        try await Self.makeKilled(at: path, commits: 4)
        let (commits, sound) = (try commits(path), try Data(contentsOf: URL(fileURLWithPath: path + "-wal")))
        try #require(commits[3] - commits[2] > 1)
        for length in [32 + commits[2] * Self.frameLength + 20, 32 + commits[3] * Self.frameLength - 1, 40, 32] {
            try sound.prefix(length).write(to: URL(fileURLWithPath: path + "-wal"))
            #expect(try SQLiteReader(path).allProblems == [], "cut at \(length)")
        }
        var log = sound
        let last = 32 + (commits[3] - 1) * Self.frameLength
        log.replaceSubrange(last..., with: Data(count: log.count - last))
        log[last - 1] ^= 1
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        #expect(try SQLiteReader(path).allProblems == [], "a change without a commit behind it")
    }

    @Test("a log that is written, and begun anew again and again, is no finding")
    func written() async throws {
        let folder = try TemporaryFolder.inMemory()
        var options = SQLiteStoreOptions(durability: .normal)
        options.pagesInLog = 40
        let store = try SQLiteStore.create(folder.file(), options: options)
        let isOver = Locked(false)
        let looking = Task.detached {
            var (looks, told) = (0, [String]())
            while !isOver.withLock({ $0 }) || looks == 0 {
                if let loss = try StoreFile(folder.file()).logLoss { told.append(loss) }
                looks += 1
                await Task.yield()
            }
            return (looks, told)
        }
        for number in 0..<1_500 as Range<Int64> {
            try await store.append("a", to: "Order|1", expecting: .number(number))
        }
        isOver.withLock { $0 = true }
        let (looks, told) = try await looking.value
        store.close()
        #expect(told == [])
        print("figures: looks at a log that is written: \(looks)")
    }

    @Test("a long log is gone through where all is read, and not where a store is opened for looking")
    func long() async throws {
        let folder = try TemporaryFolder.inMemory()
        let path = folder.file()
        try await Self.makeKilled(at: path, commits: 64, bytes: 1 << 20)
        let size = try #require(try StoreFile(path).log).size
        #expect(size > 64 << 20)
        let start = ContinuousClock.now
        #expect(try SQLiteReader(path).allProblems == [])
        print("figures: a log of \(size >> 20) MiB is gone through in \(ContinuousClock.now - start)")
        let change = try commits(path)[9] + 1
        try BadFileTests.overwrite(path + "-wal", at: 32 + (change - 1) * Self.frameLength + 1_000, with: [0xA5])
        let reader = try SQLiteReader(path)
        #expect(reader.problems == [])
        #expect(reader.allProblems == [sentence(change, 54)])
    }

    @Test("a copy for looking tells it too, and so does a repair")
    func copied() async throws {
        let folder = try TemporaryFolder.inMemory()
        let path = folder.file()
        try await Self.makeKilled(at: path, commits: 6)
        let commits = try commits(path)
        try BadFileTests.overwrite(path + "-wal", at: 32 + commits[3] * Self.frameLength + 1_000, with: [0xA5])
        let told = sentence(commits[3] + 1, 2)
        #expect(try StoreRepair(path, into: folder.file("new.db")).survey.steps.first?.sentence.contains(told) == true)
        try FileManager.default.removeItem(atPath: path + "-shm")
        #expect(refusal(of: path) == .needsRecovery)
        let before = try folder.contents()
        let copy = try SQLiteReader.copyForLooking(path)
        defer { SQLiteReader.removeCopy(copy) }
        let reader = try SQLiteReader(copy)
        #expect(reader.problems == [told])
        #expect(try reader.totals().events == 5)
        reader.close()
        #expect(try folder.contents() == before)
    }
}
