package import Actors

/// Goes along with one life of an entity, and is told where it stands: at first, and behind each command.
///
/// Only the entity's own actor tells it, one thing at a time.
package protocol EntityAttendant<Command, State>: Sendable {
    associatedtype Command: Sendable
    associatedtype State: Sendable

    /// Takes note of where the entity stands; what it throws is for the entity's supervision.
    ///
    /// - Parameters:
    ///   - standing: where it stands by now.
    ///   - command: what was handled just before; nil at first, behind the recovery.
    ///   - context: the entity's own.
    func attend(
        _ standing: EntityStanding<State>, after command: Command?, in context: ActorContext<Command>
    ) async throws
}

/// Where a running entity stands.
package struct EntityStanding<State: Sendable>: Sendable {
    /// The entity.
    package let persistenceID: PersistenceID
    /// The number of the last event in the state.
    package let sequenceNumber: Int64
    /// Where its events are.
    package let events: any EventStore
    // Behind all that has a size of its own, as in `EntityDefinition`.
    /// Its state.
    package let state: State
}

/// A driver whose entity somebody goes along with.
struct AttendedDriver<Command: Sendable, Event: Sendable, State: Sendable>: CommandDriver {
    private let driver: EntityDriver<Command, Event, State>
    private let attendant: any EntityAttendant<Command, State>

    init(_ driver: EntityDriver<Command, Event, State>, by attendant: any EntityAttendant<Command, State>) {
        self.driver = driver
        self.attendant = attendant
    }

    func reload() async throws { try await driver.reload() }

    func handle(
        _ command: Command, under lock: HeldLock?, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        let next: Behavior<Command>
        do {
            next = try await driver.handle(command, under: lock, in: context)
        } catch {
            // What it has written by then stands.
            try await attend(after: command, in: context)
            throw error
        }
        try await attend(after: command, in: context)
        return next
    }

    func attend(after command: Command?, in context: ActorContext<Command>) async throws {
        try await attendant.attend(driver.standing, after: command, in: context)
    }
}
