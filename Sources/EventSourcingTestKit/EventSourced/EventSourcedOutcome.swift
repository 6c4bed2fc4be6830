public import Actors
public import EventSourcing

/// What came of one command to an event-sourced entity.
public struct EventSourcedOutcome<Event: Sendable, State: Sendable, Reply: Sendable>: EntityOutcome {
    /// The entity's stream.
    public let persistenceID: PersistenceID
    /// The events that became durable, decoded from what was stored.
    public let events: [Event]
    /// The state that the stored events fold to.
    public let state: State
    /// The answer to an ask, or why there is none; nil when nothing has answered, and for a command that was only sent.
    public let reply: Result<Reply, AskError>?
    /// What the command handler decided last; nil when it threw or was not reached.
    public let decision: Effect<Event, State>.Kind?
    /// Whether the entity has stopped.
    public let isStopped: Bool
}

extension EventSourcedOutcome {
    /// Expects no event.
    @discardableResult
    public func thenNoEvents(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard events.isEmpty else {
            let list = events.map { "\($0)" }.joined(separator: ", ")
            throw failure("expected no event, and found [\(list)]", fileID, line)
        }
        return self
    }
}

extension EventSourcedOutcome where Event: Equatable {
    /// Expects exactly these events, in their order.
    @discardableResult
    public func thenEvents(
        _ expected: Event..., fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Self {
        if events == expected { return self }
        let index =
            zip(events, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(events.count, expected.count)
        let clause =
            if index >= expected.count {
                "expected \(counted(expected.count)), and found one more: \(events[index])"
            } else if index >= events.count {
                "expected event \(index + 1) to be \(expected[index]), and found only \(counted(events.count))"
            } else {
                "expected event \(index + 1) to be \(expected[index]), and found \(events[index])"
            }
        throw failure(clause, fileID, line)
    }

    private func counted(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }
}
