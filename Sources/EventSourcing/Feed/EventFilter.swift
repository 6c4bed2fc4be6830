public import Actors

/// Which events of a log are meant: those for which everything holds that is set.
public struct EventFilter: Sendable {
    /// Of which types, by their logical names, byte by byte; nil for any, and an empty list for none.
    public var types: [String]?
    /// Of which streams, by their `Type|id`; nil for any.
    public var streams: StreamPattern?
    /// Of which chain; nil for any, also for events of none.
    public var correlationID: ULID?
    /// Only those that happened after this moment, which is not one of them.
    public var happenedAfter: Timestamp?
    /// Only those that happened before this moment, which is not one of them.
    public var happenedBefore: Timestamp?

    /// All events.
    public static let all = EventFilter()

    /// Says which.
    public init(
        types: [String]? = nil, streams: StreamPattern? = nil, correlationID: ULID? = nil,
        happenedAfter: Timestamp? = nil, happenedBefore: Timestamp? = nil
    ) {
        self.types = types
        self.streams = streams
        self.correlationID = correlationID
        self.happenedAfter = happenedAfter
        self.happenedBefore = happenedBefore
    }
}

extension EventFilter {
    /// Whether an event is meant; all stores and readers decide by this.
    func matches(_ event: borrowing StoredEvent) -> Bool {
        let (type, timestamp) = (event.type, event.timestamp)
        if let types, !types.contains(where: { $0.hasSameBytes(as: type) }) { return false }
        if let correlationID, event.correlationID != correlationID { return false }
        // Times need not rise with positions: an event out of time says nothing of the next one.
        if let happenedAfter, timestamp <= happenedAfter { return false }
        if let happenedBefore, timestamp >= happenedBefore { return false }
        return streams?.matches(event.persistenceID.description) ?? true
    }

    /// What must be read of an event, so that it can be told whether it is meant.
    func fields(with others: EventFields) -> EventFields {
        correlationID == nil ? others : others.union(.metadata)
    }
}

extension EventStore {
    /// Folds the events above a global position that a filter means, in the order of their positions, at most `limit` of
    /// them.
    ///
    /// The log is read until there are enough: one that is not meant costs its reading, and is not visited. It is read in
    /// stretches, so that no reader of the store is held for long, and a task that is cancelled stops behind one. A single
    /// stream is read by `load`. Throws `StoreError`, `CancellationError`, or what the visitor throws.
    public func readAll<Result: Sendable>(
        after position: Int64, limit: Int, where filter: EventFilter, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        guard limit > 0, filter.types?.isEmpty != true else { return initial }
        var reading = FilteredReading(result: initial, left: limit, last: position)
        repeat {
            try Task.checkCancellation()
            reading.seen = 0
            reading = try await readAll(
                after: reading.last, limit: FilteredReading<Result>.stretch, fields: filter.fields(with: fields),
                into: reading
            ) { reading, event in
                reading.seen += 1
                reading.last = event.position
                guard filter.matches(event) else { return .next }
                reading.left -= 1
                reading.isOver = try visit(&reading.result, event) == .stop || reading.left == 0
                return reading.isOver ? .stop : .next
            }
        } while !reading.isOver && reading.seen == FilteredReading<Result>.stretch
        return reading.result
    }
}

/// How far a filtered reading has come.
private struct FilteredReading<Result: Sendable>: Sendable {
    /// How many events are read in one go.
    static var stretch: Int { 10_000 }

    var result: Result
    /// How many are still wanted.
    var left: Int
    /// The position of the last event that was read.
    var last: Int64
    /// How many were read of this stretch.
    var seen = 0
    var isOver = false
}

extension StoreReader {
    /// Visits the events that a filter means by global position, from `from` through `through`, both included, at most
    /// `limit` of them; descending where `reversed`.
    public func readAll(
        from: Int64, through: Int64, reversed: Bool, limit: Int, where filter: EventFilter, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        guard limit > 0, filter.types?.isEmpty != true else { return }
        var left = limit
        try readAll(from: from, through: through, reversed: reversed, fields: filter.fields(with: fields)) { event in
            guard filter.matches(event) else { return .next }
            left -= 1
            let visit = try visit(event)
            return left == 0 ? .stop : visit
        }
    }
}
