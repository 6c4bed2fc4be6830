import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Timeouts in memory, in a live system")
struct LiveMemoryTimeoutTests {
    @Test("of many instances each fires each of its timeouts once, while others send to them", .timeLimit(.minutes(20)))
    func many() async throws {
        let machine = try letters {
            From(.a) {
                On(.e1).stay()
                On(.e2).goto(.b)
            }
            .timeout("go", after: .milliseconds(5), send: .e2)
            From(.b) {
                On(.e1).stay()
                On(.e3).stay()
            }
            .timeout("first", after: .milliseconds(1), send: .e3)
            .timeout("second", after: .milliseconds(3), send: .e3)
        }
        let store = InMemoryStore()
        let system = ActorSystem(name: "live")
        let instances = Instances<Letter, Push>(in: system, name: "letters") { id in
            Behavior.setup { _ in try machine.entity(id, timeouts: .inMemory).withEventStore(store).behavior }
        }
        let count = 20
        for _ in 1...5 { for id in 1...count { instances.tell(.send(.e1), to: "\(id)") } }
        var fired: [String: Int] = [:]
        for try await event in store.events(after: 0) {
            fired["\(event.persistenceID) \(event.type)", default: 0] += 1
            if fired.values.reduce(0, +) == 8 * count { break }
        }
        for id in 1...count { #expect(fired["Letters|\(id) E2"] == 1 && fired["Letters|\(id) E3"] == 2) }
        await system.shutdown()
        let total = try await store.readAll(after: 0, limit: 9_999, fields: [], into: 0) { total, _ in
            total += 1
            return .next
        }
        #expect(total == 8 * count)
    }
}
