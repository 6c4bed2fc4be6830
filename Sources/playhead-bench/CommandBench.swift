import Actors
import EventSourcing

/// Commands to one entity in memory: decided, folded, encoded, appended, and answered once they are.
struct CommandBench {
    let options: BenchOptions

    func run() async throws -> [Measurement] {
        [
            try await measure("64 askers", askers: 64, least: 250_000),
            try await measure("one asker on the pool", askers: 1, least: 150_000),
        ]
    }

    /// Each slice is on an entity of its own, so that none pays for what another one stored.
    private func measure(_ name: String, askers: Int, least: Double) async throws -> Measurement {
        let times = 6_400 / askers
        let limit = try await Slices.median(options) {
            let plain = PlainSensor()
            return try await Slices.rate(options) {
                try await Self.repeatedly(askers, times) { try await plain.record($0) }
            }
        }
        let value = try await Slices.median(options) {
            let system = ActorSystem(name: "bench")
            let sensor = try Self.sensor(in: system)
            let rate = try await Slices.rate(options) { try await Self.ask(sensor, askers: askers, times: times) }
            await system.shutdown()
            return rate
        }
        return Measurement(
            work: "persisted command and its reply, in memory, \(name), beside a bare actor", value: value,
            unit: "commands/s", limit: limit, must: .atLeast(least))
    }

    static func sensor(in system: ActorSystem) throws -> ActorRef<Sensor.Command> {
        let entity = Sensor.entity(
            try PersistenceID("Sensor", "sensor-1"), in: InMemoryStore(), events: try Reading.registry())
        return system.spawn(entity.behavior)
    }

    /// So many tasks ask at once, each of them again and again; answers how often.
    static func ask(_ sensor: ActorRef<Sensor.Command>, askers: Int, times: Int) async throws -> Int {
        try await repeatedly(askers, times) { reading in
            try await sensor.ask(timeout: .seconds(60)) { .record(reading, replyTo: $0) }
        }
    }

    private static func repeatedly(
        _ askers: Int, _ times: Int, _ ask: @escaping @Sendable (Reading) async throws -> Int
    ) async throws -> Int {
        let reading = Reading.sample(1_234)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<askers {
                group.addTask {
                    for _ in 0..<times { _ = try await ask(reading) }
                }
            }
            try await group.waitForAll()
        }
        return askers * times
    }
}

/// What is left of the work without an engine: an actor that encodes an event, keeps it and counts.
private actor PlainSensor {
    private let encoder = JSONEventEncoder()
    private var events: [[UInt8]] = []
    private var total = Sensor.Total()

    func record(_ reading: Reading) throws -> Int {
        events.append(try encoder.encode(reading))
        total.count += 1
        total.value += reading.value
        return total.count
    }
}
