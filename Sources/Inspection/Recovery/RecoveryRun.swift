import EventSourcing

/// Goes through recovery as an entity does, in slices, and takes down what it meets; writes nothing.
///
/// Snapshot, events, filter, fold: the order and the rules are those of the engine's own recovery.
final class RecoveryRun {
    private(set) var outcome: RecoveryOutcome
    private(set) var isDone = false

    private let inspector: Inspector
    private let id: PersistenceID
    private let domain: Domain
    private let filter: ReplayFilter
    private var run: ReplayFilterRun?
    private var state: any FoldedState
    /// The numbers that are set apart.
    private var apart: Set<Int64> = []

    init(_ inspector: Inspector, of id: PersistenceID, filter: ReplayFilter) {
        self.inspector = inspector
        self.id = id
        self.filter = filter
        domain = inspector.domain(for: id.entityType)
        state = domain.emptyState()
        outcome = RecoveryOutcome(filter: filter, looksForSnapshots: domain.usesSnapshots)
    }

    var progress: Double {
        if isDone { return 1 }
        guard let last = outcome.head?.sequenceNumber, last > 0 else { return 0 }
        return Double(outcome.readThrough) / Double(last)
    }

    /// Reads about so many events on, and answers whether recovery is over.
    func step(budget: Int) throws -> Bool {
        if isDone { return true }
        let began = inspector.stopwatch()
        let before = outcome.times
        defer {
            // What is neither filter nor fold is reading.
            let other = (outcome.times.filter - before.filter) + (outcome.times.fold - before.fold)
            let snapshot = outcome.times.snapshot - before.snapshot
            outcome.times.reading += max(0, inspector.stopwatch() - began - other - snapshot)
        }
        if run == nil, try !begin() { return finish() }
        let last = outcome.head?.sequenceNumber ?? 0
        let from = outcome.readThrough + 1
        let through = min(last, outcome.readThrough + Int64(max(budget, 1)))
        guard from <= through else { return finish() }
        try inspector.visit(id, from: from, through: through, reversed: false, fields: .checked) { event in
            take(event)
            return outcome.failure == nil ? .next : .stop
        } damaged: { number, error in
            if number > outcome.readThrough + 1 { pass(to: number) }
            if outcome.failure == nil { takeDamaged("it can't be read: \(error.detail)") }
            return outcome.failure == nil ? .next : .stop
        }
        if outcome.failure == nil, outcome.readThrough < through { try passMissing(through: last) }
        return outcome.failure != nil || outcome.readThrough >= last ? finish() : false
    }

    private func finish() -> Bool {
        isDone = true
        do {
            outcome.tree = try state.tree()
        } catch {
            fail(outcome.readThrough, .fold, "the state can't be shown as a tree: \(error)")
        }
        return true
    }

    private func fail(_ number: Int64, _ phase: RecoveryError.Phase, _ reason: String) {
        outcome.failure = .init(sequenceNumber: number, phase: phase, reason: reason)
    }

    // MARK: - Snapshot

    /// Chooses what to begin with; false where recovery ends there.
    private func begin() throws -> Bool {
        let head = try inspector.reader.head(of: id)
        outcome.head = head
        var lastWriter: WriterID?
        if filter.mode == .repairByDiscardOld, filter.comparison == .anySecondWriter, let head {
            try inspector.visit(
                id, from: head.sequenceNumber, through: head.sequenceNumber, reversed: false, fields: []
            ) { event in
                lastWriter = event.writer
                return .stop
            } damaged: { _, _ in
                .stop
            }
        }
        let began = inspector.stopwatch()
        let apartEvents = try inspector.eventsApart(in: id)
        apart = Set(apartEvents.map(\.sequenceNumber))
        if domain.usesSnapshots { try chooseSnapshot(head, lastWriter, apartEvents) }
        outcome.times.snapshot = inspector.stopwatch() - began
        let start = outcome.start
        outcome.readThrough = start?.sequenceNumber ?? 0
        run = ReplayFilterRun(
            filter, of: id, snapshot: start.map { ($0.writer, $0.epoch) }, lastWriter: lastWriter)
        if let head, outcome.readThrough < head.deletedTo {
            fail(
                outcome.readThrough + 1, .snapshot,
                "the events up to #\(head.deletedTo) were deleted, and no usable snapshot holds them")
            return false
        }
        return true
    }

    private func chooseSnapshot(_ head: StreamHead?, _ lastWriter: WriterID?, _ apart: [QuarantinedEvent]) throws {
        var search = SnapshotSearch(inspector, of: id, head: head, apart: apart, lastWriter: lastWriter)
        while let tried = try search.next() {
            switch tried {
            case .usable(let snapshot, let stored):
                state = stored
                outcome.snapshots.append(.init(description: snapshot, problem: nil))
                return
            case .unusable(let snapshot, let problem):
                if outcome.snapshots.count < RecoveryOutcome.mostKept {
                    outcome.snapshots.append(.init(description: snapshot, problem: problem))
                }
            }
        }
    }

    // MARK: - One event

    private func take(_ event: borrowing StoredEvent) {
        // First of all, because a damaged row may claim any number.
        guard event.isIntact else { return takeDamaged("the stored event does not fit its checksum") }
        let number = event.sequenceNumber
        if number <= outcome.readThrough {
            return leaveOut(.duplicate, number, .events, "the number stands twice")
        }
        if number > outcome.readThrough + 1 {
            pass(to: number)
            if outcome.failure != nil { return }
        }
        outcome.readCount += 1
        if apart.contains(number) { passOver(number) } else { filterAndFold(event) }
        if outcome.failure == nil { outcome.readThrough = number }
    }

    /// Goes on behind missing numbers, up to one that is there, where the policy allows it.
    private func pass(to number: Int64) {
        leaveOut(.gap, outcome.readThrough + 1, .events, "the event is missing, the next one is #\(number)")
        if outcome.failure == nil { outcome.readThrough = number - 1 }
    }

    /// Goes on behind the next number, whose row can't be relied on, where the policy allows it.
    private func takeDamaged(_ reason: String) {
        let isEnd = outcome.readThrough >= outcome.head?.sequenceNumber ?? 0
        let number = isEnd ? outcome.readThrough : outcome.readThrough + 1
        outcome.readCount += 1
        if apart.contains(number) { passOver(number) } else { leaveOut(.damaged, number, .events, reason) }
        if outcome.failure == nil { outcome.readThrough = number }
    }

    private func passOver(_ number: Int64) {
        outcome.apartCount += 1
        if outcome.apart.count < RecoveryOutcome.mostKept { outcome.apart.append(number) }
    }

    private func filterAndFold(_ event: borrowing StoredEvent) {
        let began = inspector.stopwatch()
        let before = run
        let isKept = keeps(event)
        let filtered = inspector.stopwatch()
        outcome.times.filter += filtered - began
        guard isKept, outcome.failure == nil else { return }
        do {
            try state.fold(event)
            outcome.foldedCount += 1
        } catch {
            let isDecoding = PayloadErrors.contain(error)
            let fault: RecoveryPolicy.Fault = isDecoding ? .undecodable : .fold
            // What is set apart is left out before the filter from then on, so that must not have seen it.
            if domain.recoveryPolicy.answer(to: fault) == .quarantine { run = before }
            leaveOut(
                fault, event.sequenceNumber, isDecoding ? .decode : .fold,
                PayloadErrors.reason(error, type: event.type))
        }
        outcome.times.fold += inspector.stopwatch() - filtered
    }

    /// Goes on without something where the domain's policy says so; else recovery ends there.
    private func leaveOut(
        _ fault: RecoveryPolicy.Fault, _ number: Int64, _ phase: RecoveryError.Phase, _ reason: String
    ) {
        let answer = domain.recoveryPolicy.answer(to: fault)
        if answer == .fail { return fail(number, phase, reason) }
        outcome.omissionCount += 1
        guard outcome.omissions.count < RecoveryOutcome.mostKept else { return }
        let isThere = fault != .gap && fault != .headMismatch && fault != .duplicate
        outcome.omissions.append(
            .init(sequenceNumber: number, reason: reason, isForGood: isThere && answer == .quarantine))
    }

    /// Goes on behind numbers that have no event, where the policy allows it.
    private func passMissing(through last: Int64) throws {
        let from = outcome.readThrough + 1
        var next: Int64?
        try inspector.visit(id, from: from, through: last, reversed: false, fields: []) { event in
            next = event.sequenceNumber
            return .stop
        } damaged: { number, _ in
            next = number
            return .stop
        }
        if let next {
            pass(to: next)
        } else {
            leaveOut(.headMismatch, from, .head, "the head says #\(last), and the events end at #\(from - 1)")
            if outcome.failure == nil { outcome.readThrough = last }
        }
    }

    private func keeps(_ event: borrowing StoredEvent) -> Bool {
        do {
            switch try run?.admit(sequenceNumber: event.sequenceNumber, writer: event.writer, epoch: event.epoch) {
            case .keepWithWarning(let conflict)?:
                note(conflict)
                return true
            case .drop(let conflict)?:
                note(conflict)
                outcome.leftOutCount += 1
                if outcome.leftOut.count < RecoveryOutcome.mostKept { outcome.leftOut.append(event.sequenceNumber) }
                return false
            case .keep?, nil: return true
            }
        } catch {
            note(error)
            fail(event.sequenceNumber, .filter, "another writer wrote it than its history allows")
            return false
        }
    }

    private func note(_ conflict: WriterConflictError) {
        outcome.conflictCount += 1
        if outcome.conflicts.count < RecoveryOutcome.mostKept { outcome.conflicts.append(conflict) }
    }
}
