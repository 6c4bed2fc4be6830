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
    private let path: String

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
        try await eachPoint { _ = try await store.deleteEvents(of: id, upTo: 1) }
        acknowledged = appended
    }

    /// At each point there is no memory from then on, and then none for that one allocation.
    private mutating func eachPoint(_ work: () async throws -> Void) async throws {
        try await eachPoint(isLasting: true, work)
        try await eachPoint(isLasting: false, work)
    }

    private mutating func eachPoint(isLasting: Bool, _ work: () async throws -> Void) async throws {
        for number in 1... {
            faulty_memory_fail(number, isLasting ? .max : number)
            defer { faulty_memory_fail(0, 0) }
            do {
                try await work()
                acknowledged += 1
            } catch {
                if !(error is StoreError) || faulty_memory_failures() == 0 {
                    strange.append("point \(number): \(error)")
                }
            }
            if faulty_memory_failures() == 0 { return }
            points += 1
        }
    }
}
