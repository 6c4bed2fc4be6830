public import Actors

/// Keeps the ids of commands that were handled, with their replies, as long as repetitions are to be known.
///
/// An id is written by the append of its command's events, or the write of its command's state, in the same transaction. It
/// is known in the whole store, whichever entity handled the command.
public protocol CommandStore: Sendable {
    /// The command with this id, nil where none was handled or it was forgotten.
    func command(_ id: ULID) async throws -> CommandRecord?

    /// Forgets the commands whose events or states were written before a moment, and answers how many there were.
    @discardableResult
    func forgetCommands(before moment: Timestamp) async throws -> Int
}
