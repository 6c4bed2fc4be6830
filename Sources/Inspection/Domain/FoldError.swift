import EventSourcing

/// Why an event does not fold, told apart so that a finding can say which.
public enum FoldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its payload can't be decoded as its type; the clause says why, without payload bytes.
    case undecodable(String)
    /// The domain knows no such event type.
    case unknownType(String)
    /// The event does not fit the state; the clause says why.
    case refused(String)

    /// A clause that says why.
    public var description: String {
        switch self {
        case .undecodable(let reason): "its payload can't be decoded: \(reason)"
        case .unknownType(let type): "\(type) is no event type of this domain"
        case .refused(let reason): "it does not fold: \(reason)"
        }
    }

    /// Whether an error is about the payload alone, whatever the state is.
    static func isAboutThePayload(_ error: any Error) -> Bool {
        switch error {
        case FoldError.undecodable, FoldError.unknownType: true
        case FoldError.refused: false
        default: error is DecodingError || error is JSONError
        }
    }
}
