public import EventSourcing

/// What a row produces and posts, and why some of it was not.
@usableFromInline
struct ProducedByRow<Event: MachineEvent> {
    @usableFromInline var events: [Event] = []
    @usableFromInline var entries: [NewOutboxEntry] = []
    @usableFromInline var failures: [any Error] = []
}
