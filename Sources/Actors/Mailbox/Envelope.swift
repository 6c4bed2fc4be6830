/// A message on its way, with what the runtime has to know about it.
///
/// Mailboxes, stashes and cells know envelopes without their message's type, so that the runtime's own code is not
/// generic: looking up generic metadata for each message costs more than the allocation of an envelope.
// Safe to send: nothing in it changes, and the subclass's message is Sendable.
@usableFromInline
class Envelope: @unchecked Sendable {
    final let sender: Recipient?
    /// The ask or the timer it comes from; nil for a plain message.
    final let origin: (any EnvelopeOrigin)?
    /// What a layer above sends along; nil for most.
    final let headers: (any CarriedHeaders)?

    @usableFromInline
    init(sender: Recipient?, origin: (any EnvelopeOrigin)?, headers: (any CarriedHeaders)?) {
        self.sender = sender
        self.origin = origin
        self.headers = headers
    }

    /// The message, for a dead letter.
    @usableFromInline
    var content: any Sendable { () }

    /// The name of the type that the recipient takes.
    @usableFromInline
    var messageType: String { "" }
}

/// An envelope with its message.
// Safe to send: see `Envelope`.
@usableFromInline
final class MessageEnvelope<Message: Sendable>: Envelope, @unchecked Sendable {
    @usableFromInline let message: Message

    @inlinable
    init(
        _ message: Message, sender: Recipient? = nil, origin: (any EnvelopeOrigin)? = nil,
        headers: (any CarriedHeaders)? = MessageHeaders.present
    ) {
        self.message = message
        super.init(sender: sender, origin: origin, headers: headers)
    }

    @usableFromInline
    override var content: any Sendable { message }

    @usableFromInline
    override var messageType: String { String(describing: Message.self) }
}

/// What stands behind a message that somebody did not simply tell.
@usableFromInline
protocol EnvelopeOrigin: AnyObject, Sendable {
    /// True once the message must no longer be handled: the message of a cancelled timer.
    var isRevoked: Bool { get }

    /// Whether somebody waits for an answer.
    var awaitsAnswer: Bool { get }

    /// Tells whoever waits for an answer that none will come.
    func fail(_ error: AskError)
}
