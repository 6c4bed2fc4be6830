extension ActorRef {
    /// Sends a message that carries an address for the answer, and waits for it.
    ///
    ///     let count = try await counter.ask(timeout: .seconds(1)) { .read(replyTo: $0) }
    ///
    /// The runtime ends the ask when the actor stops or fails before answering, or when the time is over, so it always
    /// ends.
    ///
    /// - Parameters:
    ///   - timeout: how long to wait, by the system's clock.
    ///   - make: makes the message from the address that the answer goes to.
    @inlinable
    public nonisolated(nonsending) func ask<Reply: Sendable>(
        timeout: Duration, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        try await ask(timeout: timeout, headers: { _ in MessageHeaders.present }, make)
    }

    /// Sends a message that carries an address for the answer, and returns at once.
    public func askLater<Reply: Sendable>(
        timeout: Duration, _ make: (ActorRef<Reply>) -> Message
    ) -> PendingReply<Reply> {
        askLater(timeout: timeout, headers: { _ in MessageHeaders.current }, make)
    }
}
