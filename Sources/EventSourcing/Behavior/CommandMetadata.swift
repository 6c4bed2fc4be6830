public import Actors

/// What a command carries beside itself: its id, the chain it belongs to, and the keys that its events get.
public struct CommandMetadata: Hashable, Sendable {
    /// The command's own id, by which a repetition is known: the same id twice has the first one's effect and reply.
    public var commandID: ULID?
    /// Shared along a whole chain; a command that begins one may leave it out.
    public var correlationID: ULID?
    /// The command or event that triggered this command.
    public var causationID: ULID?
    /// What the events' metadata get beside; the keys are the user's own.
    public var values: JSONObject

    /// Describes a command; all parts may be left out.
    public init(
        commandID: ULID? = nil, correlationID: ULID? = nil, causationID: ULID? = nil, values: JSONObject = [:]
    ) {
        self.commandID = commandID
        self.correlationID = correlationID
        self.causationID = causationID
        self.values = values
    }
}

extension CommandMetadata {
    init(_ metadata: Metadata) {
        self.init(
            commandID: metadata.commandID, correlationID: metadata.correlationID, causationID: metadata.causationID,
            values: metadata.values)
    }

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
    public func tell(_ command: Message, as metadata: CommandMetadata) {
        tell(command, headers: CommandHeaders(metadata))
    }

    /// Sends a command with an id, a chain or metadata of its own, and waits for its reply.
    ///
    /// A command whose id was handled before is answered with the reply that the first one got, also after a restart; the
    /// first reply is `nil` in the store where its type can't be encoded, and then `RepeatedCommandError` is the answer.
    public nonisolated(nonsending) func ask<Reply: Codable & Sendable>(
        timeout: Duration, as metadata: CommandMetadata, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        try await askLater(
            timeout: timeout,
            headers: { replyTo in
                CommandHeaders(metadata, asker: replyTo.erased) { bytes in
                    let reply = try bytes.withUnsafeBytes { try JSONCodec.replies.decode(Reply.self, from: $0) }
                    replyTo.tell(reply)
                }
            }, make
        ).value()
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
    var metadata: CommandMetadata
    /// Who waits for the reply; nil where the command was told.
    var asker: AnyActorRef?
    /// Answers with an encoded reply.
    var answer: (@Sendable ([UInt8]) throws -> Void)?

    init(
        _ metadata: CommandMetadata, asker: AnyActorRef? = nil, answer: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) {
        self.metadata = metadata
        self.asker = asker
        self.answer = answer
    }

    /// The chain that goes on from a command.
    static func following(_ metadata: Metadata) -> CommandHeaders {
        CommandHeaders(
            CommandMetadata(
                correlationID: metadata.correlationID, causationID: metadata.commandID ?? metadata.causationID))
    }
}

extension JSONCodec {
    /// Keeps the replies of commands that have an id.
    static let replies = JSONCodec()
}
