public import Actors
public import EventSourcing

/// What belongs to one event across all streams: what led to it, and what came of it.
public struct ChainView: Hashable, Sendable {
    /// What all of them share; nil where the event carries none, so that nothing says what belongs to it.
    public var correlationID: ULID?
    /// The events that were found, by position.
    public var events: [ChainEvent] = []
    /// Whether there are more than are kept.
    public var isCut = false
    /// How many stretches of the log can't be read.
    public var lost = 0

    /// Describes a chain of which nothing was found yet.
    public init(correlationID: ULID? = nil) { self.correlationID = correlationID }

    /// How many streams they stand in.
    public var streamCount: Int { Set(events.map(\.persistenceID)).count }
}

/// An event of a chain.
public struct ChainEvent: Hashable, Sendable {
    /// Its stream.
    public var persistenceID: PersistenceID
    /// Its number in the stream.
    public var sequenceNumber: Int64
    /// Its global position.
    public var position: Int64
    /// The type's logical name.
    public var type: String
    /// When it happened: UTC, microseconds.
    public var timestamp: Timestamp
    /// The reaction that wrote it, where its metadata say so.
    public var reaction: String?
    /// The position of the event that caused it; nil for the first, and where that was not found.
    public var cause: Int64?
    /// How many causes lie before it.
    public var depth = 0

    /// The command that it was written by, and the one that caused that.
    var commandID: ULID?
    var causationID: ULID?
    /// The event that a reaction was called for: `Type|id #number`.
    var reactsTo: String?

    /// Describes an event.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, position: Int64, type: String, timestamp: Timestamp,
        reaction: String? = nil
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.position = position
        self.type = type
        self.timestamp = timestamp
        self.reaction = reaction
    }
}

extension ChainView {
    /// The same with every event's cause and depth, as far as they can be told by what was found.
    func arranged() -> ChainView {
        var view = self
        var byName: [String: Int] = [:]
        var byCommand: [ULID: Int] = [:]
        for index in view.events.indices {
            let event = view.events[index]
            // Only what stands before it can have caused it, so that no chain goes in a circle.
            let cause =
                event.reactsTo.flatMap { byName[$0] }
                ?? event.causationID.flatMap { $0 == event.commandID ? nil : byCommand[$0] }
            view.events[index].cause = cause.map { view.events[$0].position }
            view.events[index].depth = cause.map { view.events[$0].depth + 1 } ?? 0
            byName["\(event.persistenceID) #\(event.sequenceNumber)"] = index
            if let command = event.commandID, byCommand[command] == nil { byCommand[command] = index }
        }
        return view
    }
}
