public import EventSourcing

/// An instance of a machine while its lock is held.
public struct LockedInstance<State: MachineState & StoredCases, Event: MachineEvent & StoredCases>: Sendable {
    /// The instance.
    public let address: ActorRef<MachineCommand<State, Event>>
    /// The lock.
    public let lock: HeldLock

    /// Sends an event under the lock, and waits until it is durable.
    ///
    /// Throws `AskError`, `rejected` with `LockError.lost` once the lock is lost, and with what refuses an event otherwise:
    /// then nothing has happened.
    ///
    /// - Parameters:
    ///   - event: what comes.
    ///   - timeout: how long it is waited for.
    @discardableResult
    public func send(
        _ event: Event, timeout: Duration = .seconds(5)
    ) async throws(AskError) -> Transition<State> {
        try await address.ask(timeout: timeout, under: lock) { .send(event, replyTo: $0) }.transition()
    }

    /// Sends an event with an id, a chain or metadata of its own under the lock, and waits until it is durable.
    ///
    /// The same id a second time changes nothing and gets the first one's transition; what failed behind that is not told
    /// again. It throws as without an id.
    ///
    /// - Parameters:
    ///   - event: what comes.
    ///   - timeout: how long it is waited for.
    ///   - metadata: what goes with it.
    @discardableResult
    public func send(
        _ event: Event, timeout: Duration = .seconds(5), as metadata: Metadata
    ) async throws(AskError) -> Transition<State> {
        try await address.ask(timeout: timeout, under: lock, as: metadata) { .send(event, replyTo: $0) }.transition()
    }

    /// Reads the instance under the lock, with all that others have written before.
    ///
    /// Throws `AskError`, `rejected` with `LockError.lost` once the lock is lost.
    ///
    /// - Parameter timeout: how long it is waited for.
    public func instance(timeout: Duration = .seconds(5)) async throws(AskError) -> MachineInstance<State> {
        try await address.ask(timeout: timeout, under: lock) { .read(replyTo: $0) }
    }
}
