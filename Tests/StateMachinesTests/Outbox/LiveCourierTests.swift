import Actors
import EventSourcing
import SQLiteStorage
import StateMachines
import TestSupport
import Testing

@Suite("Couriers in live systems, on one file")
struct LiveCourierTests {
    @Test(
        "of three that each open the file for themselves, each event is taken once, and in its order",
        .timeLimit(.minutes(20)))
    func three() async throws {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        let machine = try letters {
            From(.a) {
                On(.e1).stay().producing(.e2, .e3) { _, _ in [.e2, .e3] }
                On(.e2, .e3).stay()
            }
        }
        let settings = try OutboxCourierSettings(atOnce: 3, retry: .fixed(.milliseconds(1), attempts: 1_000))
        let nodes = try (1...3).map { number in
            // Nobody sends again what a busy machine would have refused.
            let store = try SQLiteStore.open(
                folder.file(), options: SQLiteStoreOptions(busyTimeout: .seconds(600)))
            let system = ActorSystem(name: "node-\(number)")
            let instances = Instances<Letter, Push>(in: system, name: "letters") { id in
                Behavior.setup { _ in try machine.entity(id).withEventStore(store).behavior }
            }
            let courier = try OutboxCourier(
                in: system, on: store, destinations: [OutboxDestination(machine, in: instances)], settings: settings)
            return (store: store, system: system, instances: instances, courier: courier)
        }
        let count = 20
        for id in 1...count { nodes[id % 3].instances.tell(.send(.e1), to: "\(id)") }
        var seen: [String: [String]] = [:]
        var read = 0
        for try await event in nodes[0].store.events(after: 0) {
            seen[event.persistenceID.entityID, default: []].append(event.type)
            read += 1
            if read == 3 * count { break }
        }
        for node in nodes { await node.courier.stop() }
        #expect(seen.count == count && seen.values.allSatisfy { $0 == ["E1", "E2", "E3"] })
        #expect(nodes.reduce(0) { $0 + $1.courier.metrics.deadLetters } == 0)
        let store = nodes[0].store
        #expect(
            try await store.readAll(after: 0, limit: 999, fields: [], into: 0) { count, _ in
                count += 1
                return .next
            } == 3 * count)
        #expect(try await store.entries(after: 0, limit: 999).allSatisfy { $0.claim == nil })
        for node in nodes {
            await node.system.shutdown()
            node.store.close()
        }
    }
}
