public import Actors

/// Who a system is when it writes, and where its identifiers come from.
private struct WritingIdentity: Sendable {
    let identifiers: ULIDGenerator
    let writer: WriterID

    init(_ identifiers: ULIDGenerator, at time: Timestamp) {
        self.identifiers = identifiers
        writer = WriterID(identifiers.next(at: time))
    }
}

extension ActorSystem {
    private var identity: WritingIdentity {
        value(of: WritingIdentity.self) {
            WritingIdentity(ULIDGenerator(random: makeRandomNumberGenerator()), at: now)
        }
    }

    /// The system's identity as a writer, made when it is first asked for.
    public var writerID: WriterID { identity.writer }

    /// Makes the system's identifiers.
    public var identifiers: ULIDGenerator { identity.identifiers }
}
