/// Why an entity could not be recovered.
public struct RecoveryError: Error, CustomStringConvertible {
    /// The step of recovery that failed.
    public enum Phase: String, Hashable, Sendable {
        case head
        case snapshot
        case events
        case filter
        case decode
        case fold
    }

    /// What is wrong with a history.
    public enum Cause: Error, CustomStringConvertible {
        /// An event is missing.
        case gap(found: Int64)
        /// A number stands twice.
        case duplicate
        /// The head says that there is more, or less, than there is.
        case headMismatch(head: Int64, events: Int64)
        /// Events were deleted, and no snapshot makes up for them.
        case pruned(deletedTo: Int64)
        /// The row does not fit its checksum.
        case damaged
        /// Something below failed.
        case error(any Error)

        /// The observer did not let recovery go on.
        case cancelled(head: Int64)

        /// A clause that says what is wrong and quotes no payload, as an error of the application's own might.
        var withoutPayload: String {
            guard case .error(let error) = self else { return description }
            switch error {
            case is EventCodingError, is StoreError, is WriterConflictError: return description
            default: return "\(type(of: error)) was thrown"
            }
        }

        /// A clause that says what is wrong.
        public var description: String {
            switch self {
            case .gap(let found): "the event is missing, the next one is #\(found)"
            case .duplicate: "the number stands twice"
            case .headMismatch(let head, let events): "the head says #\(head), and the events end at #\(events)"
            case .pruned(let deletedTo): "events up to #\(deletedTo) were deleted, and no usable snapshot holds them"
            case .damaged: "the stored event does not fit its checksum"
            case .error(let error): "\(error)"
            case .cancelled(let head): "it was cancelled by its observer, on its way to #\(head)"
            }
        }
    }

    /// The stream.
    public var persistenceID: PersistenceID
    /// The event at which recovery stopped.
    public var sequenceNumber: Int64
    /// The step that failed.
    public var phase: Phase
    /// Why.
    public var cause: Cause

    /// Describes a failed recovery.
    public init(persistenceID: PersistenceID, sequenceNumber: Int64, phase: Phase, cause: Cause) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.phase = phase
        self.cause = cause
    }

    /// A sentence with the stream, the number, the step and the cause.
    public var description: String {
        "\(persistenceID) could not be recovered at #\(sequenceNumber) (\(phase.rawValue)): \(cause)"
    }
}
