/// A history while it is folded: checked for gaps and damage, filtered by writer, one event at a time.
struct Replay<Event: Sendable, State: Sendable>: Sendable {
    /// The number of the snapshot that it began with; 0 for the empty state.
    let snapshotNumber: Int64
    /// The number of the last event that was taken, whether or not the filter kept it.
    private(set) var sequenceNumber: Int64
    /// Who wrote the last event that was taken, and in which epoch; nil before the first.
    private(set) var lastEvent: EventOrigin?
    /// Whether something was left out, so that this state must not become a snapshot by itself.
    private(set) var isRepaired = false
    /// The lowest number of an event that is there and was left out.
    private(set) var firstLeftOut: Int64?
    /// The number of the last event that there is; what claims another one is damaged.
    var end: Int64 = 0
    /// Whether each fold has a copy of the state to go back to, because one in this page failed.
    var keepsStateBeforeFold = false

    /// The numbers that were set apart, by rising number.
    private let quarantined: [Int64]
    /// The numbers that this recovery has set apart itself, or whose omission was accepted.
    private var setApart: [Int64] = []
    private var nextQuarantined = 0
    private var filter: ReplayFilterRun
    private var notices = RecoveryNotices()

    // Behind all that has a size of its own: what stands behind a generic value is found by a search at each use.
    let definition: EntityDefinition<Event, State>
    private(set) var state: State

    /// Begins with the empty state, or with a snapshot's; events that are quarantined are left out.
    init(
        of definition: EntityDefinition<Event, State>, state: State? = nil, snapshot: SnapshotDescription? = nil,
        quarantined: [Int64] = []
    ) {
        self.definition = definition
        self.state = state ?? definition.emptyState
        self.quarantined = quarantined
        let number = snapshot?.sequenceNumber ?? 0
        snapshotNumber = number
        sequenceNumber = number
        nextQuarantined = quarantined.prefix { $0 <= number }.count
        lastEvent = snapshot.map { EventOrigin(writer: $0.writer, epoch: $0.epoch) }
        filter = ReplayFilterRun(definition.replayFilter, of: definition.id, snapshot: lastEvent?.pair)
    }

    /// Tells the filter whose the last event of the history is.
    mutating func beginFiltering(lastWriter: WriterID?) {
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: lastEvent?.pair, lastWriter: lastWriter)
    }

    /// Goes on behind events that were just appended and whose fold is known.
    mutating func advance(to number: Int64, state: State, by writer: WriterID, epoch: Int64) {
        self.state = state
        guard number > sequenceNumber else { return }
        sequenceNumber = number
        lastEvent = EventOrigin(writer: writer, epoch: epoch)
        filter = ReplayFilterRun(
            definition.replayFilter, of: definition.id, snapshot: (writer, epoch), lastWriter: writer)
    }

    /// Takes the state as good although events were left out of it, and answers the first one that is not set apart yet.
    mutating func accept() -> Int64? {
        isRepaired = false
        guard let first = firstLeftOut, !leavesOut(first) else { return nil }
        setApart.append(first)
        return first
    }

    /// Whether an event that is set apart is known not to be in the state.
    func leavesOut(_ number: Int64) -> Bool { quarantined.contains(number) || setApart.contains(number) }
}

// MARK: - Taking events

/// A fold failed on a state that it may have changed; the page is to be read again with copies to go back to.
struct FoldFailedInPlace: Error {}

extension Replay {
    /// Checks, filters and folds the next event; throws `RecoveryError` or `FoldFailedInPlace`.
    mutating func take(_ event: borrowing StoredEvent) throws {
        // First of all, because a damaged row may claim any number.
        if !event.isIntact { return try takeDamaged() }
        let number = event.sequenceNumber
        if number &- 1 != sequenceNumber {
            if number <= sequenceNumber {
                // There is one event of this number that counts, so the number must not be set apart.
                return try leaveOut(.duplicate, failure(.events, .duplicate, at: number), isThere: false)
            }
            try skip(to: number - 1, .gap, failure(.events, .gap(found: number), at: sequenceNumber + 1))
        }
        if nextQuarantined < quarantined.count, quarantined[nextQuarantined] <= number, isQuarantined(number) {
            passOver(number)
        } else {
            try admit(event)
        }
        sequenceNumber = number
        lastEvent = EventOrigin(writer: event.writer, epoch: event.epoch)
    }

    /// Goes on behind numbers at which there is no event, where the policy allows it; else throws the error.
    mutating func skip(
        to number: Int64, _ fault: RecoveryPolicy.Fault, _ error: RecoveryError
    ) throws(RecoveryError) {
        try leaveOut(fault, error, isThere: false)
        sequenceNumber = number
    }

    /// Goes on behind the next number, whose row can't be read or does not fit its checksum, where the policy allows it.
    mutating func takeDamaged(_ cause: RecoveryError.Cause = .damaged) throws(RecoveryError) {
        let number = sequenceNumber < end ? sequenceNumber + 1 : sequenceNumber
        if isQuarantined(number) {
            passOver(number)
        } else {
            try leaveOut(.damaged, failure(.events, cause, at: number), isThere: true)
        }
        sequenceNumber = number
    }

    private mutating func passOver(_ number: Int64) {
        noteOmission(number, isThere: true)
        notices.quarantined.append(number)
    }

    private mutating func isQuarantined(_ number: Int64) -> Bool {
        while nextQuarantined < quarantined.count, quarantined[nextQuarantined] < number { nextQuarantined += 1 }
        return nextQuarantined < quarantined.count && quarantined[nextQuarantined] == number
    }

    private mutating func admit(_ event: borrowing StoredEvent) throws {
        // An event that is set apart now is left out before the filter from now on, so it must not have seen it.
        let before = definition.recoveryPolicy.quarantines ? filter : nil
        guard try keeps(event) else { return }
        if try fold(event) == .setApart, let before { filter = before }
    }

    private mutating func keeps(_ event: borrowing StoredEvent) throws(RecoveryError) -> Bool {
        do {
            switch try filter.admit(sequenceNumber: event.sequenceNumber, writer: event.writer, epoch: event.epoch) {
            case .keep: return true
            case .keepWithWarning(let conflict):
                notices.conflicts.append(conflict)
                return true
            case .drop(let conflict):
                notices.conflicts.append(conflict)
                noteOmission(event.sequenceNumber, isThere: true)
                return false
            }
        } catch {
            throw failure(.filter, .error(error), at: event.sequenceNumber)
        }
    }

    private enum FoldOutcome {
        case folded
        case setApart
    }

    @inline(__always)
    private mutating func fold(_ event: borrowing StoredEvent) throws -> FoldOutcome {
        let number = event.sequenceNumber
        let decoded: Event
        do {
            decoded = try definition.registry.decode(
                type: event.type, version: event.schemaVersion, payload: event.payloadBytes)
        } catch {
            try leaveOut(.undecodable, failure(.decode, .error(error), at: number), isThere: true)
            return definition.recoveryPolicy.answer(to: .undecodable) == .quarantine ? .setApart : .folded
        }
        if keepsStateBeforeFold { return try foldOnCopy(decoded, number) }
        do {
            try definition.fold(&state, decoded)
        } catch {
            // What it has changed of the state can't be taken back here.
            if definition.recoveryPolicy.answer(to: .fold) != .fail { throw FoldFailedInPlace() }
            throw failure(.fold, .error(error), at: number)
        }
        return .folded
    }

    private mutating func foldOnCopy(_ event: Event, _ number: Int64) throws(RecoveryError) -> FoldOutcome {
        var folded = state
        do {
            try definition.fold(&folded, event)
        } catch {
            try leaveOut(.fold, failure(.fold, .error(error), at: number), isThere: true)
            return definition.recoveryPolicy.answer(to: .fold) == .quarantine ? .setApart : .folded
        }
        state = folded
        return .folded
    }
}

// MARK: - What was left out

/// An event, or a number without one, that the policy lets recovery leave out.
struct Omission: Sendable {
    let error: RecoveryError
    /// Whether the event is to be set apart for good.
    let isForGood: Bool
}

/// What is to be said of a stretch of a recovery.
struct RecoveryNotices: Sendable {
    var conflicts: [WriterConflictError] = []
    var omissions: [Omission] = []
    /// The numbers that were left out because they had been set apart.
    var quarantined: [Int64] = []
}

extension Replay {
    private mutating func leaveOut(
        _ fault: RecoveryPolicy.Fault, _ error: RecoveryError, isThere: Bool
    ) throws(RecoveryError) {
        let answer = definition.recoveryPolicy.answer(to: fault)
        if answer == .fail { throw error }
        noteOmission(error.sequenceNumber, isThere: isThere)
        let isForGood = isThere && answer == .quarantine
        if isForGood { setApart.append(error.sequenceNumber) }
        notices.omissions.append(Omission(error: error, isForGood: isForGood))
    }

    private mutating func noteOmission(_ number: Int64, isThere: Bool) {
        isRepaired = true
        if isThere, firstLeftOut == nil { firstLeftOut = number }
    }

    /// What is to be said since the last call.
    mutating func takeNotices() -> RecoveryNotices {
        defer { notices = RecoveryNotices() }
        return notices
    }

    func failure(
        _ phase: RecoveryError.Phase, _ cause: RecoveryError.Cause, at number: Int64
    ) -> RecoveryError {
        RecoveryError(persistenceID: definition.id, sequenceNumber: number, phase: phase, cause: cause)
    }
}
