import EventSourcing
import SQLiteStorage

/// Appends single events over many streams, round robin, and arms a timer with each where it is to.
final class Appender: Sendable {
    private let store: SQLiteStore
    private let payload: [UInt8]
    private let writer: WriterID
    private let streams: [PersistenceID]
    private let lone: Lone

    /// Used by one task at a time.
    private actor Lone {
        var next = 0
        func take(_ count: Int) -> Int {
            defer { next += count }
            return next
        }
    }

    private let timeout: NewTimer?

    init(
        store: SQLiteStore, payload: [UInt8], writer: WriterID, streams count: Int = 1_000,
        arming timeout: NewTimer? = nil
    ) {
        self.store = store
        self.timeout = timeout
        self.payload = payload
        self.writer = writer
        streams = (0..<count).compactMap { try? PersistenceID("Sensor", "sensor-\($0)") }
        lone = Lone()
    }

    func appendOne() async throws -> Int {
        let first = await lone.take(16)
        for number in first..<first + 16 { try await append(to: streams[number % streams.count]) }
        return 16
    }

    func appendBatch(_ count: Int) async throws -> Int {
        let number = await lone.take(1)
        try await append(count, to: streams[number % streams.count])
        return count
    }

    func appendConcurrently(_ clients: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { [self] in
                    for turn in 0..<64 { try await append(to: streams[(turn * clients + client) % streams.count]) }
                }
            }
            try await group.waitForAll()
        }
        return clients * 64
    }

    private func append(_ count: Int = 1, to stream: PersistenceID) async throws {
        let event = NewEvent(
            type: "Reading", payload: payload, timestamp: Timestamp(microseconds: 1_740_902_400_000_000))
        _ = try await store.append(
            Array(repeating: event, count: count), to: stream, expecting: .any, by: writer, epoch: nil,
            with: timeout.map { Companions(timers: [.arm($0)]) } ?? .none)
    }
}
