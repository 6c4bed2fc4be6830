public import Actors

/// Who a system is when it writes, and where its identifiers come from.
private struct WritingIdentity: Sendable {
    let identifiers: ULIDGenerator
    let writer: WriterID

    init(of system: ActorSystem) {
        let time = system.now
        identifiers = ULIDGenerator(random: system.makeRandomNumberGenerator())
        writer = WriterID(identifiers.next(at: time))
    }
}

extension ActorSystem {
    private var identity: WritingIdentity { value(of: WritingIdentity.self) { WritingIdentity(of: self) } }

    /// The system's identity as a writer, made when it is first asked for.
    public var writerID: WriterID { identity.writer }

    /// Makes the system's identifiers.
    public var identifiers: ULIDGenerator { identity.identifiers }
}
