import Actors
import EventSourcing
import SQLiteStorage

/// Recovery from SQLite, beside C stepping the same statements.
struct RecoveryBench {
    let options: BenchOptions

    init(_ options: BenchOptions) { self.options = options }

    func run() async throws -> [Measurement] {
        try await wholeStreams() + [try await behindSnapshots()]
    }

    // MARK: - A long stream

    private func wholeStreams() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let path = folder.file("recovery.db")
        let id = try PersistenceID("Sensor", "sensor-1")
        try History.make(path, streams: [id], length: 100_000)
        let store = try SQLiteStore.open(path)
        let system = ActorSystem(name: "bench")
        var rows: [Measurement] = []
        let registries = [
            ("derived Codable", try Reading.registry(), 0.4), ("a codec by hand", try PlainReading.registry(), 0.6),
        ]
        for (name, registry, least) in registries {
            let entity = Sensor.entity(id, in: store, events: registry)
            let rates = try await Slices.rates(
                options, ours: { try await Sensor.recover(entity, in: system).count },
                limit: { try PlainLog.stepRows(path, stream: "sensor-1") })
            rows.append(
                Measurement(
                    work: "recovery of 100,000 events, \(name)", value: rates.ours, unit: "events/s",
                    limit: rates.limit, must: .ratio(least)))
        }
        await system.shutdown()
        return rows
    }

    // MARK: - Many short ones

    /// Recoveries of entities whose snapshot stands 50 events before their end, as many at once as a system allows.
    private func behindSnapshots() async throws -> Measurement {
        let folder = try TemporaryFolder()
        let path = folder.file("snapshots.db")
        let ids = try (0..<50).map { try PersistenceID("Sensor", "sensor-\($0)") }
        try History.make(path, streams: ids, length: 200, snapshotBeforeEnd: 50)
        let store = try SQLiteStore.open(path)
        let system = ActorSystem(name: "bench")
        let registry = try Reading.registry()
        let entities = ids.map {
            Sensor.entity($0, in: store, events: registry).withSnapshotStore(store).withSnapshots(.never)
        }
        let plain = try PlainRecovery(path)
        let rates = try await Slices.rates(
            options,
            ours: {
                let events = try await withThrowingTaskGroup(of: Int.self) { group in
                    for first in 0..<25 {
                        group.addTask {
                            var events = 0
                            for index in stride(from: first, to: entities.count, by: 25) {
                                events += try await Sensor.recover(entities[index], in: system).count
                            }
                            return events
                        }
                    }
                    return try await group.reduce(0, +)
                }
                guard events == 200 * entities.count else { throw BenchError(reason: "events were lost: \(events)") }
                return entities.count
            },
            limit: {
                for id in ids { try plain.recover(id) }
                return ids.count
            })
        await system.shutdown()
        return Measurement(
            work: "recovery with a snapshot 50 events from the end", value: rates.ours, unit: "recoveries/s",
            limit: rates.limit, must: .atLeast(20_000))
    }
}
