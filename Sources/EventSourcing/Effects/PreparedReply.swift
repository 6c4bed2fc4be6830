public import Actors

/// A message with the address it goes to, not sent yet.
///
/// One object, because each command has one: closures that send it and encode it would be three.
@usableFromInline
protocol PreparedReply: AnyObject, Sendable {
    var recipient: AnyActorRef { get }

    var content: any Sendable { get }

    func send()

    /// The message's bytes, to be kept with the command's id; nil where its type can't be encoded.
    func encoded() throws -> [UInt8]?
}

/// A reply that goes to its recipient and is not kept.
@usableFromInline
final class PassingReply<Message: Sendable>: PreparedReply {
    @usableFromInline let target: ActorRef<Message>
    @usableFromInline let message: Message

    @inlinable
    init(to target: ActorRef<Message>, _ message: Message) {
        self.target = target
        self.message = message
    }

    @usableFromInline var recipient: AnyActorRef { target.erased }

    @usableFromInline var content: any Sendable { message }

    @inlinable
    func send() { target.tell(message) }

    @usableFromInline
    func encoded() throws -> [UInt8]? { nil }
}

/// A reply that can be kept, to be given again where the command comes again.
@usableFromInline
final class KeptReply<Message: Codable & Sendable>: PreparedReply {
    @usableFromInline let target: ActorRef<Message>
    @usableFromInline let message: Message

    @inlinable
    init(to target: ActorRef<Message>, _ message: Message) {
        self.target = target
        self.message = message
    }

    @usableFromInline var recipient: AnyActorRef { target.erased }

    @usableFromInline var content: any Sendable { message }

    @inlinable
    func send() { target.tell(message) }

    @usableFromInline
    func encoded() throws -> [UInt8]? { try JSONCodec.replies.encode(message) }
}
