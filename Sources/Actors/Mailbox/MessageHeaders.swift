/// What travels with a message beside it, from handler to handler: a layer above says what it is.
///
/// Whatever is sent while a message with headers is handled carries the same ones, so that a chain of messages can be
/// followed through actors that know nothing of it.
package enum MessageHeaders {
    /// The headers of the message that is being handled in this task; nil where there are none.
    @TaskLocal package static var current: (any Sendable)?
}

extension ActorRef {
    /// Sends a message with headers.
    package func tell(_ message: Message, headers: any Sendable) {
        recipient.deliver(MessageEnvelope(message, headers: headers))
    }

    /// Sends a message that carries an address for the answer, with headers that may know that address too.
    package func askLater<Reply: Sendable>(
        timeout: Duration, headers: (ActorRef<Reply>) -> (any Sendable)?, _ make: (ActorRef<Reply>) -> Message
    ) -> PendingReply<Reply> {
        let reply = AskReply(asked: recipient, timeout: timeout, system: recipient.system)
        // The deadline stands before the message leaves, so that an answer always finds it and takes it away.
        reply.startDeadline()
        let replyTo = ActorRef<Reply>(recipient: reply)
        recipient.deliver(MessageEnvelope(make(replyTo), origin: reply, headers: headers(replyTo)))
        return PendingReply(reply: reply)
    }
}

extension ActorContext {
    /// The headers of the message that is being handled.
    package var headers: (any Sendable)? { cell.current?.headers }
}
