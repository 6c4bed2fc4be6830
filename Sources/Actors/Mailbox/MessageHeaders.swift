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
        let (pending, cell) = sendAsk(timeout: timeout, headers: headers, make)
        if let cell { recipient.system.scheduler.schedule(cell) }
        return pending
    }

    /// Sends a message that carries an address for the answer, with headers, and waits for the answer.
    package nonisolated(nonsending) func ask<Reply: Sendable>(
        timeout: Duration, headers: (ActorRef<Reply>) -> (any CarriedHeaders)?, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        let (pending, cell) = sendAsk(timeout: timeout, headers: headers, make)
        return try await pending.value(activating: cell)
    }

    /// Sends the message of an ask, and answers the cell that is to be activated for it.
    private func sendAsk<Reply: Sendable>(
        timeout: Duration, headers: (ActorRef<Reply>) -> (any CarriedHeaders)?, _ make: (ActorRef<Reply>) -> Message
    ) -> (PendingReply<Reply>, Cell?) {
        let reply = AskReply(asked: recipient, timeout: timeout, system: recipient.system)
        // The deadline stands before the message leaves, so that an answer always finds it and takes it away.
        reply.startDeadline()
        let replyTo = ActorRef<Reply>(recipient: reply)
        let cell = recipient.admit(MessageEnvelope(make(replyTo), origin: reply, headers: headers(replyTo)))
        return (PendingReply(reply: reply), cell)
    }
}

extension ActorContext {
    /// The headers of the message that is being handled.
    package var headers: (any CarriedHeaders)? { cell.current?.headers }
}
