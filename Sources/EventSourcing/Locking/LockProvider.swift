public import Actors

/// Gives one command at a time the lock of an entity, across all systems that share it.
public protocol LockProvider: Sendable {
    /// Runs `body` once, while nobody else holds the entity's lock, and answers what it answers.
    ///
    /// Throws what `body` throws; before it has run `body`, why the lock can't be got, such as `LockBusyError`.
    func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, _ body: (HeldLock) async throws -> Result
    ) async throws -> Result
}

/// A lock while it is held.
public struct HeldLock: Sendable {
    /// Higher than that of every earlier holder: what the lock guards can refuse lower ones.
    public let fencingNumber: Int64
    private let verify: @Sendable () throws -> Void

    /// Describes a lock.
    ///
    /// - Parameters:
    ///   - fencingNumber: rises with every acquisition.
    ///   - verify: throws once the lock is lost, `LockLostError` or an error of the provider's own.
    public init(fencingNumber: Int64, verify: @escaping @Sendable () throws -> Void = {}) {
        self.fencingNumber = fencingNumber
        self.verify = verify
    }

    /// Throws once the lock is lost.
    public func check() throws { try verify() }
}
