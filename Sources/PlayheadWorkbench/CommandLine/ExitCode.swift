/// What the program says to the shell when it ends.
enum ExitCode: Int32, CaseIterable, Sendable {
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

    /// What it says, as help puts it.
    var meaning: String {
        switch self {
        case .fine: "fine"
        case .findings: "findings or no hit"
        case .wrongUse: "wrong use"
        case .unreadable: "can't be opened or read"
        case .conflict: "conflict or fenced"
        case .refused: "refused by the command's handler"
        }
    }
}
