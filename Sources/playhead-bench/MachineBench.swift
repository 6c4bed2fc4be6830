import Actors
import EventSourcing
import SQLiteStorage
import StateMachines

/// Instances of a machine, beside the same work on the engine that they run on.
struct MachineBench {
    let options: BenchOptions

    func run() async throws -> [Measurement] {
        try await sends() + armedSends() + [try await replay()] + TimerBench(options: options).run()
    }

    // MARK: - In memory

    private func sends() async throws -> [Measurement] {
        var rows: [Measurement] = []
        for (name, askers) in [("one sender", 1), ("64 senders", 64)] {
            let system = ActorSystem(name: "bench")
            let sensor = try CommandBench.sensor(in: system)
            let meter = try system.spawn(
                Meter.machine().entity("meter-1").withEventStore(InMemoryStore()).behavior)
            let times = 6_400 / askers
            let rates = try await Slices.rates(
                options, ours: { try await Self.record(on: [meter], senders: askers, times: times) },
                limit: { try await CommandBench.ask(sensor, askers: askers, times: times) })
            await system.shutdown()
            rows.append(
                Measurement(
                    work: "event sent to a machine and its transition, in memory, \(name), beside a command",
                    value: rates.ours, unit: "events/s", limit: rates.limit, must: .ratio(0.8)))
        }
        return rows
    }

    // MARK: - In a file

    /// 128 instances at once at FULL, each of whose events arms a timer anew, beside as many clients that append the same
    /// rows, and beside clients that append the events alone.
    private func armedSends() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("meters.db"))
        let system = ActorSystem(name: "bench")
        let machine = try Meter.machine(silentAfter: .seconds(3_600))
        let meters = try (0..<128).map { number in
            system.spawn(try machine.entity("meter-\(number)").withEventStore(store).behavior)
        }
        let payload = try Transitions.payload(of: Reading.sample(1_234), to: Sensor.Total(count: 1, value: 154.25))
        func appender(_ name: String, arming timer: NewTimer?) throws -> Appender {
            Appender(
                store: try SQLiteStore.create(folder.file(name)), payload: payload, writer: History.writer,
                streams: meters.count, arming: timer)
        }
        let timer = NewTimer(
            "silence", deadline: WallClock().now.adding(.seconds(3_600)),
            payload: Array(#"{"send":"expire","event":{}}"#.utf8))
        var rows: [Measurement] = []
        for (name, appender, must) in [
            ("beside appends that arm the same", try appender("armed.db", arming: timer), Measurement.Must.ratio(0.7)),
            ("beside appends that arm nothing", try appender("plain.db", arming: nil), nil),
        ] {
            let rates = try await Slices.rates(
                options, ours: { try await Self.record(on: meters, senders: meters.count, times: 64) },
                limit: { try await appender.appendConcurrently(meters.count) })
            rows.append(
                Measurement(
                    work: "events sent to 128 machines at once, each arming a timer, FULL, \(name)",
                    value: rates.ours, unit: "events/s", limit: rates.limit, must: must))
        }
        await system.shutdown()
        return rows
    }

    /// So many senders at once, each to an instance of its own as far as there are enough; answers how many events.
    private static func record(
        on meters: [ActorRef<Meter.Command>], senders: Int, times: Int
    ) async throws -> Int {
        let reading = Reading.sample(1_234)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                let meter = meters[sender % meters.count]
                group.addTask {
                    for _ in 0..<times { _ = try await meter.send(.record(reading), timeout: .seconds(60)) }
                }
            }
            try await group.waitForAll()
        }
        return senders * times
    }

    // MARK: - Replay

    /// A million transitions of one instance, beside the engine's recovery of a million events that carry the same.
    private func replay() async throws -> Measurement {
        let (folder, length) = (try TemporaryFolder(), 1_000_000)
        let (meters, sensors) = (folder.file("meters.db"), folder.file("sensors.db"))
        try History.make(sensors, streams: [try PersistenceID("Sensor", "sensor-1")], length: length)
        try Transitions.make(meters, of: try PersistenceID("Meter", "meter-1"), length: length)
        let (system, store, other) = (
            ActorSystem(name: "bench"), try SQLiteStore.open(meters), try SQLiteStore.open(sensors)
        )
        let meter = try Meter.machine().entity("meter-1").withEventStore(store)
        let sensor = Sensor.entity(
            try PersistenceID("Sensor", "sensor-1"), in: other, events: try Reading.registry())
        let rates = try await Slices.rates(
            options,
            ours: {
                let ref = system.spawn(meter.behavior)
                let instance = try await ref.ask(timeout: .seconds(60)) { .read(replyTo: $0) }
                system.stop(ref)
                return instance.current.total.count
            },
            limit: { try await Sensor.recover(sensor, in: system).count })
        await system.shutdown()
        return Measurement(
            work: "replay of a million transitions, beside recovery of a million events", value: rates.ours,
            unit: "events/s", limit: rates.limit, must: .ratio(0.8))
    }
}
