import Actors
import EventSourcing

/// The entity that is measured: it keeps readings, and sums them up.
enum Sensor {
    enum Command: Sendable {
        case record(Reading, replyTo: ActorRef<Int>)
        case total(replyTo: ActorRef<Total>)
    }

    struct Total: Codable, Equatable, Sendable {
        var count = 0
        var value = 0.0
    }

    typealias Entity = EventSourcedBehavior<Command, Reading, Total>

    static func entity(
        _ id: PersistenceID, in store: any EventStore, events registry: EventRegistry<Reading>
    ) -> Entity {
        Entity(
            id: id, emptyState: Total(), events: registry,
            commandHandler: { _, command, total in
                switch command {
                case .record(let reading, let replyTo): .persist(reading).thenReply(to: replyTo) { $0.count }
                case .total(let replyTo): .reply(to: replyTo, total)
                }
            },
            eventHandler: { total, reading in
                total.count += 1
                total.value += reading.value
            }
        ).withEventStore(store)
    }

    /// Starts the entity anew, waits until it is recovered, stops it, and answers its state.
    static func recover(_ entity: Entity, in system: ActorSystem) async throws -> Total {
        let ref = system.spawn(entity.behavior)
        let total = try await ref.ask(timeout: .seconds(60)) { .total(replyTo: $0) }
        system.stop(ref)
        return total
    }
}
