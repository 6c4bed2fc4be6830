public import Actors
public import EventSourcing

/// What came of one command to an entity with a durable state.
public struct DurableStateOutcome<State: Sendable, Reply: Sendable>: EntityOutcome {
    /// The entity.
    public let persistenceID: PersistenceID
    /// The stored state, decoded from its bytes; the empty one where none is stored.
    public let state: State
    /// The last revision that was written, 0 where none was; a deletion keeps it.
    public let revision: Int64
    /// Whether a state is stored, and not deleted.
    public let isStored: Bool
    /// Whether the store holds something else than before the command.
    public let isChanged: Bool
    /// The answer to an ask, or why there is none; nil when nothing has answered, and for a command that was only sent.
    public let reply: Result<Reply, AskError>?
    /// What the command handler decided last; nil when it threw or was not reached.
    public let decision: DurableEffect<State>.Kind?
    /// Whether the entity has stopped.
    public let isStopped: Bool
}

extension DurableStateOutcome {
    /// Expects the stored state to have this revision.
    @discardableResult
    public func thenRevision(
        _ expected: Int64, fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Self {
        guard revision == expected else {
            throw failure("expected revision \(expected), and found \(revision)", fileID, line)
        }
        return self
    }

    /// Expects that the command has written and deleted nothing.
    @discardableResult
    public func thenNothingWritten(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard !isChanged else {
            let found = isStored ? "revision \(revision) was written: \(state)" : "the state was deleted"
            throw failure("expected nothing to be written, and \(found)", fileID, line)
        }
        return self
    }

    /// Expects that no state is stored.
    @discardableResult
    public func thenDeleted(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard !isStored else {
            throw failure("expected no stored state, and found revision \(revision): \(state)", fileID, line)
        }
        return self
    }
}
