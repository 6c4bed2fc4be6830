public import Actors

/// A message with the address it goes to, not sent yet.
@usableFromInline
struct PreparedReply: Sendable {
    @usableFromInline let recipient: AnyActorRef
    @usableFromInline let message: any Sendable
    @usableFromInline let send: @Sendable () -> Void
    /// The message's bytes, to be kept with the command's id; nil where its type can't be encoded.
    @usableFromInline let encoded: (@Sendable () throws -> [UInt8])?

    @inlinable
    init<Message: Sendable>(to target: ActorRef<Message>, _ message: Message) {
        recipient = target.erased
        self.message = message
        send = { target.tell(message) }
        encoded = nil
    }

    @inlinable
    init<Message: Codable & Sendable>(encodable message: Message, to target: ActorRef<Message>) {
        recipient = target.erased
        self.message = message
        send = { target.tell(message) }
        encoded = { try Self.encode(message) }
    }

    @usableFromInline
    static func encode<Message: Encodable>(_ message: Message) throws -> [UInt8] {
        try JSONCodec.replies.encode(message)
    }
}
