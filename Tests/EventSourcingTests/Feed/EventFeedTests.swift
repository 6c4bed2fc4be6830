import Testing

@testable import EventSourcing

@Suite("The live feed of a log")
struct EventFeedTests {
    private let store = InMemoryStore()

    private func append(_ count: Int, to name: String = "1") async throws {
        let event = NewEvent(type: "Added", payload: Array("{}".utf8), timestamp: .epoch)
        _ = try await store.append(
            Array(repeating: event, count: count), to: PersistenceID("Order", name), expecting: .any,
            by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
    }

    @Test("has all events above a position in order, page by page, and goes on at the end", .timeLimit(.minutes(20)))
    func goesOn() async throws {
        try await append(1_000)
        var feed = store.events(after: 3).makeAsyncIterator()
        for position in Int64(4)...1_000 { #expect(try await feed.next()?.position == position) }
        for position in Int64(1_001)...1_020 {
            try await append(1, to: "\(position % 3)")
            let event = try #require(try await feed.next())
            #expect(event.position == position)
            #expect(event.persistenceID.entityID == "\(position % 3)")
        }
    }

    @Test("wakes a task that waits at the end, and ends when that is cancelled", .timeLimit(.minutes(20)))
    func wakesAndEnds() async throws {
        let store = store
        let (seen, told) = AsyncStream.makeStream(of: Int64.self)
        let task = Task {
            for try await event in store.events() { told.yield(event.position) }
            told.finish()
        }
        var positions = seen.makeAsyncIterator()
        for position in Int64(1)...5 {
            try await append(1)
            #expect(await positions.next() == position)
        }
        task.cancel()
        #expect(await positions.next() == nil)
        try await task.value
        try await append(1)
    }

    @Test("gives nothing to a task that was cancelled before", .timeLimit(.minutes(20)))
    func cancelledBefore() async throws {
        try await append(2)
        let store = store
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            var feed = store.events().makeAsyncIterator()
            return try await feed.next() == nil
        }
        #expect(try await task.value)
    }

    @Test("passes over what was deleted, and over nothing else", .timeLimit(.minutes(20)))
    func deleted() async throws {
        try await append(4, to: "1")
        try await append(4, to: "2")
        try await store.deleteEvents(of: PersistenceID("Order", "1"), upTo: 3)
        var feed = store.events().makeAsyncIterator()
        for position in Int64(4)...8 { #expect(try await feed.next()?.position == position) }
    }

    @Test("has every position once while many write and many follow", .timeLimit(.minutes(20)), arguments: [1, 4])
    func manyAtOnce(followers: Int) async throws {
        let (store, count) = (store, Int64(400))
        try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<followers {
                group.addTask {
                    var positions: [Int64] = []
                    for try await event in store.events() {
                        positions.append(event.position)
                        if event.position == count { break }
                    }
                    return positions
                }
            }
            for writer in 0..<4 {
                group.addTask {
                    for _ in 0..<count / 4 { try await append(1, to: "\(writer)") }
                    return []
                }
            }
            for try await positions in group where !positions.isEmpty { #expect(positions == Array(1...count)) }
        }
    }

    @Test("tells of what it was asked for alone", .timeLimit(.minutes(20)))
    func fields() async throws {
        try await append(1)
        var numbers = store.events(fields: []).makeAsyncIterator()
        #expect(try await numbers.next()?.payload == [])
        var all = store.events().makeAsyncIterator()
        #expect(try await all.next()?.payload == Array("{}".utf8))
    }

    @Test("keeps a page at about a mebibyte, however large the events are", .timeLimit(.minutes(20)))
    func largeEvents() async throws {
        let event = NewEvent(type: "Large", payload: Array(repeating: 0x20, count: 600_000), timestamp: .epoch)
        for _ in 0..<4 {
            _ = try await store.append(
                [event], to: PersistenceID("Order", "1"), expecting: .any, by: WriterID(ULID(high: 1, low: 1)),
                epoch: nil, with: .none)
        }
        let page = await FeedPage.read(from: store, after: 0, fields: .all)
        #expect(page.events.count == 2)
        var feed = store.events().makeAsyncIterator()
        for position in Int64(1)...4 { #expect(try await feed.next()?.position == position) }
    }
}
