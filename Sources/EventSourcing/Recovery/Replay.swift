/// A history while it is folded: checked for gaps and damage, filtered by writer, one event at a time.
struct Replay<Event: Sendable, State: Sendable>: Sendable {
    let definition: EntityDefinition<Event, State>
    private(set) var state: State
    /// The number of the last event that was taken, whether or not the filter kept it.
    private(set) var sequenceNumber: Int64
    /// Whether the filter left events out, so that this state must not become a snapshot by itself.
    private(set) var isRepaired = false

    private var filter: ReplayFilterRun
    private var origin: (writer: WriterID, epoch: Int64)?
    private var warnings: [WriterConflictError] = []

    /// Begins with the empty state, or with a snapshot's.
    init(of definition: EntityDefinition<Event, State>, state: State? = nil, snapshot: SnapshotDescription? = nil) {
        self.definition = definition
        self.state = state ?? definition.emptyState
        sequenceNumber = snapshot?.sequenceNumber ?? 0
        origin = snapshot.map { ($0.writer, $0.epoch) }
        filter = ReplayFilterRun(definition.replayFilter, of: definition.id, snapshot: origin)
    }

    /// Tells the filter whose the last event of the history is.
    mutating func beginFiltering(lastWriter: WriterID?) {
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: origin, lastWriter: lastWriter)
    }

    /// Checks, filters and folds the next event; throws `RecoveryError`.
    mutating func take(_ event: borrowing StoredEvent) throws(RecoveryError) {
        let number = event.sequenceNumber
        if number != sequenceNumber + 1 {
            let cause: RecoveryError.Cause = number <= sequenceNumber ? .duplicate : .gap(found: number)
            throw failure(.events, cause, at: min(number, sequenceNumber + 1))
        }
        if !event.isIntact { throw failure(.events, .damaged, at: number) }
        if try keeps(event) {
            let decoded = try decode(event)
            do {
                try definition.fold(&state, decoded)
            } catch {
                throw failure(.fold, .error(error), at: number)
            }
        }
        sequenceNumber = number
    }

    private mutating func keeps(_ event: borrowing StoredEvent) throws(RecoveryError) -> Bool {
        do {
            switch try filter.admit(sequenceNumber: event.sequenceNumber, writer: event.writer, epoch: event.epoch) {
            case .keep: return true
            case .keepWithWarning(let conflict):
                warnings.append(conflict)
                return true
            case .drop(let conflict):
                warnings.append(conflict)
                isRepaired = true
                return false
            }
        } catch {
            throw failure(.filter, .error(error), at: event.sequenceNumber)
        }
    }

    private func decode(_ event: borrowing StoredEvent) throws(RecoveryError) -> Event {
        do {
            let (type, version) = (event.type, event.schemaVersion)
            return try event.withPayload { try definition.registry.decode(type: type, version: version, payload: $0) }
        } catch {
            throw failure(.decode, .error(error), at: event.sequenceNumber)
        }
    }

    /// Goes on behind events that were just appended and whose fold is known.
    mutating func advance(to number: Int64, state: State, by writer: WriterID, epoch: Int64) {
        self.state = state
        guard number > sequenceNumber else { return }
        sequenceNumber = number
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: (writer, epoch), lastWriter: writer)
    }

    /// The conflicts that were met since the last call.
    mutating func takeWarnings() -> [WriterConflictError] {
        defer { warnings = [] }
        return warnings
    }

    private func failure(_ phase: RecoveryError.Phase, _ cause: RecoveryError.Cause, at number: Int64) -> RecoveryError
    {
        RecoveryError(persistenceID: definition.id, sequenceNumber: number, phase: phase, cause: cause)
    }
}
