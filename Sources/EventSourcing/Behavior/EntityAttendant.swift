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
