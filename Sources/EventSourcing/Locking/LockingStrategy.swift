import Actors

/// How an entity deals with others that write the same stream or state.
public enum LockingStrategy: Sendable {
    /// Nobody is kept out: the append or the write decides, by the number that it expects.
    case optimistic
    /// The whole command runs while a lock is held, and begins with what others have written.
    ///
    /// A lock that can't be got, or that is lost before the command is decided, rejects the command, and nothing is
    /// written. The append still decides by its number: should the lock be lost after that, nobody's events are overwritten.
    case pessimistic(any LockProvider)

    /// The whole command runs under a lease of the entity's own, which the append checks too.
    ///
    /// So a system that was paused while it held the lock can't write when it comes back: once another one has taken the lock,
    /// the store refuses what the first one writes, with `LockError.lost` to whoever asked.
    ///
    /// - Parameters:
    ///   - settings: how long leases last, and are waited for.
    ///   - store: keeps the leases; the one that keeps the entity's events or state.
    public static func distributed(
        _ settings: LockSettings = .standard, on store: any LeaseStore
    ) -> LockingStrategy {
        .pessimistic(LeaseLockProvider(store, settings))
    }
}

extension CommandHeaders {
    /// The lock that the sender holds for an entity.
    func lock(of id: PersistenceID) -> HeldLock? { lock.flatMap { $0.id == id ? $0 : nil } }
}

/// Carries out the commands of one running entity.
protocol CommandDriver: Sendable {
    associatedtype Command: Sendable

    /// Takes over what others have written since.
    func reload() async throws

    /// Decides a command and carries it out.
    func handle(
        _ command: Command, under lock: HeldLock?, in context: ActorContext<Command>
    ) async throws -> Behavior<Command>
}

extension LockProvider {
    /// Handles each command under the lock, on what others have written by then.
    func receiving<Driver: CommandDriver>(_ driver: Driver, for id: PersistenceID) -> Behavior<Driver.Command> {
        .receive { context, command in
            try await handle(command, for: id, in: context) { lock in
                try await driver.reload()
                return try await driver.handle(command, under: lock, in: context)
            }
        }
    }

    /// Handles one command under the lock; without the lock it is rejected, and the entity goes on.
    private func handle<Command: Sendable>(
        _ command: Command, for id: PersistenceID, in context: ActorContext<Command>,
        _ body: (HeldLock) async throws -> Behavior<Command>
    ) async throws -> Behavior<Command> {
        if let held = (context.headers as? CommandHeaders)?.lock(of: id) {
            // Its sender has locked the entity for several commands.
            return context.isLost(held, for: command) ? .same : try await body(held)
        }
        var outcome: Result<Behavior<Command>, any Error>?
        do {
            return try await withLock(of: id, in: context.system) { lock in
                do {
                    let next = try await body(lock)
                    outcome = .success(next)
                    return next
                } catch {
                    outcome = .failure(error)
                    throw error
                }
            }
        } catch {
            switch outcome {
            case nil:
                context.log(.warning, "A command did not get its lock.", ["error": "\(error)"])
                context.refuse(command, error)
                return .same
            case .success(let next):
                // What the command did stands, whatever became of its lock afterwards.
                context.log(.warning, "A lock could not be given back.", ["error": "\(error)"])
                return next
            case .failure(let failure): throw failure
            }
        }
    }
}

extension ActorContext {
    /// Whether the lock of the present command is lost; if so, the command is rejected.
    func isLost(_ lock: HeldLock, for command: Message) -> Bool {
        do {
            try lock.check()
            return false
        } catch {
            log(.warning, "A command lost its lock, and nothing was written.", ["error": "\(error)"])
            refuse(command, error)
            return true
        }
    }
}
