import EventSourcing

/// Looks along a stream for events that change a value.
final class ChangeScan {
    private enum Phase {
        case reach(FoldRun)
        case forward(FoldRun)
        case backward(SetterSearch)
        case done
    }

    /// Those that were found, the nearest first.
    private(set) var found: [Int64] = []
    /// What is looked for, as it stands behind "no later".
    private(set) var what: String

    private let inspector: Inspector
    private let path: StatePath
    private let head: StreamHead
    private let number: Int64
    private let direction: Direction
    private let count: Int
    private var phase: Phase

    init(
        _ inspector: Inspector, _ path: StatePath, _ head: StreamHead, from number: Int64, _ direction: Direction,
        count: Int
    ) throws {
        self.inspector = inspector
        self.path = path
        self.head = head
        self.number = min(max(number, 0), head.sequenceNumber)
        self.direction = direction
        self.count = count
        what = "change of \(path)"
        phase = .reach(try FoldRun(inspector, head: head, target: self.number))
    }

    var progress: Double {
        switch phase {
        case .reach: 0
        case .forward(let run): run.progress
        case .backward(let search): search.progress
        case .done: 1
        }
    }

    func step(budget: Int) throws -> Bool {
        switch phase {
        case .reach(let run): if try run.advance(budget: budget) { phase = try look(run) }
        case .forward(let run):
            if try run.advance(budget: budget) {
                if let problem = run.problem {
                    what += ": the fold stops at #\(problem.sequenceNumber), \(problem.reason)"
                }
                phase = .done
            }
        case .backward(let search):
            if try search.step(budget: budget) {
                found = search.found.compactMap(\.sequenceNumber)
                if search.unknownThrough > 0 {
                    what += " above #\(search.unknownThrough), below which nothing is known"
                }
                phase = .done
            }
        case .done: break
        }
        if case .done = phase { return true }
        return false
    }

    private func look(_ run: FoldRun) throws -> Phase {
        guard let state = run.state, run.problem == nil else {
            what += ": the state at #\(number) is not known"
            return .done
        }
        let tree = try state.tree()
        let tracked = TrackedPath(path, in: tree)
        if direction == .backward {
            return .backward(
                SetterSearch(
                    inspector, path: path, in: head.persistenceID, atOrBelow: number - 1, limit: count,
                    tracked: tracked))
        }
        let start = FoldStart(
            sequenceNumber: number, state: state, source: .keyframe(sequenceNumber: number))
        let forward = try FoldRun(inspector, head: head, from: start, target: head.sequenceNumber)
        var value = tracked.value(in: tree)
        forward.onState = { [weak forward, unowned self] state, number, isStart in
            let next = tracked.value(in: try state.tree())
            if !isStart, !SetterSearch.areSame(value, next) { found.append(number) }
            value = next
            if found.count >= count { forward?.isEnough = true }
        }
        return .forward(forward)
    }
}
