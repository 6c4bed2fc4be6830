import EventSourcing

/// What a fold begins with.
struct FoldStart {
    var sequenceNumber: Int64
    var state: any FoldedState
    var source: StateView.Source
}

/// A fold of one stream from its nearest start to a number, done in slices.
final class FoldRun {
    /// States this near to the target are kept while passing, so that steps back from it are short.
    private static let trail: Int64 = 256
    private static let trailDistance: Int64 = 64

    let id: PersistenceID
    let target: Int64
    let domain: Domain
    /// The state so far, nil where there was nothing to begin with.
    private(set) var state: (any FoldedState)?
    /// The number of the last event that is in it.
    private(set) var sequenceNumber: Int64 = 0
    /// The state one event before the target, where the target was folded.
    private(set) var previous: (any FoldedState)?
    private(set) var source = StateView.Source.emptyState
    private(set) var foldedEvents = 0
    private(set) var problem: StateView.Problem?
    /// Told of each state as it comes; `isStart` where the fold begins with it, at first or again behind a problem.
    var onState: ((_ state: any FoldedState, _ number: Int64, _ isStart: Bool) throws -> Void)?

    /// Told of each event before it is folded, or passed because it is set apart.
    var onEvent: ((borrowing StoredEvent) throws -> Void)?

    /// Set where enough was seen: the fold then ends behind the event that it is at.
    var isEnough = false

    private let inspector: Inspector
    private let head: StreamHead
    private var nextKeyframe: Int64 = 0
    private var first: Int64 = 0
    private var hasBegun = false
    /// Quarantined events, which the state goes on without, as an entity's does.
    private let apart: Set<Int64>

    /// Prepares a fold to `target`, which lies at or below the head.
    ///
    /// With `includingBefore` it begins below the target where it can, so that the state one event before is known too.
    init(_ inspector: Inspector, head: StreamHead, target: Int64, includingBefore: Bool = false) throws {
        self.inspector = inspector
        self.head = head
        id = head.persistenceID
        self.target = target
        domain = inspector.domain(for: id.entityType)
        apart = Set(try inspector.apartForFolding(id).map(\.sequenceNumber))
        var start: FoldStart?
        if includingBefore, target > 0 { start = try inspector.start(head, atOrBelow: target - 1) }
        if start == nil { start = try inspector.start(head, atOrBelow: target) }
        if let start {
            begin(with: start)
        } else {
            problem = StateView.Problem(
                sequenceNumber: min(head.deletedTo, target), reason: FoldRun.pruned(head))
        }
    }

    /// Prepares a fold to `target` from a state that is known.
    init(_ inspector: Inspector, head: StreamHead, from start: FoldStart, target: Int64) throws {
        self.inspector = inspector
        self.head = head
        id = head.persistenceID
        self.target = target
        domain = inspector.domain(for: id.entityType)
        apart = Set(try inspector.apartForFolding(id).map(\.sequenceNumber))
        begin(with: start)
    }

    /// How far it is, from 0 to 1.
    var progress: Double {
        isDone || target <= first ? 1 : Double(sequenceNumber - first) / Double(target - first)
    }

    var isDone: Bool { isEnough || problem != nil || sequenceNumber >= target }

    /// Folds at most so many events on, and answers whether the fold is done.
    func advance(budget: Int) throws -> Bool {
        if !hasBegun, let state {
            hasBegun = true
            try onState?(state, sequenceNumber, true)
        }
        if isDone { return true }
        let end = min(target, sequenceNumber + Int64(max(budget, 1)))
        try inspector.visit(id, from: sequenceNumber + 1, through: end, reversed: false, fields: .checked) { event in
            try fold(event)
            return problem == nil && !isEnough ? .next : .stop
        } damaged: { number, error in
            if number == sequenceNumber + 1, apart.contains(number) {
                if number == target { previous = state }
                try pass(number)
                return isEnough ? .stop : .next
            }
            // An earlier number that is missing is what stopped the fold, not the damage behind it.
            stop(at: sequenceNumber + 1, number > sequenceNumber + 1 ? missing(sequenceNumber + 1) : error.description)
            return .stop
        }
        if problem == nil, !isEnough, sequenceNumber < end { stop(at: sequenceNumber + 1, missing(sequenceNumber + 1)) }
        if let stopped = problem,
            let start = try inspector.snapshotStart(
                head, atOrBelow: target, above: stopped.sequenceNumber - 1)
        {
            begin(with: start)
            try onState?(start.state, start.sequenceNumber, true)
        }
        return isDone
    }

    private func begin(with start: FoldStart) {
        state = start.state
        sequenceNumber = start.sequenceNumber
        first = start.sequenceNumber
        source = start.source
        foldedEvents = 0
        problem = nil
        previous = nil
        nextKeyframe = inspector.keyframes.offer(start.state, of: id, at: start.sequenceNumber)
    }

    private func fold(_ event: borrowing StoredEvent) throws {
        let number = event.sequenceNumber
        guard number == sequenceNumber + 1 else {
            return stop(
                at: min(number, sequenceNumber + 1),
                number <= sequenceNumber ? "number \(number) stands twice" : missing(sequenceNumber + 1))
        }
        try onEvent?(event)
        if apart.contains(number) {
            if number == target { previous = state }
            return try pass(number)
        }
        guard event.isIntact else { return stop(at: number, "\(event.type) does not fit its checksum") }
        if number == target { previous = state }
        do {
            try state?.fold(event)
        } catch {
            previous = nil
            return stop(at: number, PayloadErrors.reason(error, type: event.type))
        }
        foldedEvents += 1
        try pass(number)
    }

    /// Goes on behind an event whose state is known.
    private func pass(_ number: Int64) throws {
        sequenceNumber = number
        guard let state else { return }
        try onState?(state, number, false)
        if number == nextKeyframe { nextKeyframe = inspector.keyframes.offer(state, of: id, at: number) }
        if target - number <= Self.trail, number % Self.trailDistance == 0 {
            inspector.recent.pass(state, of: id, at: number)
        }
    }

    private func stop(at number: Int64, _ reason: String) {
        problem = StateView.Problem(sequenceNumber: number, reason: reason)
    }

    private func missing(_ number: Int64) -> String {
        number <= head.deletedTo ? FoldRun.pruned(head) : "event \(number) is missing"
    }

    static func pruned(_ head: StreamHead) -> String {
        "the events up to \(head.deletedTo) were deleted, and no usable snapshot holds what they made"
    }
}
