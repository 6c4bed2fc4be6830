/// A message on its way, with what the runtime has to know about it.
struct Envelope<Message: Sendable>: Sendable {
    let message: Message
    var sender: AnyRecipient?
    /// The ask or the timer it comes from; nil for a plain message.
    var origin: (any EnvelopeOrigin)?
}

/// What stands behind a message that somebody did not simply tell.
protocol EnvelopeOrigin: AnyObject, Sendable {
    /// True once the message must no longer be handled: the message of a cancelled timer.
    var isRevoked: Bool { get }

    /// Tells whoever waits for an answer that none will come.
    func fail(_ error: AskError)
}
