/// What travels with a message beside it, from handler to handler: a layer above says what it is.
///
/// An object, so that an envelope holds two words for it.
@usableFromInline
package protocol CarriedHeaders: AnyObject, Sendable {
    /// What goes on with whatever is sent while the message is handled.
    var passedOn: any CarriedHeaders { get }
}

/// The headers of the message that is being handled, as far as they go on.
///
/// Whatever is sent meanwhile carries them, so that a chain of messages can be followed through actors that know nothing
/// of it.
@usableFromInline
package enum MessageHeaders {
    /// The headers that go on from the message that is being handled in this task; nil where there are none.
    @TaskLocal package static var current: (any CarriedHeaders)?

    /// The same, for what is inlined.
    @usableFromInline static var present: (any CarriedHeaders)? { current }

    /// Runs a closure with headers; it returns nothing, because a generic result would be looked up each time.
    package static func with(_ headers: any CarriedHeaders, _ body: () throws -> Void) rethrows {
        try $current.withValue(headers, operation: body)
    }
}

extension ActorRef {
    /// Sends a message with headers.
    package func tell(_ message: Message, headers: any CarriedHeaders) {
        recipient.deliver(MessageEnvelope(message, headers: headers))
    }

    /// Sends a message that carries an address for the answer, with headers that may know that address too.
    package func askLater<Reply: Sendable>(
        timeout: Duration, headers: (ActorRef<Reply>) -> (any CarriedHeaders)?, _ make: (ActorRef<Reply>) -> Message
    ) -> PendingReply<Reply> {
        let reply = AskReply(asked: recipient, timeout: timeout)
        let cell = reply.send(message(of: reply, headers: headers, make))
        if let cell { recipient.system.scheduler.schedule(cell) }
        return PendingReply(reply: reply)
    }

    /// Sends a message that carries an address for the answer, with headers, and waits for the answer.
    // It can be inlined, as what it calls, so that no generic metadata need be looked up for each ask.
    @inlinable
    package nonisolated(nonsending) func ask<Reply: Sendable>(
        timeout: Duration, headers: (ActorRef<Reply>) -> (any CarriedHeaders)?, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        let reply = AskReply(asked: recipient, timeout: timeout)
        let answer = try await reply.answer(to: message(of: reply, headers: headers, make))
        // Sound: see `Recipient`; the reference that was sent with the ask takes replies only.
        return unsafeDowncast(answer, to: MessageEnvelope<Reply>.self).message
    }

    @inlinable
    func message<Reply: Sendable>(
        of reply: AskReply, headers: (ActorRef<Reply>) -> (any CarriedHeaders)?, _ make: (ActorRef<Reply>) -> Message
    ) -> Envelope {
        let replyTo = ActorRef<Reply>(recipient: reply)
        return MessageEnvelope(make(replyTo), origin: reply, headers: headers(replyTo))
    }
}

extension ActorContext {
    /// The headers of the message that is being handled.
    package var headers: (any CarriedHeaders)? { cell.current?.headers }
}
