import Actors
import EventSourcing
import SQLiteStorage
import StateMachines
import TestSupport
import Testing

@Suite("Sweepers in live systems, on one file")
struct LiveSweeperTests {
    @Test(
        "machines 105: of three that each open the file for themselves, each timer fires once", .timeLimit(.minutes(20))
    )
    func three() async throws {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("first", after: .milliseconds(1), send: .e1)
            From(.b) { On(.e2).stay() }.timeout("second", after: .milliseconds(1), send: .e2)
        }
        let settings = try TimerSweeperSettings(
            batch: 3, interval: .milliseconds(1), retry: .init(initial: .milliseconds(1), maximum: .milliseconds(1)))
        let nodes = try (1...3).map { number in
            let store = try SQLiteStore.open(folder.file())
            let system = ActorSystem(name: "node-\(number)")
            let instances = Instances<Letter, Push>(in: system, name: "letters") { id in
                Behavior.setup { _ in try machine.entity(id).withEventStore(store).behavior }
            }
            let sweeper = try TimerSweeper(
                in: system, on: store, machines: [TimedMachine(machine, in: instances)], settings: settings)
            return (store: store, system: system, instances: instances, sweeper: sweeper)
        }
        let count = 20
        for id in 1...count { nodes[id % 3].instances.tell(.snapshot, to: "\(id)") }
        var seen: [String] = []
        for try await event in nodes[0].store.events(after: 0) {
            seen.append("\(event.persistenceID) \(event.type)")
            if seen.count == 2 * count { break }
        }
        for node in nodes { await node.sweeper.stop() }
        #expect(Set(seen) == Set((1...count).flatMap { ["Letters|\($0) E1", "Letters|\($0) E2"] }))
        #expect(nodes.reduce(0) { $0 + $1.sweeper.metrics.deadLetters } == 0)
        let store = nodes[0].store
        #expect(
            try await store.readAll(after: 0, limit: 999, fields: [], into: 0) { count, _ in
                count += 1
                return .next
            } == 2 * count)
        #expect(try await store.nextDeadline() == nil)
        for node in nodes {
            await node.system.shutdown()
            node.store.close()
        }
    }
}
