public import Actors
public import EventSourcing

/// What came of one command; each expectation throws `ExpectationError` where it does not hold, and answers the same outcome.
public protocol EntityOutcome: Sendable {
    /// What the entity keeps.
    associatedtype State: Sendable
    /// What it answers; `Never` for a command that was only sent.
    associatedtype Reply: Sendable
    /// What a command handler decides.
    associatedtype Decision: Hashable & Sendable

    /// The entity.
    var persistenceID: PersistenceID { get }
    /// The state that a recovery gives now.
    var state: State { get }
    /// The answer to an ask, or why there is none; nil when nothing has answered, and for a command that was only sent.
    var reply: Result<Reply, AskError>? { get }
    /// What the command handler decided last; nil when it threw or was not reached.
    var decision: Decision? { get }
    /// Whether the entity has stopped.
    var isStopped: Bool { get }
}

extension EntityOutcome {
    func failure(_ clause: String, _ fileID: String, _ line: Int) -> ExpectationError {
        ExpectationError("\(persistenceID): \(clause)", at: SourcePlace(fileID: fileID, line: line))
    }
}

// MARK: - State

extension EntityOutcome where State: Equatable {
    /// Expects this state.
    @discardableResult
    public func thenState(
        _ expected: State, fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Self {
        guard state == expected else {
            throw failure("expected the state \(expected), and found \(state)", fileID, line)
        }
        return self
    }
}

extension EntityOutcome {
    /// Expects of the state what the words say and the closure checks.
    @discardableResult
    public func thenState(
        _ words: String, fileID: String = #fileID, line: Int = #line, where check: (State) -> Bool
    ) throws(ExpectationError) -> Self {
        guard check(state) else { throw failure("expected \(words), and the state is \(state)", fileID, line) }
        return self
    }
}

// MARK: - Replies

extension EntityOutcome where Reply: Equatable {
    /// Expects this answer.
    @discardableResult
    public func thenReply(
        _ expected: Reply, fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Self {
        guard case .success(let found) = reply else {
            throw failure("expected the reply \(expected), and \(replyText)", fileID, line)
        }
        guard found == expected else {
            throw failure("expected the reply \(expected), and found \(found)", fileID, line)
        }
        return self
    }
}

extension EntityOutcome {
    /// Expects that nothing has answered yet, as when the command was stashed.
    @discardableResult
    public func thenNoReply(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard reply == nil else { throw failure("expected no reply, and \(replyText)", fileID, line) }
        return self
    }

    /// Expects that the asker was refused with an error of a type.
    @discardableResult
    public func thenRejected<Failure: Error>(
        with type: Failure.Type, fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Failure {
        guard case .failure(.rejected(let error)) = reply else {
            throw failure("expected a rejection with \(type), and \(replyText)", fileID, line)
        }
        guard let error = error as? Failure else {
            throw failure("expected a rejection with \(type), and it was rejected with: \(error)", fileID, line)
        }
        return error
    }

    /// Expects that the asker was told that nobody knows whether the command took effect.
    @discardableResult
    public func thenOutcomeUnknown(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard case .failure(.outcomeUnknown) = reply else {
            throw failure("expected an unknown outcome, and \(replyText)", fileID, line)
        }
        return self
    }

    private var replyText: String {
        switch reply {
        case nil: "nothing has answered"
        case .success(let reply): "the reply was \(reply)"
        case .failure(let error): "there was none: \(error)"
        }
    }
}

// MARK: - The entity

extension EntityOutcome {
    /// Expects that the command handler decided so.
    @discardableResult
    public func thenDecided(
        _ expected: Decision, fileID: String = #fileID, line: Int = #line
    ) throws(ExpectationError) -> Self {
        guard decision == expected else {
            let found = decision.map { "it decided \($0)" } ?? "it did not decide anything"
            throw failure("expected the handler to decide \(expected), and \(found)", fileID, line)
        }
        return self
    }

    /// Expects that the entity has stopped.
    @discardableResult
    public func thenStopped(fileID: String = #fileID, line: Int = #line) throws(ExpectationError) -> Self {
        guard isStopped else { throw failure("expected the entity to stop, and it runs", fileID, line) }
        return self
    }
}
