/// An answer that has been asked for and may not be there yet.
public struct PendingReply<Reply: Sendable>: Sendable {
    let reply: AskReply<Reply>

    /// The answer or the reason why there is none; nil while neither is known.
    public var result: Result<Reply, AskError>? { reply.outcome }

    /// The answer, as soon as it is there.
    public nonisolated(nonsending) func value() async throws(AskError) -> Reply {
        try await reply.wait().get()
    }
}
