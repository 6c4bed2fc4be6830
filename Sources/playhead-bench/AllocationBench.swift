import Actors
import CAllocations
import EventSourcing
import SQLiteStorage

/// How often memory is asked for, and how much of it is held, so that a regression shows that no clock would.
///
/// Each limit is what it takes now, and a little more.
struct AllocationBench {
    let options: BenchOptions

    func run() async throws -> [Measurement] {
        guard allocations_are_counted() != 0 else {
            print("allocations: they are not counted in this build")
            return []
        }
        var rows = [
            row("plain message", try await Self.message(), atMost: 1.1),
            row("persisted command and its reply", try await Self.command(), atMost: 32),
            row("event appended in memory, encoded", try await Self.append(), atMost: 1.2),
        ]
        let folder = try TemporaryFolder()
        let path = folder.file("history.db")
        let id = try PersistenceID("Sensor", "sensor-1")
        try History.make(path, streams: [id], length: 1_000_000)
        let store = try SQLiteStore.open(path)
        let registries = [
            ("derived Codable", try Reading.registry(), 2.1), ("a codec by hand", try PlainReading.registry(), 2.1),
        ]
        for (name, registry, most) in registries {
            let recovery = try await Self.recovery(of: id, in: store, registry)
            rows.append(row("event recovered, \(name)", recovery.perEvent, atMost: most))
            rows.append(
                Measurement(
                    work: "memory above the state, 1,000,000 events recovered, \(name)", value: recovery.mebibytes,
                    unit: "MiB", must: .atMost(32)))
        }
        return rows
    }

    private func row(_ unit: String, _ value: Double, atMost most: Double) -> Measurement {
        Measurement(work: "allocations for a \(unit)", value: value, unit: "allocations", must: .atMost(most))
    }

    /// Allocations for one of so many works.
    private static func count(of works: Int, _ body: () async throws -> Void) async rethrows -> Double {
        allocations_begin()
        try await body()
        return Double(allocations_end().count) / Double(works)
    }

    private static func message() async throws -> Double {
        let system = ActorSystem(name: "bench")
        let actor = system.spawn(MessageBench.tally)
        let count = 200_000
        func tell() async throws {
            for number in 1...count { actor.tell(.add(number)) }
            _ = try await actor.ask(timeout: .seconds(60)) { .sum(replyTo: $0) }
        }
        try await tell()
        let allocations = try await Self.count(of: count, tell)
        await system.shutdown()
        return allocations
    }

    private static func command() async throws -> Double {
        let system = ActorSystem(name: "bench")
        let sensor = try CommandBench.sensor(in: system)
        _ = try await CommandBench.ask(sensor, askers: 1, times: 2_000)
        let count = 20_000
        let allocations = try await Self.count(of: count) {
            _ = try await CommandBench.ask(sensor, askers: 1, times: count)
        }
        await system.shutdown()
        return allocations
    }

    private static func append() async throws -> Double {
        let appender = try MemoryAppender()
        _ = try await appender.appendToAll()
        let rounds = 50
        return try await count(of: 1_000 * rounds) {
            for _ in 0..<rounds { _ = try await appender.appendToAll() }
        }
    }

    private static func recovery(
        of id: PersistenceID, in store: SQLiteStore, _ registry: EventRegistry<Reading>
    ) async throws -> (perEvent: Double, mebibytes: Double) {
        let system = ActorSystem(name: "bench")
        allocations_begin()
        let total = try await Sensor.recover(Sensor.entity(id, in: store, events: registry), in: system)
        let counted = allocations_end()
        await system.shutdown()
        return (Double(counted.count) / Double(total.count), Double(counted.peak_bytes) / Double(1 << 20))
    }
}
