import Actors

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
            // What it has written by then stands, and what it threw is what is told.
            do {
                try await attend(after: command, in: context)
            } catch let other {
                context.log(.warning, "What attends an entity failed behind a command that did.", ["error": "\(other)"])
            }
            throw error
        }
        try await attend(after: command, in: context)
        return next
    }

    func attend(after command: Command?, in context: ActorContext<Command>) async throws {
        try await attendant.attend(driver.standing, after: command, in: context)
    }
}
