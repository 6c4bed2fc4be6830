public import EventSourcing

/// An event that a projection can't fold: the projection stands before it, and tries it again after a while.
public struct ProjectionFailure: Error, CustomStringConvertible {
    /// The projection.
    public var projection: Projection
    /// The event's place in the store.
    public var position: Int64
    /// The event's stream; nil where the event can't be read.
    public var stream: PersistenceID?
    /// The event's number in the stream; nil where the event can't be read.
    public var sequenceNumber: Int64?
    /// The event's type; nil where the event can't be read.
    public var type: String?
    /// Why.
    public var cause: any Error
    /// How many times it was tried in this process, from 1.
    public var attempts = 1
    /// When it is tried again.
    public var due: Timestamp?

    init(_ projection: Projection, _ event: FoldedEvent, because cause: any Error) {
        self.init(projection, at: event.position, because: cause)
        stream = event.stream
        sequenceNumber = event.sequenceNumber
        type = event.type
    }

    init(_ projection: Projection, at position: Int64, because cause: any Error) {
        self.projection = projection
        self.position = position
        self.cause = cause
    }

    /// A sentence that names the projection, the event and why, without payloads.
    public var description: String {
        let event = stream.map { "\($0) #\(sequenceNumber ?? 0), \(type ?? "")" }
        return "the projection \(projection) stops before the event at position \(position)"
            + (event.map { " (\($0))" } ?? "") + ": \(cause)"
    }
}

/// What can't be asked of a projection.
public enum ProjectionError: Error, CustomStringConvertible {
    /// The application declares no such projection.
    case undeclared(String)
    /// The rows of a projection are of another type.
    case otherRow(String, asked: String)
    /// A row can't be read as the type that is declared.
    case row(key: String, of: Projection, any Error)
    /// The version that is declared is the one that is read.
    case isLive(Projection)
    /// A later version than the one that is declared is read.
    case isFormer(Projection, live: Int)
    /// The version that is read can't be dropped.
    case dropsLive(Projection)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .undeclared(let name):
            "the application declares no projection '\(name)'; declare it with Projects(\"\(name)\")"
        case .otherRow(let name, let asked): "the rows of the projection '\(name)' are no \(asked)"
        case .row(let key, let projection, let error):
            "the row '\(key)' of the projection \(projection) can't be read: \(error)"
        case .isLive(let projection):
            "the projection \(projection) is read; declare a higher version, or give up its rows until it has caught up"
        case .isFormer(let projection, let live):
            "the projection \(projection) can't be built: its version \(live) is read; declare a higher one"
        case .dropsLive(let projection): "the projection \(projection) is read, and can't be dropped"
        }
    }
}
