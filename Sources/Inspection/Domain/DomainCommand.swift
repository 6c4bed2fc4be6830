public import Actors

/// A command that a person can send: its name, its arguments, and the message it becomes.
///
///     DomainCommand("add-item", "Put an article into the order", .text("sku"), .integer("qty")) { replyTo, sku, qty in
///         OrderCommand(.addItem(sku: sku, quantity: qty), replyTo: replyTo)
///     }
public struct DomainCommand<Message: Sendable, Reply: Sendable>: Sendable {
    /// The command as a person sees it.
    public let description: CommandDescription
    /// Takes the arguments out of a command, and leaves open only where the reply goes.
    let message: @Sendable (ParsedCommand) throws -> @Sendable (ActorRef<Reply>) -> Message

    /// Describes a command; the closure gets where the reply goes, then the arguments in the order of the parameters.
    public init<each Argument: Sendable>(
        _ name: String, _ summary: String, _ parameter: repeat Parameter<each Argument>,
        message: @escaping @Sendable (ActorRef<Reply>, repeat each Argument) -> Message
    ) {
        var parameters: [ParameterDescription] = []
        repeat parameters.append((each parameter).description)
        description = CommandDescription(name: name, summary: summary, parameters: parameters)
        let forms = (repeat each parameter)
        self.message = { command in
            let values = (repeat try (each forms).value(in: command))
            return { replyTo in message(replyTo, repeat each values) }
        }
    }

    /// Describes a command whose arguments are known only when the program runs.
    ///
    /// - Parameters:
    ///   - description: the command as a person sees it.
    ///   - message: takes the arguments out of a parsed command, and leaves open only where the reply goes.
    package init(
        _ description: CommandDescription,
        message: @escaping @Sendable (ParsedCommand) throws -> @Sendable (ActorRef<Reply>) -> Message
    ) {
        self.description = description
        self.message = message
    }
}

/// A reply that may say no.
public protocol CommandReply: Sendable {
    /// Why the handler refused, as a clause; nil where it did not.
    var refusal: String? { get }
}
