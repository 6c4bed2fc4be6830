public import Actors

/// A lock while it is held.
public struct HeldLock: Sendable {
    /// Higher than that of every earlier holder: what the lock guards can refuse lower ones.
    public let fencingNumber: Int64
    /// The lease that an append under the lock is checked by; nil where its number alone decides.
    let fence: Lease?
    /// The entity that it is the lock of; the lock of another is none for it.
    public let id: PersistenceID
    private let verify: @Sendable () throws -> Void

    /// Describes a lock.
    ///
    /// - Parameters:
    ///   - id: the entity.
    ///   - fencingNumber: rises with every acquisition.
    ///   - verify: throws once the lock is lost, `LockError.lost` or an error of the provider's own.
    public init(of id: PersistenceID, fencingNumber: Int64, verify: @escaping @Sendable () throws -> Void = {}) {
        self.init(of: id, fencingNumber: fencingNumber, fence: nil, verify: verify)
    }

    init(
        of id: PersistenceID, fencingNumber: Int64, fence: Lease?, verify: @escaping @Sendable () throws -> Void
    ) {
        self.fencingNumber = fencingNumber
        self.id = id
        self.fence = fence
        self.verify = verify
    }

    /// Throws once the lock is lost, or was given back.
    public func check() throws { try verify() }
}

extension ActorRef {
    /// Sends a command under a lock that the sender holds, and waits for the reply.
    ///
    /// An entity that takes a lock for each command keeps to this one instead, and an optimistic one is checked by it too. A
    /// command that comes to its turn when the lock is lost or was given back is rejected with `LockError.lost`, and nothing
    /// is written.
    public nonisolated(nonsending) func ask<Reply: Sendable>(
        timeout: Duration, under lock: HeldLock, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        let metadata = (MessageHeaders.current as? CommandHeaders)?.metadata ?? Metadata()
        return try await ask(timeout: timeout, headers: { _ in CommandHeaders(metadata, under: lock) }, make)
    }

    /// Sends a command with an id, a chain or metadata of its own under a lock that the sender holds, and waits for the reply.
    ///
    /// A command whose id was handled before is answered with the reply that the first one got; all else is as without.
    public nonisolated(nonsending) func ask<Reply: Codable & Sendable>(
        timeout: Duration, under lock: HeldLock, as metadata: Metadata, _ make: (ActorRef<Reply>) -> Message
    ) async throws(AskError) -> Reply {
        try await ask(
            timeout: timeout, headers: { CommandHeaders(metadata, answering: $0, under: lock) }, make)
    }
}
