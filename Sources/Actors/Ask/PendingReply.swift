/// An answer that has been asked for and may not be there yet.
public struct PendingReply<Reply: Sendable>: Sendable {
    let reply: AskReply

    /// The answer or the reason why there is none; nil while neither is known.
    public var result: Result<Reply, AskError>? {
        guard let outcome = reply.outcome else { return nil }
        return Result { () throws(AskError) in try Self.answer(outcome) }
    }

    /// The answer, as soon as it is there.
    public nonisolated(nonsending) func value() async throws(AskError) -> Reply {
        try Self.answer(await reply.wait())
    }

    private static func answer(_ outcome: AskReply.Outcome) throws(AskError) -> Reply {
        switch outcome {
        // Sound: see `Recipient`; the reference that was sent with the ask takes replies only.
        case .answered(let envelope): unsafeDowncast(envelope, to: MessageEnvelope<Reply>.self).message
        case .failed(let error): throw error
        }
    }
}
