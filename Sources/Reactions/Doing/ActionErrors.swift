public import EventSourcing

/// An invariant does not hold, so that an action can't be done; nothing was written.
public struct InvariantError: Error, CustomStringConvertible {
    /// The first invariant that does not hold, in the order in which they were declared.
    public var invariant: String
    /// The action's name.
    public var action: String
    /// The stream.
    public var stream: PersistenceID
    /// The state in which it does not hold, of the aggregate's own type; it is never part of the sentence.
    public var state: any Sendable

    /// A sentence that names the action, the stream and the invariant.
    public var description: String { "\(action) can't be done to \(stream): it must hold that it \(invariant)" }
}

/// A stream was not where an action was decided for it, as often as that may be; nothing was written.
public struct ConcurrencyError: Error, Hashable, CustomStringConvertible {
    /// The stream.
    public var stream: PersistenceID
    /// The number at which it was expected.
    public var expected: Int64
    /// Its last number in truth.
    public var actual: Int64

    /// Describes a conflict.
    public init(stream: PersistenceID, expected: Int64, actual: Int64) {
        self.stream = stream
        self.expected = expected
        self.actual = actual
    }

    /// A sentence with both numbers.
    public var description: String {
        "\(stream) is at number \(actual), and \(expected) was expected; read it again and decide anew"
    }
}

/// Why an action can't be done, whatever the state; nothing was read or written.
public enum ActionError: Error, CustomStringConvertible {
    /// The application declares no such aggregate.
    case undeclaredAggregate(String, action: String)
    /// The aggregate does not accept the action.
    case undeclaredAction(String, aggregate: String)
    /// The stream is one of another aggregate.
    case otherAggregate(PersistenceID, aggregate: String, action: String)
    /// The action says that it can't be right.
    case invalid(action: String, any Error)
    /// What decides the action answered an event of a type that its aggregate does not emit.
    case undeclaredEvent(String, action: String, aggregate: String)
    /// The number that the stream is expected at is below zero.
    case expectedNumber(Int64)
    /// The application shuts down.
    case shuttingDown(action: String)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .undeclaredAggregate(let name, let action):
            "\(action) can't be done: the application does not declare \(name); name it among its parts"
        case .undeclaredAction(let action, let aggregate):
            "\(aggregate) does not accept \(action); declare it with Accepts(\(action).self)"
        case .otherAggregate(let stream, let aggregate, let action):
            "\(action) is done to streams of \(aggregate), and \(stream) is none"
        case .invalid(let action, let error): "\(action) is not valid: \(error)"
        case .undeclaredEvent(let event, let action, let aggregate):
            "\(action) came to \(event), which \(aggregate) does not emit; declare it with Emits(\(event).self)"
        case .expectedNumber(let number):
            "a stream is expected at 0, which is a new one, or above, and not at \(number)"
        case .shuttingDown(let action): "\(action) can't be done: the application shuts down"
        }
    }
}
