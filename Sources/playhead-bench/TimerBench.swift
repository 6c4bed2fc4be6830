import Actors
import EventSourcing
import SQLiteStorage
import StateMachines

/// Timers of machines: the next of many, and very many that are due at once.
struct TimerBench {
    let options: BenchOptions

    private static let armed = 100_000
    private static let due = 1_000

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let file = try SQLiteStore.create(folder.file("armed.db"), options: SQLiteStoreOptions(durability: .normal))
        var rows: [Measurement] = []
        for (name, store) in [("in memory", InMemoryStore() as any TimerStore), ("in a file", file)] {
            try await Self.arm(Self.armed, in: store)
            rows.append(
                Measurement(
                    work: "next deadline of 100,000 armed timers, \(name)", value: try await nextDeadline(store),
                    unit: "ms", must: .atMost(0.1)))
        }
        file.close()
        var number = 0
        rows.append(
            Measurement(
                work: "1,000 due timers claimed, fired and completed, in memory",
                value: try await Slices.median(options) { try await Self.fire(in: InMemoryStore()) }, unit: "ms",
                must: .atMost(50)))
        rows.append(
            Measurement(
                work: "1,000 due timers claimed, fired and completed, NORMAL",
                value: try await Slices.median(options) {
                    number += 1
                    let store = try SQLiteStore.create(
                        folder.file("due-\(number).db"), options: SQLiteStoreOptions(durability: .normal))
                    let time = try await Self.fire(in: store)
                    store.close()
                    return time
                }, unit: "ms", must: .atMost(150)))
        return rows
    }

    // MARK: - The next of many

    private static func arm(_ count: Int, in store: any TimerStore) async throws {
        let start = WallClock().now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<100 {
                group.addTask {
                    for number in stride(from: lane, to: count, by: 100) {
                        let deadline = start.adding(.seconds(3_600 + number * 7_919 % count))
                        try await store.arm(
                            NewTimer("silence", deadline: deadline), of: PersistenceID("Meter", "meter-\(number)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Milliseconds for one answer.
    private func nextDeadline(_ store: any TimerStore) async throws -> Double {
        try await Slices.median(options) {
            let times = 200
            let start = ContinuousClock.now
            for _ in 0..<times { _ = try await store.nextDeadline() }
            return (ContinuousClock.now - start) / .milliseconds(times)
        }
    }

    // MARK: - Many that are due

    /// Milliseconds from when a sweeper begins until each of 1,000 instances has taken its time-out and no timer is armed.
    private static func fire(in store: some EventStore & TimerStore) async throws -> Double {
        let system = ActorSystem(name: "bench")
        let machine = try Meter.machine(silentAfter: .seconds(3_600))
        let meters = try (0..<due).map { number in
            system.spawn(try machine.entity("\(number)").withEventStore(store).behavior)
        }
        let reading = Reading.sample(1_234)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for meter in meters {
                group.addTask { _ = try await meter.send(.record(reading), timeout: .seconds(60)) }
            }
            try await group.waitForAll()
        }
        let start = ContinuousClock.now
        let sweeper = try TimerSweeper(
            in: system, on: store,
            machines: [TimedMachine(machine) { id in meters[Int(id) ?? 0] }],
            settings: try TimerSweeperSettings(batch: due), clock: LaterClock(by: .seconds(7_200)))
        while sweeper.metrics.fired < due {
            guard ContinuousClock.now - start < .seconds(30) else {
                throw BenchError(reason: "timers did not fire: \(sweeper.metrics)")
            }
            try await Task.sleep(for: .microseconds(200))
        }
        let time = ContinuousClock.now - start
        guard try await store.nextDeadline() == nil else { throw BenchError(reason: "timers stayed armed") }
        await sweeper.stop()
        await system.shutdown()
        return time / .milliseconds(1)
    }
}

/// The clock of somebody who comes later, so that what is armed for then is due.
private struct LaterClock: ActorClock {
    let distance: Duration

    init(by distance: Duration) { self.distance = distance }

    var now: Timestamp { WallClock().now.adding(distance) }
}
