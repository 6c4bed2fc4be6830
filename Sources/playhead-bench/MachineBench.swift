import Actors
import EventSourcing
import SQLiteStorage
import StateMachines

/// Instances of a machine, beside the same work on the engine that they run on.
struct MachineBench {
    let options: BenchOptions

    func run() async throws -> [Measurement] {
        try await sends() + armedSends() + replays() + TimerBench(options: options).run()
    }

    // MARK: - In memory

    private func sends() async throws -> [Measurement] {
        [
            try await sends("one sender", 1, to: Meter.machine(), least: 0.8),
            try await sends("64 senders", 64, to: Meter.machine(), least: 0.8),
            try await sends("one sender, to a state that carries values", 1, to: Meter.counting()),
        ]
    }

    private func sends(
        _ name: String, _ senders: Int, to machine: Machine<Meter.State, Meter.Event>, least: Double? = nil
    ) async throws -> Measurement {
        let system = ActorSystem(name: "bench")
        let sensor = try CommandBench.sensor(in: system)
        let meter = system.spawn(try machine.entity("meter-1").withEventStore(InMemoryStore()).behavior)
        let times = 6_400 / senders
        let rates = try await Slices.rates(
            options, ours: { try await Self.record(on: [meter], senders: senders, times: times) },
            limit: { try await CommandBench.ask(sensor, askers: senders, times: times) })
        await system.shutdown()
        return Measurement(
            work: "event sent to a machine and its transition, in memory, \(name), beside a command", value: rates.ours,
            unit: "events/s", limit: rates.limit, must: least.map { .ratio($0) })
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
        let payload = try Transitions.payload(of: Reading.sample(1_234), to: nil)
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
    private func replays() async throws -> [Measurement] {
        let (folder, length) = (try TemporaryFolder(), 1_000_000)
        let path = folder.file("sensors.db")
        let id = try PersistenceID("Sensor", "sensor-1")
        try History.make(path, streams: [id], length: length)
        let store = try SQLiteStore.open(path)
        let sensor = Sensor.entity(id, in: store, events: try Reading.registry())
        let rows = [
            try await replay(Meter.machine(), folder.file("noting.db"), "", beside: sensor, length, least: 0.8),
            try await replay(
                Meter.counting(), folder.file("counting.db"), " to states that carry values", beside: sensor, length),
        ]
        store.close()
        return rows
    }

    private func replay(
        _ machine: Machine<Meter.State, Meter.Event>, _ path: String, _ name: String, beside sensor: Sensor.Entity,
        _ length: Int, least: Double? = nil
    ) async throws -> Measurement {
        let id = try PersistenceID("Meter", "meter-1")
        try Transitions.make(path, of: id, length: length, counting: !name.isEmpty)
        let (system, store) = (ActorSystem(name: "bench"), try SQLiteStore.open(path))
        let meter = try machine.entity("meter-1").withEventStore(store)
        let rates = try await Slices.rates(
            options,
            ours: {
                let ref = system.spawn(meter.behavior)
                let instance = try await ref.ask(timeout: .seconds(60)) { .read(replyTo: $0) }
                system.stop(ref)
                if instance.current == .silent { throw BenchError(reason: "transitions were lost") }
                return length
            },
            limit: { try await Sensor.recover(sensor, in: system).count })
        await system.shutdown()
        store.close()
        return Measurement(
            work: "replay of a million transitions\(name), beside recovery of a million events", value: rates.ours,
            unit: "events/s", limit: rates.limit, must: least.map { .ratio($0) })
    }
}
