import Actors
import EventSourcing
import SQLiteStorage
import SampleDomain

/// Recovery of a long stream, beside C stepping the same statement.
struct EngineBench {
    let options: BenchOptions

    init(_ options: BenchOptions) { self.options = options }

    /// How many events are recovered at once.
    private var length: Int { 100_000 }

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let path = folder.file("recovery.db")
        let id = try PersistenceID("Sensor", "sensor-1")
        try fill(path, id)
        let store = try SQLiteStore.open(path)
        let system = ActorSystem(name: "bench")
        let behavior = try EventSourcedBehavior<Ask, Reading, Total>(
            id: id, emptyState: Total(), events: Reading.registry(),
            commandHandler: { _, ask, total in .reply(to: ask.replyTo, total) },
            eventHandler: { total, reading in
                total.count += 1
                total.value += reading.value
            }
        ).withEventStore(store)
        let rates = try await Slices.rates(
            options.slices,
            ours: {
                let ref = system.spawn(behavior.behavior)
                let total = try await ref.ask(timeout: .seconds(60)) { Ask(replyTo: $0) }
                system.stop(ref)
                return total.count
            }, limit: { try PlainLog.stepRows(path, stream: "sensor-1") })
        await system.shutdown()
        return [
            Measurement(
                work: "recovery of 100,000 typed events", value: rates.ours, unit: "events/s", limit: rates.limit,
                must: .ratio(0.3))
        ]
    }

    private func fill(_ path: String, _ id: PersistenceID) throws {
        let registry = try Reading.registry()
        let writer = WriterID(ULIDGenerator().next(at: Timestamp(microseconds: 0)))
        try SQLiteStore.build(path) { builder in
            var events: [ImportedEvent] = []
            for number in 1...length {
                let encoded = try registry.encode(Reading.sample(number))
                events.append(
                    ImportedEvent(
                        persistenceID: id, sequenceNumber: Int64(number),
                        event: NewEvent(
                            type: encoded.type, payload: encoded.payload,
                            timestamp: Timestamp(microseconds: 1_740_902_400_000_000 + Int64(number))),
                        writer: writer, epoch: 1))
            }
            try builder.add(events)
        }
    }

    private struct Ask: Sendable {
        let replyTo: ActorRef<Total>
    }

    private struct Total: Sendable {
        var count = 0
        var value = 0.0
    }
}
