import EventSourcing

/// Finds the first event after which a condition holds, by folding the stream from its beginning and trying each state.
///
/// Nothing says that a condition which holds goes on holding, so no event is left out. Behind an event that does not fold it
/// goes on at the next snapshot that can be used.
public final class BisectJob: InspectionJob {
    /// What a slice may cost, in steps of conditions, so that keys are served in between.
    private static let stepsPerSlice = 250_000
    /// How many events are tried at first, when nobody knows what a try costs.
    private static let firstSlice = 16
    /// How many snapshots are tried behind an event that does not fold, before the newest is taken.
    private static let mostSnapshots = 64

    private let inspector: Inspector
    private let condition: Condition
    private let measure: RuleExpression?
    private let id: PersistenceID
    private var head: StreamHead?
    private var run: FoldRun?
    private var answer: BisectAnswer?
    private var writers: [WriterID: String] = [:]

    /// The event whose state comes next.
    private var event: Condition.Event?
    /// The number of the last state that was tried.
    private var reached: Int64 = 0
    private var before: JSONValue?
    private var found: Int64?
    private var looked: Int64 = 0
    private var untold: Int64 = 0
    private var reason: String?
    private var unknownThrough: Int64 = 0
    /// Where the fold would begin again by itself.
    private var beginsAgain: Int64?
    private var slice = BisectJob.firstSlice
    /// What all tries have cost so far, in steps.
    private var spent = 0

    init(_ inspector: Inspector, _ condition: Condition, in id: PersistenceID) {
        self.inspector = inspector
        self.condition = condition
        self.id = id
        measure = condition.measure
    }

    public var progress: Double {
        if answer != nil { return 1 }
        guard let head, head.sequenceNumber > 0 else { return 0 }
        return Double(reached) / Double(head.sequenceNumber)
    }

    public func step(budget events: Int) throws -> BisectAnswer? {
        if let answer { return answer }
        guard let run = try self.run ?? begin() else {
            answer = BisectAnswer(condition: condition.description, sequenceNumber: nil, looked: 0)
            return answer
        }
        let (lookedBefore, spentBefore) = (looked, spent)
        let isDone = try run.advance(budget: min(max(events, 1), slice))
        let cost = max(1, (spent - spentBefore) / Int(max(1, looked - lookedBefore)))
        // States grow along a stream, so what the next ones cost is not taken for granted.
        slice = max(1, min(slice * 2, Self.stepsPerSlice / cost))
        if let number = beginsAgain {
            beginsAgain = nil
            try goOn(upTo: number)
        } else if isDone {
            finish(run)
        }
        return answer
    }

    private func begin() throws -> FoldRun? {
        guard let head = try inspector.reader.head(of: id) else { return nil }
        self.head = head
        if condition.needsWriter {
            for record in try inspector.reader.writers() where !record.program.isEmpty {
                writers[record.id] = record.program
            }
        }
        let empty = inspector.domain(for: id.entityType).emptyState()
        return try fold(head, from: FoldStart(sequenceNumber: 0, state: empty, source: .emptyState))
    }

    /// Prepares the fold from a state to the head, which is looked at on the way.
    private func fold(_ head: StreamHead, from start: FoldStart) throws -> FoldRun {
        let run = try FoldRun(inspector, head: head, from: start, target: head.sequenceNumber)
        event = nil
        if condition.needsEvent { run.onEvent = { [unowned self] event in take(event) } }
        run.onState = { [unowned self, unowned run] state, number, isStart in
            if isStart, number != start.sequenceNumber {
                // A nearer snapshot than the one that the fold begins again with may do.
                beginsAgain = number
                run.isEnough = true
                return
            }
            try look(state, number, isStart: isStart)
            if found != nil { run.isEnough = true }
        }
        self.run = run
        return run
    }

    /// Goes on behind an event that does not fold, with the first usable snapshot up to a number that has one.
    private func goOn(upTo number: Int64) throws {
        guard let head else { return }
        let numbers = try inspector.reader.snapshots(of: id).map(\.sequenceNumber).filter {
            reached < $0 && $0 < number
        }
        for candidate in numbers.prefix(Self.mostSnapshots) + [number] {
            guard let start = try inspector.snapshotStart(head, atOrBelow: candidate, above: candidate - 1) else {
                continue
            }
            if start.sequenceNumber > reached + 1 { unknownThrough = start.sequenceNumber - 1 }
            before = nil
            _ = try fold(head, from: start)
            return
        }
        // The snapshot went meanwhile.
        if let run { finish(run) }
    }

    private func take(_ event: borrowing StoredEvent) {
        var payload: JSONValue?
        if condition.needsPayload { payload = try? event.withPayload { try JSONReader().read($0).value } }
        self.event = Condition.Event(
            sequenceNumber: event.sequenceNumber, timestamp: event.timestamp, type: event.type,
            writer: writers[event.writer] ?? event.writer.description, payload: payload)
    }

    private func look(_ state: any FoldedState, _ number: Int64, isStart: Bool) throws {
        defer {
            reached = number
            event = nil
        }
        // Where events were deleted the empty state is no place of the stream any more.
        if number == 0, let head, head.deletedTo > 0 { return }
        if number > 0 { looked += 1 }
        guard let tree = try? state.tree() else {
            return doubt("the state can't be shown as a tree", number)
        }
        // Of the event that a snapshot was taken behind nothing is known.
        if isStart, number > 0, condition.needsEvent { unknownThrough = number }
        let budget = RuleBudget(Condition.mostSteps)
        let evaluation = condition.evaluation(tree, event, budget)
        defer { spent += budget.spent }
        switch condition.rule.truth(in: evaluation) {
        case .holds:
            found = number
            return
        case .fails: break
        case .unknown(let failure): doubt(failure.clause, number)
        }
        before = measure.flatMap { try? evaluation.value(of: $0) }
    }

    private func doubt(_ clause: String, _ number: Int64) {
        if number > 0 {
            untold += 1
            reason = clause
        }
    }

    private func finish(_ run: FoldRun) {
        var answer = BisectAnswer(
            condition: condition.description, sequenceNumber: found, looked: looked, untold: untold, reason: reason,
            unknownThrough: unknownThrough)
        if let found {
            if measure != nil, hasBefore(run, found) {
                answer.before = BisectAnswer.Before(value: before, isSecret: condition.isSecret)
            }
        } else {
            answer.problem = run.problem
        }
        self.answer = answer
        self.run = nil
    }

    /// Whether the state one event before was seen: the fold did not begin with the one that was found.
    private func hasBefore(_ run: FoldRun, _ number: Int64) -> Bool {
        switch run.source {
        case .emptyState: number > 0
        case .snapshot(let start), .keyframe(let start): number > start
        }
    }
}
