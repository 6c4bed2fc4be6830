internal import Actors
internal import CFaultyMemory
internal import EventSourcing
internal import SQLiteStorage

/// Writes a store while SQLite gets no memory, from each allocation on in turn, and for each one alone.
struct Starving {
    private(set) var points = 0
    private(set) var acknowledged = 0
    /// Errors that are no store's, and those where there was memory.
    private(set) var strange: [String] = []
    let path: String

    init(_ path: String) { self.path = path }

    /// Opens the store at every point, and then does every kind of work at every point.
    mutating func run(_ store: SQLiteStore) async throws {
        let path = path
        try await eachPoint { _ = try SQLiteStore.open(path) }
        let id = try PersistenceID("Starved", "1")
        let writer = WriterID(ULID(high: 1, low: 1))
        let event = NewEvent(type: "Starved", payload: Array(repeating: 32, count: 5_000), timestamp: .epoch)
        acknowledged = 0
        try await eachPoint {
            _ = try await store.append(
                [event], to: id, expecting: .any, by: writer, epoch: nil,
                with: Companions(outbox: [NewOutboxEntry(to: "mail", payload: [])]))
        }
        let appended = acknowledged
        try await eachPoint {
            try await store.save(
                StoredSnapshot(
                    persistenceID: id, sequenceNumber: 1, stateType: "S", writer: writer, epoch: 0, timestamp: .epoch,
                    state: [1]))
        }
        try await eachPoint { _ = try await store.arm(NewTimer("pay", deadline: .epoch, generation: 1), of: id) }
        try await eachPoint {
            _ = try await store.claimDue(limit: 1, for: .seconds(1), as: writer.ulid, at: .epoch)
        }
        try await eachPoint {
            _ = try await store.claim(limit: 1, for: .seconds(1), as: writer.ulid, at: .epoch)
        }
        var number: Int64 = 0
        try await eachPoint {
            number += 1
            _ = try await store.deleteEvents(of: id, upTo: number)
        }
        _ = try await store.subscribe(
            try (0..<4).map { NewSubscription(try PersistenceID("Audit", "\($0)"), workMark: 9) }, of: "starved")
        // Each time all that was claimed before has run out.
        var now = Timestamp.epoch
        try await eachPoint {
            now = Timestamp(microseconds: now.microseconds + 2_000_000)
            _ = try await store.claim(
                ClaimPlaces(lagging: 2, leading: 1), in: nil, of: "starved", for: .seconds(1), by: writer, at: now)
        }
        acknowledged = appended
    }

    /// At each point there is no memory from then on, and then none for that one allocation.
    ///
    /// - Parameters:
    ///   - step: how many allocations lie between two points.
    ///   - work: is done again for each point.
    ///   - check: says what is wrong afterwards, when there is memory again; nil where nothing is.
    mutating func eachPoint(
        every step: Int = 1, _ work: () async throws -> Void, check: () async throws -> String? = { nil }
    ) async throws {
        for isLasting in [true, false] {
            for number in stride(from: 1, to: .max, by: step) {
                faulty_memory_fail(number, isLasting ? .max : number)
                do {
                    try await work()
                    acknowledged += 1
                } catch {
                    // That the file can't be opened is all that SQLite says at times.
                    let reasons: [StoreError.Reason] = [.outOfMemory, .outcomeUnknown, .inputOutput]
                    let isTyped = (error as? StoreError).map { reasons.contains($0.reason) } ?? false
                    if !isTyped || faulty_memory_failures() == 0 {
                        strange.append("point \(number): \(error)")
                    }
                }
                let failures = faulty_memory_failures()
                faulty_memory_fail(0, 0)
                if let wrong = try await check() { strange.append("point \(number), \(isLasting): \(wrong)") }
                if failures == 0 { break }
                points += 1
            }
        }
    }
}
