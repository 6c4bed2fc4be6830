public import Inspection

/// What the sample entities answer to a command.
public enum Reply: CommandReply, Hashable, CustomStringConvertible {
    /// It was done: the sentence says what is true now.
    case done(String)
    /// It was refused: the clause says why.
    case refused(String)

    public var refusal: String? {
        if case .refused(let reason) = self { reason } else { nil }
    }

    public var description: String {
        switch self {
        case .done(let text): text
        case .refused(let reason): "refused: \(reason)"
        }
    }
}
