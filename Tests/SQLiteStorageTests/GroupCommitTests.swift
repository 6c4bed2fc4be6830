import Actors
import CSQLite
import EventSourcing
import Glibc
import SQLiteStorage
import TestSupport
import Testing

@Suite("Appends that come together share a commit")
struct GroupCommitTests {
    @Test("five hundred that wait are one commit, and one that conflicts among them fails alone")
    func manyAtOnce() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(
            folder.file(), options: SQLiteStoreOptions(busyTimeout: .seconds(600)))
        try await store.append("tea", to: "Order|7")
        let before = store.commitCount
        var holder: OpaquePointer?
        defer { sqlite3_close(holder) }
        try #require(sqlite3_open(folder.file(), &holder) == SQLITE_OK)
        // The store's other threads open the file at this moment too.
        sqlite3_busy_timeout(holder, 600_000)
        try #require(sqlite3_exec(holder, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let positions = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<500 {
                group.addTask {
                    try? await store.append("tea", to: "Order|\(number)", expecting: .noStream).positions.lowerBound
                }
            }
            // The store's thread tries again and again with the first, and all others wait behind them.
            while store.waitingCount < 500 { await Task.yield() }
            #expect(sqlite3_exec(holder, "ROLLBACK", nil, nil, nil) == SQLITE_OK)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(positions.compactMap(\.self)) == Set(2...500))
        #expect(store.commitCount - before <= 2)
        let reader = try SQLiteReader(folder.file())
        #expect(try reader.totals() == StoreTotals(streams: 500, events: 500, lastPosition: 500))
    }

    @Test("an idle store commits at once; what waits is written in the order in which it came, of all streams")
    func order() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(
            folder.file(), options: SQLiteStoreOptions(busyTimeout: .seconds(600)))
        for number in 1...3 {
            try await store.append("tea", to: "Order|busy")
            #expect(store.commitCount == number)
        }
        var holder: OpaquePointer?
        defer { sqlite3_close(holder) }
        try #require(sqlite3_open(folder.file(), &holder) == SQLITE_OK)
        // The store's other threads open the file at this moment too.
        sqlite3_busy_timeout(holder, 600_000)
        try #require(sqlite3_exec(holder, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        // One stream has more than goes into one commit, and another one a single append among them.
        let positions = try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
            for number in 0..<1_300 {
                group.addTask {
                    let stream = number == 1_100 ? "Order|quiet" : "Order|busy"
                    return (number, try await store.append("tea", to: stream).positions.lowerBound)
                }
                while store.waitingCount <= number { await Task.yield() }
            }
            #expect(sqlite3_exec(holder, "ROLLBACK", nil, nil, nil) == SQLITE_OK)
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect((0..<1_300).allSatisfy { positions[$0] == Int64($0) + 4 })
        #expect(store.commitCount <= 3 + 3)
    }

    @Test("a conflict in a group fails only its own")
    func conflictInAGroup() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        // Every fourth wants the same stream to be new: one of them gets it.
                        let id = number % 4 == 0 ? "Order|wanted" : "Order|\(number)"
                        try await store.append("a", "b", to: id, expecting: .noStream)
                        return true
                    } catch let conflict as ConcurrentModificationError {
                        #expect(conflict.actual == 2)
                        return false
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 }.count == 151)
        let reader = try SQLiteReader(folder.file())
        #expect(try reader.totals() == StoreTotals(streams: 151, events: 302, lastPosition: 302))
        #expect(try reader.numbers("Order|wanted") == [1: true, 2: true])
        var last: Int64 = 0
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            let (position, isIntact) = (event.position, event.isIntact)
            #expect(position == last + 1)
            #expect(isIntact)
            last = position
            return .next
        }
    }

    @Test("a closed store says so")
    func closed() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        store.close()
        let written = await #expect(throws: StoreError.self) { try await store.append("a", to: "Order|1") }
        #expect(written?.reason == .closed)
        let read = await #expect(throws: StoreError.self) { try await store.head(of: .named("Order|1")) }
        #expect(read?.reason == .closed)
    }
}

@Suite("Two stores on one file")
struct TwoStoresTests {
    @Test("a writer whose stream was taken over is fenced, and told by whom")
    func fencing() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteStore.create(folder.file())
        let second = try SQLiteStore.open(folder.file())
        #expect(try await first.append("a", to: "Order|1", expecting: .number(0), epoch: 0).epoch == 1)
        #expect(
            try await second.append("b", to: "Order|1", expecting: .number(1), by: .second, epoch: 1).epoch == 2)
        let fenced = await #expect(throws: WriterFencedError.self) {
            try await first.append("c", to: "Order|1", expecting: .number(2), epoch: 1)
        }
        #expect(fenced?.writer == .second)
        #expect(fenced?.currentEpoch == 2)
        #expect(try await first.head(of: .named("Order|1"))?.sequenceNumber == 2)
    }

    @Test("both write at once, and no position is given twice")
    func bothWrite() async throws {
        let folder = try TemporaryFolder()
        let stores = [try SQLiteStore.create(folder.file()), try SQLiteStore.open(folder.file())]
        let positions = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for (place, store) in stores.enumerated() {
                group.addTask {
                    var positions: [Int64] = []
                    for _ in 0..<50 {
                        positions.append(try await store.append("a", to: "Order|\(place)").positions.lowerBound)
                    }
                    return positions
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(positions) == Set(1...100))
    }

    @Test("each of those that wait for a file that is held is told within its own limit")
    func manyHeld() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(
            folder.file(), options: SQLiteStoreOptions(busyTimeout: .seconds(1)))
        var holder: OpaquePointer?
        defer { sqlite3_close(holder) }
        try #require(sqlite3_open(folder.file(), &holder) == SQLITE_OK)
        // The store's other threads open the file at this moment too.
        sqlite3_busy_timeout(holder, 600_000)
        try #require(sqlite3_exec(holder, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        // Each is alone, so that one waits behind the other; all of them are in the queue at once.
        let tasks = (0..<20).map { number in
            Task.immediateDetached {
                do {
                    try await store.forgetCommands(before: Timestamp(microseconds: Int64(number)))
                    return StoreError.Reason?.none
                } catch {
                    return (error as? StoreError)?.reason
                }
            }
        }
        // On a thread of its own, because tasks have their turn when other tests let them.
        let start = ContinuousClock.now
        let end = Locked<ContinuousClock.Instant?>(nil)
        let watcher = OwnThread {
            while store.waitingCount > 0 { usleep(1_000) }
            end.withLock { $0 = .now }
        }
        watcher?.join()
        // One after the other they would take twenty seconds.
        let last = try #require(end.withLock { $0 })
        #expect(last - start < .seconds(9))
        var reasons: [StoreError.Reason?] = []
        for task in tasks { reasons.append(await task.value) }
        #expect(reasons == Array(repeating: .busy, count: 20))
        #expect(sqlite3_exec(holder, "ROLLBACK", nil, nil, nil) == SQLITE_OK)
        #expect(try await store.append("a", to: "Order|1").sequenceNumbers == 1..<2)
    }

    @Test("a file that is held is waited for within the limit, and then it is busy")
    func held() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(
            folder.file(), options: SQLiteStoreOptions(busyTimeout: .milliseconds(50)))
        var holder: OpaquePointer?
        defer { sqlite3_close(holder) }
        #expect(sqlite3_open(folder.file(), &holder) == SQLITE_OK)
        sqlite3_busy_timeout(holder, 600_000)
        #expect(sqlite3_exec(holder, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let error = await #expect(throws: StoreError.self) { try await store.append("a", to: "Order|1") }
        #expect(error?.reason == .busy)
        #expect(error?.file == folder.file())
        #expect(error?.stream?.description == "Order|1")
        #expect(sqlite3_exec(holder, "ROLLBACK", nil, nil, nil) == SQLITE_OK)
        #expect(try await store.append("a", to: "Order|1").sequenceNumbers == 1..<2)
    }
}
