import EventSourcing

/// A courier was described in a way that can't work.
public enum OutboxCourierError: Error, Hashable, CustomStringConvertible {
    case atOnce(Int)
    case jitter(Double)
    case tooShort(String, Duration)
    case claim(Duration, answer: Duration)
    case handlerName(String)
    case twice(destination: String)
    case systemStopped(String)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .atOnce(let count): "a courier delivers at least one row at once, not \(count)"
        case .jitter(let share): "a courier's jitter is from 0 to 1, not \(share)"
        case .tooShort(let name, let duration): "a courier's \(name) is at least a millisecond, not \(duration)"
        case .claim(let claim, let answer):
            "a claim of \(claim) runs out while an answer is waited for, which takes up to \(answer); make it longer"
        case .handlerName(let name):
            "a handler's name has no | and from 1 to \(NewOutboxEntry.longestName) bytes, unlike “\(name.prefix(80))”"
        case .twice(let destination):
            "a courier has two destinations called \(destination), and can't know whose a row is"
        case .systemStopped(let name): "the system \(name) has shut down, and no courier lives there any more"
        }
    }
}
