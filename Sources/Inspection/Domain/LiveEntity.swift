public import Actors
public import EventSourcing

/// A running entity that takes commands.
public protocol LiveEntity: Sendable {
    /// Sends a command and waits for its reply; a refusal by the handler is an outcome, not an error.
    ///
    /// Throws what the engine tells the asker: `ConcurrentModificationError`, `WriterFencedError`, `RecoveryError`,
    /// `StoreError`, `AskError`.
    func send(_ command: ParsedCommand, timeout: Duration) async throws -> CommandOutcome

    /// Stops the entity, and returns when it has stopped, with the snapshot that it takes then; what it acknowledged stays.
    func stop() async
}

/// What live entities run on: a system, the stores, and the identity they write with.
///
/// Before its stores are closed, `system.shutdown()` stops all entities.
public struct EntityHost: Sendable {
    /// The actor system, with its clock.
    public let system: ActorSystem
    /// Where events go.
    public let events: any EventStore
    /// Where snapshots go; nil for none.
    public let snapshots: (any SnapshotStore)?
    /// Who writes.
    public let writer: WriterID
    /// What runs on it beside its entities.
    let applications = HostedApplications()

    /// Describes a host.
    public init(system: ActorSystem, events: any EventStore, snapshots: (any SnapshotStore)?, writer: WriterID) {
        self.system = system
        self.events = events
        self.snapshots = snapshots
        self.writer = writer
    }
}
