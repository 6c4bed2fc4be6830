/// What the program says to the shell when it ends.
enum ExitCode: Int32, Sendable {
    /// All is fine.
    case fine = 0
    /// There are findings, or there is no hit.
    case findings = 1
    /// The program was called in a way that it does not understand.
    case wrongUse = 2
    /// Something can't be opened, read or written.
    case unreadable = 3
    /// Another writer was there first, or has taken over.
    case conflict = 4
    /// The command's handler refused.
    case refused = 5
}
