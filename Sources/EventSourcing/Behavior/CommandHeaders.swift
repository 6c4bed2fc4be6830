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
        try await ask(
            timeout: timeout,
            headers: { replyTo in
                CommandHeaders(metadata, asker: replyTo.erased) { bytes in
                    let reply = try bytes.withUnsafeBytes { try JSONCodec.replies.decode(Reply.self, from: $0) }
                    replyTo.tell(reply)
                }
            }, make)
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
struct CommandHeaders: Sendable {
    var metadata: Metadata
    /// Who waits for the reply; nil where the command was told.
    var asker: AnyActorRef?
    /// Answers with an encoded reply.
    var answer: (@Sendable ([UInt8]) throws -> Void)?

    init(
        _ metadata: Metadata, asker: AnyActorRef? = nil, answer: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) {
        self.metadata = metadata
        self.asker = asker
        self.answer = answer
    }

    /// The chain that goes on from a command.
    static func following(_ metadata: Metadata) -> CommandHeaders {
        CommandHeaders(
            Metadata(
                correlationID: metadata.correlationID, causationID: metadata.commandID ?? metadata.causationID))
    }
}

extension JSONCodec {
    /// Keeps the replies of commands that have an id.
    static let replies = JSONCodec()
}
