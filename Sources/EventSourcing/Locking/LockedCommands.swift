import Actors

extension LockProvider {
    /// Handles each command under the lock, on what others have written by then.
    func receiving<Driver: CommandDriver>(_ driver: Driver, for id: PersistenceID) -> Behavior<Driver.Command> {
        let commands = LockedCommands(driver, of: id, under: self)
        return .receive { context, command in try await commands.receive(command, in: context) }
    }
}

/// The commands of one running entity that takes its lock for each of them.
///
/// The lock is waited for beside the entity, by a child of it: so a command whose sender holds the lock already is handled
/// while another one waits for it, and the two do not wait for each other.
// Only the entity's own actor touches what changes, in its turns.
final class LockedCommands<Driver: CommandDriver, Locks: LockProvider>: @unchecked Sendable {
    private let driver: Driver
    private let id: PersistenceID
    private let locks: Locks
    /// Whether a command waits for the lock, or has it.
    private var isWaiting = false

    init(_ driver: Driver, of id: PersistenceID, under locks: Locks) {
        self.driver = driver
        self.id = id
        self.locks = locks
    }

    func receive(
        _ command: Driver.Command, in context: ActorContext<Driver.Command>
    ) async throws -> Behavior<Driver.Command> {
        if (context.headers as? CommandHeaders)?.lock(of: id) != nil {
            // Its sender has locked the entity for several commands.
            return try await driver.handle(command, under: nil, in: context)
        }
        if isWaiting {
            context.holdBack()
            return .same
        }
        guard let aside = context.putAside() else { return .same }
        isWaiting = true
        let (log, system) = (context.log, context.system)
        // In its setup, which nothing comes before.
        context.spawn(
            Behavior<Never>.setup { [self] _ in
                await handle(aside, in: system, log)
                await aside.end { self.isWaiting = false }
                return .stopped
            }.apartFromSiblings(), name: "lock")
        return .same
    }

    /// Has one command handled under the lock; without the lock it is rejected, and the entity goes on.
    private func handle(_ aside: AsideMessage<Driver.Command>, in system: ActorSystem, _ log: ActorLog) async {
        var (isBegun, isDone) = (false, false)
        do {
            try await locks.withLock(of: id, in: system) { lock in
                isBegun = true
                let held = HeldLeases.current
                isDone = try await aside.handle { [driver] context, command in
                    try await HeldLeases.$current.withValue(held) {
                        try await driver.reload()
                        return try await driver.handle(command, under: lock, in: context)
                    }
                }
            }
        } catch  where !isBegun {
            _ = try? await aside.handle { context, command in
                context.log(.warning, "A command did not get its lock.", ["error": "\(error)"])
                context.refuse(command, error)
                return .same
            }
        } catch {
            // What the command did stands, whatever became of its lock afterwards, and what it threw was told.
            if isDone { log(.warning, "A lock could not be given back.", ["error": "\(error)"]) }
        }
    }
}
