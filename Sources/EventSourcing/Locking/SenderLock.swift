import Actors

/// The lock that the sender of a command holds for its entity.
enum SenderLock {
    /// It holds none.
    case none
    case held(HeldLock)
    /// It has held one; the command is rejected.
    case lost
}

extension CommandDriver {
    /// The lock that the sender of a command holds; where it does, the entity stands on what others have written before.
    func senderLock(
        of id: PersistenceID, _ headers: CommandHeaders?, for command: Command, in context: ActorContext<Command>
    ) async throws -> SenderLock {
        guard let held = headers?.lock(of: id) else { return .none }
        if context.isLost(held, for: command) { return .lost }
        // The lock begins with what others have written, whatever the entity does without one.
        try await reload()
        return .held(held)
    }
}

extension CommandHeaders {
    /// The lock that the sender holds for an entity.
    func lock(of id: PersistenceID) -> HeldLock? { lock.flatMap { $0.id == id ? $0 : nil } }
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
