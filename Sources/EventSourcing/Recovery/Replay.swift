/// A history while it is folded: checked for gaps and damage, filtered by writer, one event at a time.
struct Replay<Event: Sendable, State: Sendable>: Sendable {
    let definition: EntityDefinition<Event, State>
    /// The number of the snapshot that it began with; 0 for the empty state.
    let snapshotNumber: Int64
    private(set) var state: State
    /// The number of the last event that was taken, whether or not the filter kept it.
    private(set) var sequenceNumber: Int64
    /// Whether events were left out, so that this state must not become a snapshot by itself.
    private(set) var isRepaired = false

    private let quarantined: Set<Int64>
    private var filter: ReplayFilterRun
    private var origin: (writer: WriterID, epoch: Int64)?
    private var conflicts: [WriterConflictError] = []
    private var omissions: [Omission] = []

    /// Begins with the empty state, or with a snapshot's; events that are quarantined are left out.
    init(
        of definition: EntityDefinition<Event, State>, state: State? = nil, snapshot: SnapshotDescription? = nil,
        quarantined: Set<Int64> = []
    ) {
        self.definition = definition
        self.state = state ?? definition.emptyState
        self.quarantined = quarantined
        snapshotNumber = snapshot?.sequenceNumber ?? 0
        sequenceNumber = snapshotNumber
        origin = snapshot.map { ($0.writer, $0.epoch) }
        filter = ReplayFilterRun(definition.replayFilter, of: definition.id, snapshot: origin)
    }

    /// Tells the filter whose the last event of the history is.
    mutating func beginFiltering(lastWriter: WriterID?) {
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: origin, lastWriter: lastWriter)
    }

    /// Goes on behind events that were just appended and whose fold is known.
    mutating func advance(to number: Int64, state: State, by writer: WriterID, epoch: Int64) {
        self.state = state
        guard number > sequenceNumber else { return }
        sequenceNumber = number
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: (writer, epoch), lastWriter: writer)
    }

    /// Takes the state as good although events were left out of it.
    mutating func accept() { isRepaired = false }
}

// MARK: - Taking events

extension Replay {
    /// Checks, filters and folds the next event; throws `RecoveryError`.
    mutating func take(_ event: borrowing StoredEvent) throws(RecoveryError) {
        let number = event.sequenceNumber
        if number != sequenceNumber + 1 {
            if number <= sequenceNumber {
                return try leaveOut(.duplicate, failure(.events, .duplicate, at: number), isThere: true)
            }
            try skip(to: number - 1, .gap, failure(.events, .gap(found: number), at: sequenceNumber + 1))
        }
        if !quarantined.isEmpty, quarantined.contains(number) {
            isRepaired = true
        } else if !event.isIntact {
            try leaveOut(.damaged, failure(.events, .damaged, at: number), isThere: true)
        } else if try keeps(event) {
            try fold(event)
        }
        sequenceNumber = number
    }

    /// Goes on behind numbers at which there is no event, where the policy allows it; else throws the error.
    mutating func skip(
        to number: Int64, _ fault: RecoveryPolicy.Fault, _ error: RecoveryError
    ) throws(RecoveryError) {
        try leaveOut(fault, error, isThere: false)
        sequenceNumber = number
    }

    private mutating func keeps(_ event: borrowing StoredEvent) throws(RecoveryError) -> Bool {
        do {
            switch try filter.admit(sequenceNumber: event.sequenceNumber, writer: event.writer, epoch: event.epoch) {
            case .keep: return true
            case .keepWithWarning(let conflict):
                conflicts.append(conflict)
                return true
            case .drop(let conflict):
                conflicts.append(conflict)
                isRepaired = true
                return false
            }
        } catch {
            throw failure(.filter, .error(error), at: event.sequenceNumber)
        }
    }

    private mutating func fold(_ event: borrowing StoredEvent) throws(RecoveryError) {
        let number = event.sequenceNumber
        let decoded: Event
        do {
            let (type, version) = (event.type, event.schemaVersion)
            decoded = try event.withPayload {
                try definition.registry.decode(type: type, version: version, payload: $0)
            }
        } catch {
            return try leaveOut(.undecodable, failure(.decode, .error(error), at: number), isThere: true)
        }
        // A fold that fails may have changed a part; a copy is kept only where the state is used further.
        let before = definition.recoveryPolicy.answer(to: .fold) == .fail ? nil : state
        do {
            try definition.fold(&state, decoded)
        } catch {
            try leaveOut(.fold, failure(.fold, .error(error), at: number), isThere: true)
            if let before { state = before }
        }
    }
}

// MARK: - What was left out

/// An event, or a number without one, that the policy lets recovery leave out.
struct Omission: Sendable {
    let error: RecoveryError
    /// Whether the event is to be set apart for good.
    let isForGood: Bool
}

extension Replay {
    private mutating func leaveOut(
        _ fault: RecoveryPolicy.Fault, _ error: RecoveryError, isThere: Bool
    ) throws(RecoveryError) {
        let answer = definition.recoveryPolicy.answer(to: fault)
        if answer == .fail { throw error }
        isRepaired = true
        omissions.append(Omission(error: error, isForGood: isThere && answer == .quarantine))
    }

    /// The conflicts and omissions that were met since the last call.
    mutating func takeNotices() -> (conflicts: [WriterConflictError], omissions: [Omission]) {
        defer { (conflicts, omissions) = ([], []) }
        return (conflicts, omissions)
    }

    private func failure(
        _ phase: RecoveryError.Phase, _ cause: RecoveryError.Cause, at number: Int64
    ) -> RecoveryError {
        RecoveryError(persistenceID: definition.id, sequenceNumber: number, phase: phase, cause: cause)
    }
}
