import Actors

/// Nobody knows whether a command was carried out: its events are durable as a whole or not at all.
///
/// It is what `AskError.outcomeUnknown` holds of an entity that was asked.
public struct OutcomeUnknownError: Error, Hashable, CustomStringConvertible {
    /// The command's id, where it has one: asked again with it, the command has its effect once.
    public var commandID: ULID?
    /// What happened to the write, as a clause.
    public var cause: String

    /// Describes a command whose answer was lost.
    public init(commandID: ULID?, cause: String) {
        self.commandID = commandID
        self.cause = cause
    }

    /// A sentence that says how to find out.
    public var description: String {
        let advice =
            commandID.map { "ask again with the command id \($0), which has its effect once" }
            ?? "read the state before asking again"
        return "\(cause); \(advice)"
    }
}
