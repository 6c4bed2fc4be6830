import EventSourcing

/// Looks backwards for the events that set a value: stretch by stretch, each folded forward once.
final class SetterSearch {
    /// A longer stretch is folded without looking first, so that keyframes cut it into short ones.
    private static let longestStretch: Int64 = 4 * Keyframes.firstDistance

    private enum Phase {
        case reach(FoldRun)
        case prepare(FoldRun, through: Int64)
        case look(Stretch)
        case next(through: Int64)
        case done
    }

    /// What was seen while one stretch is folded.
    private final class Stretch {
        let run: FoldRun
        var start: Int64
        var value: JSONValue?
        var found: [ValueSetter] = []
        var startedAgain = false

        init(_ run: FoldRun) {
            self.run = run
            start = run.sequenceNumber
        }
    }

    let path: StatePath
    /// Those that were found, the newest first.
    private(set) var found: [ValueSetter] = []
    /// The number up to which nothing is known.
    private(set) var unknownThrough: Int64 = 0

    private let inspector: Inspector
    private let id: PersistenceID
    private let number: Int64
    private let limit: Int
    private var head: StreamHead?
    private var tracked: TrackedPath
    private let isResolved: Bool
    private var phase: Phase?
    private var reached: Int64?

    /// Prepares a search; `tracked` says what the path stands for where another state than the one at `number` does.
    init(
        _ inspector: Inspector, path: StatePath, in id: PersistenceID, atOrBelow number: Int64, limit: Int,
        tracked: TrackedPath? = nil
    ) {
        self.inspector = inspector
        self.path = path
        self.id = id
        self.number = number
        self.limit = limit
        isResolved = tracked != nil
        self.tracked = tracked ?? TrackedPath(path, in: nil)
    }

    var isDone: Bool { if case .done? = phase { true } else { false } }

    var progress: Double {
        if isDone { return 1 }
        guard let reached, number > 0 else { return 0 }
        return Double(number - min(reached, number)) / Double(number)
    }

    /// Reads about so many events, and answers whether the search is over.
    func step(budget: Int) throws -> Bool {
        switch try phase ?? begin() {
        case .done: return true
        case .reach(let run): if try run.advance(budget: budget) { phase = try prepareToLook(run) }
        case .prepare(let run, let through):
            if try run.advance(budget: budget) { phase = try look(through: through, prepared: true) }
        case .look(let stretch): if try stretch.run.advance(budget: budget) { phase = finish(stretch) }
        case .next(let through): phase = try look(through: through, prepared: false)
        }
        return isDone
    }

    private func begin() throws -> Phase {
        guard let head = try inspector.reader.head(of: id), number > 0, head.sequenceNumber > 0 else {
            phase = .done
            return .done
        }
        self.head = head
        let run = try FoldRun(
            inspector, head: head, target: min(number, head.sequenceNumber), includingBefore: true)
        phase = .reach(run)
        return .reach(run)
    }

    /// Finds out what the path stands for in the state from which the search begins.
    private func prepareToLook(_ run: FoldRun) throws -> Phase {
        guard let tree = try run.state?.tree() else {
            unknownThrough = run.target
            return .done
        }
        if isResolved { return .next(through: run.sequenceNumber) }
        if path.value(in: tree) == nil, let before = try run.previous?.tree() {
            tracked = TrackedPath(path, in: before)
        } else {
            tracked = TrackedPath(path, in: tree)
        }
        return .next(through: run.sequenceNumber)
    }

    private func look(through: Int64, prepared: Bool) throws -> Phase {
        reached = through
        guard through > 0, let head else { return .done }
        guard let start = try inspector.start(head, atOrBelow: through - 1) else {
            unknownThrough = through
            return .done
        }
        if !prepared, through - start.sequenceNumber > Self.longestStretch {
            return .prepare(try FoldRun(inspector, head: head, target: through - 1), through: through)
        }
        let run = try FoldRun(inspector, head: head, target: through, includingBefore: true)
        let stretch = Stretch(run)
        run.onState = { [tracked, path] state, number, isStart in
            let value = tracked.value(in: try state.tree())
            if isStart {
                stretch.startedAgain = number > stretch.start
                stretch.start = number
                stretch.found = []
            } else if !Self.areSame(stretch.value, value) {
                stretch.found.append(
                    ValueSetter(path: path, sequenceNumber: number, before: stretch.value, after: value))
            }
            stretch.value = value
        }
        return .look(stretch)
    }

    private func finish(_ stretch: Stretch) -> Phase {
        found.append(contentsOf: stretch.found.reversed())
        reached = stretch.start
        if found.count >= limit {
            found.removeLast(found.count - limit)
            return .done
        }
        if stretch.run.problem != nil {
            unknownThrough = stretch.run.target
            return .done
        }
        if stretch.startedAgain {
            unknownThrough = stretch.start
            return .done
        }
        return .next(through: stretch.start)
    }

    static func areSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): StateDiff.areSame(left, right)
        default: false
        }
    }
}
