public import Actors

extension Metadata {
    /// What a command's events carry: a command without a chain begins one.
    func chained(at now: Timestamp, by ids: ULIDGenerator) -> Metadata {
        let cause = commandID ?? causationID ?? ids.next(at: now)
        return Metadata(
            correlationID: correlationID ?? cause, causationID: cause, commandID: commandID, values: values)
    }
}

extension ActorRef {
    /// Sends a command with an id, a chain or metadata of its own.
    ///
    /// Without it a command sent by another one's handler or hook belongs to that one's chain all the same.
    public func tell(_ command: Message, as metadata: Metadata) {
        tell(command, headers: CommandHeaders(metadata))
    }

    /// Sends a command with an id, a chain or metadata of its own, and waits for its reply.
    ///
    /// A command whose id was handled before is answered with the reply that the first one got, also after a restart; the
    /// first reply is `nil` in the store where its type can't be encoded, and then `RepeatedCommandError` is the answer.
    public nonisolated(nonsending) func ask<Reply: Codable & Sendable>(
        timeout: Duration, as metadata: Metadata, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        try await ask(timeout: timeout, headers: { CommandHeaders(metadata, answering: $0) }, make)
    }

    /// Sends a command with an id, a chain or metadata of its own, and returns at once.
    package func askLater<Reply: Codable & Sendable>(
        timeout: Duration, as metadata: Metadata, _ make: (ActorRef<Reply>) -> Message
    ) -> PendingReply<Reply> {
        askLater(timeout: timeout, headers: { CommandHeaders(metadata, answering: $0) }, make)
    }

    /// Sends a message that belongs to a chain, and returns at once.
    package func askLater<Reply: Sendable>(
        timeout: Duration, following metadata: Metadata, _ make: (ActorRef<Reply>) -> Message
    ) -> PendingReply<Reply> {
        askLater(timeout: timeout, headers: { _ in CommandHeaders(metadata) }, make)
    }
}

/// A command was handled before, and its reply can't be given again.
public struct RepeatedCommandError: Error, Hashable, CustomStringConvertible {
    /// The command.
    public var commandID: ULID

    /// A sentence with the command's id.
    public var description: String {
        "command \(commandID) was handled before, and its events stand; its reply was not kept"
    }
}

/// What the engine sends along with a command.
final class CommandHeaders: CarriedHeaders {
    let metadata: Metadata
    /// Who waits for the reply; nil where the command was told.
    let asker: AnyActorRef?
    /// Answers with an encoded reply.
    let answer: (@Sendable ([UInt8]) throws -> Void)?
    /// The lock that the sender holds for it.
    let lock: HeldLock?

    init(
        _ metadata: Metadata, asker: AnyActorRef? = nil, answer: (@Sendable ([UInt8]) throws -> Void)? = nil,
        under lock: HeldLock? = nil
    ) {
        self.metadata = metadata
        self.asker = asker
        self.answer = answer
        self.lock = lock
    }

    /// Those of a command whose first reply its repetition gets again.
    convenience init<Reply: Codable & Sendable>(
        _ metadata: Metadata, answering replyTo: ActorRef<Reply>, under lock: HeldLock? = nil
    ) {
        let answer = { @Sendable (bytes: [UInt8]) in
            replyTo.tell(try bytes.withUnsafeBytes { try JSONCodec.replies.decode(Reply.self, from: $0) })
        }
        self.init(metadata, asker: replyTo.erased, answer: answer, under: lock)
    }

    /// An actor that is no entity passes on the chain and the user's keys.
    ///
    /// The id, the asker, the answer and the lock are this one command's: of several that carry its id only the first would have an
    /// effect.
    var passedOn: any CarriedHeaders {
        if metadata.commandID == nil, asker == nil, answer == nil, lock == nil { return self }
        return CommandHeaders.following(metadata, with: metadata.values)
    }

    /// The chain that goes on from a command.
    static func following(_ metadata: Metadata, with values: JSONObject = [:]) -> CommandHeaders {
        CommandHeaders(
            Metadata(
                correlationID: metadata.correlationID, causationID: metadata.commandID ?? metadata.causationID,
                values: values))
    }
}

extension JSONCodec {
    /// Keeps the replies of commands that have an id.
    static let replies = JSONCodec()
}
