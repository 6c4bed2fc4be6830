import EventSourcing

enum Counter {
    struct Added: Codable, Sendable {
        var by: Int
    }

    struct Add: Sendable {
        var by: Int
        var replyTo: ActorRef<Int>
    }

    @Sendable static func behavior(_ id: PersistenceID) throws -> EventSourcedBehavior<Add, Added, Int> {
        try EventSourcedBehavior(
            id: id, emptyState: 0, events: EventRegistry(EventType("Added", of: Added.self)),
            commandHandler: { _, add, _ in
                .persist(Added(by: add.by)).thenReply(to: add.replyTo) { count in count }
            },
            eventHandler: { count, added in count += added.by })
    }
}
