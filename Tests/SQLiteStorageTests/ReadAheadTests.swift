import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import Actors
@testable import SQLiteStorage

@Suite("A long range is read ahead of its visitor")
struct ReadAheadTests {
    private static let count: Int64 = 5_000

    /// Two interleaved streams of 5,000 events, some of them larger than a batch.
    private func makeFile(in folder: TemporaryFolder) throws -> String {
        let path = folder.file()
        let ids = try ["Order|1", "Order|2"].map { try PersistenceID.named($0) }
        try SQLiteStore.build(path) { builder in
            try builder.add(
                (1...Self.count).flatMap { number in
                    ids.map { id in
                        ImportedEvent(
                            persistenceID: id, sequenceNumber: number,
                            event: NewEvent(
                                type: number % 3 == 0 ? "A" : "B",
                                payload: Array(
                                    #"{"n":\#(number),"x":"\#(String(repeating: "x", count: number % 1_000 == 0 ? 100_000 : 5))"}"#
                                        .utf8), metadata: Metadata(values: number % 2 == 0 ? ["k": "v"] : [:]),
                                timestamp: Timestamp(microseconds: number)),
                            writer: number < 3_000 ? .first : .second, epoch: 1)
                    }
                })
        }
        return path
    }

    private func seen(_ store: SQLiteStore, from: Int64 = 1, through: Int64) async throws -> [RecordedEvent] {
        try await store.load(try .named("Order|1"), from: from, through: through, fields: .all, into: []) {
            $0.append(RecordedEvent($1))
            return .next
        }
    }

    /// The same, in ranges that are too short to be read ahead.
    private func seenInParts(_ store: SQLiteStore) async throws -> [RecordedEvent] {
        var all: [RecordedEvent] = []
        for first in stride(from: 1, through: Self.count, by: 1_000) {
            all += try await seen(store, from: first, through: first + 999)
        }
        return all
    }

    @Test("every event comes once, in its order, as it is read otherwise; also where several read at once")
    func whole() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(try makeFile(in: folder))
        let parts = try await seenInParts(store)
        #expect(parts.map(\.sequenceNumber) == Array(1...Self.count))
        let areIntact = parts.allSatisfy { $0.isIntact }
        #expect(areIntact)
        try await withThrowingTaskGroup(of: [RecordedEvent].self) { group in
            for _ in 0..<4 { group.addTask { try await seen(store, through: .max) } }
            for try await found in group { #expect(found == parts) }
        }
        store.close()
    }

    @Test("a thread is started for a stream that is long, not for a range without an end")
    func worth() {
        #expect(!ReadAhead.isWorthwhile(from: 1, through: .max, head: 1_999))
        #expect(ReadAhead.isWorthwhile(from: 1, through: .max, head: 2_001))
        #expect(!ReadAhead.isWorthwhile(from: 1, through: 1_000, head: 100_000))
        #expect(!ReadAhead.isWorthwhile(from: .max, through: .min, head: .max))
        #expect(ReadAhead.isWorthwhile(from: .min, through: .max, head: .max))
    }

    @Test("a visitor that stops, or throws, gets no more", arguments: [1, 255, 256, 257, 3_000])
    func ends(at last: Int64) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(try makeFile(in: folder))
        let stopped = try await store.load(
            try .named("Order|1"), from: 1, through: Self.count, fields: .all, into: Int64(0)
        ) {
            $0 += 1
            return $1.sequenceNumber == last ? .stop : .next
        }
        #expect(stopped == last)
        struct Enough: Error {}
        let visited = Locked<[Int64]>([])
        await #expect(throws: Enough.self) {
            try await store.load(try .named("Order|1"), from: 1, through: Self.count, fields: .all, into: 0) {
                _, event in
                let number = event.sequenceNumber
                visited.withLock { $0.append(number) }
                if event.sequenceNumber == last { throw Enough() }
                return .next
            }
        }
        let numbers = visited.withLock { $0 }
        #expect(numbers == Array(1...last))
        // And the reader is good for the next one.
        #expect(try await seen(store, through: Self.count).count == Int(Self.count))
        store.close()
    }

    @Test("a row that can't be read is named, behind all that come before it")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let path = try makeFile(in: folder)
        // The page that holds the middle of the table: every row of it is lost.
        let bytes = try Data(contentsOf: URL(filePath: path))
        let place = try #require(bytes.range(of: Data(#"{"n":2500,"#.utf8))?.lowerBound)
        try BadFileTests.overwrite(path, at: place / 4096 * 4096, with: [UInt8](repeating: 0xFF, count: 4096))
        let store = try SQLiteStore.open(path)
        let visited = Locked<[Int64]>([])
        let error = await #expect(throws: StoreError.self) {
            try await store.load(try .named("Order|1"), from: 1, through: Self.count, fields: .all, into: 0) {
                _, event in
                let number = event.sequenceNumber
                visited.withLock { $0.append(number) }
                return .next
            }
        }
        #expect(error?.reason == .corrupt)
        let number = try #require(error?.sequenceNumber)
        let numbers = visited.withLock { $0 }
        #expect(numbers == Array(1..<number))
        store.close()
    }
}
