import EventSourcing

/// Finds where a jump along a stream comes down.
public final class JumpJob: InspectionJob {
    private enum Way {
        case scan(EventScan)
        case change(ChangeScan)
        case findings(FindingsJob)
        case done(JumpAnswer)
    }

    private let inspector: Inspector
    private let target: JumpTarget
    private let id: PersistenceID
    private let number: Int64
    private let direction: Direction
    private let count: Int
    private var way: Way?

    init(
        _ inspector: Inspector, _ target: JumpTarget, in id: PersistenceID, from number: Int64, _ direction: Direction,
        count: Int
    ) {
        self.inspector = inspector
        self.target = target
        self.id = id
        self.number = number
        self.direction = direction
        self.count = count
    }

    public var progress: Double {
        switch way {
        case nil: 0
        case .scan(let scan): scan.progress
        case .change(let change): change.progress
        case .findings(let job): job.progress
        case .done: 1
        }
    }

    public func step(budget events: Int) throws -> JumpAnswer? {
        let way = try self.way ?? begin()
        self.way = way
        switch way {
        case .scan(let scan):
            if try scan.step(budget: events) { self.way = .done(scanned(scan.found, scan.what)) }
        case .change(let change):
            if try change.step(budget: events) { self.way = .done(scanned(change.found, change.what)) }
        case .findings(let job):
            if let findings = try job.step(budget: events) {
                self.way = .done(among(Set(findings.compactMap(\.sequenceNumber)).sorted(), "finding"))
            }
        case .done: break
        }
        if case .done(let answer)? = self.way { return answer }
        return nil
    }

    private func begin() throws -> Way {
        guard let head = try inspector.reader.head(of: id) else {
            return .done(JumpAnswer(sequenceNumber: nil, note: "\(id) has no events"))
        }
        switch target {
        case .snapshot:
            return .done(among(try inspector.reader.snapshots(of: id).map(\.sequenceNumber), "snapshot"))
        case .finding: return .findings(inspector.findings(in: id, near: number))
        case .valueChange(let path):
            return .change(try ChangeScan(inspector, path, head, from: number, direction, count: count))
        case .otherWriter, .sameWriter, .sameType:
            return .scan(EventScan(inspector, target, head, from: number, direction, count: count))
        }
    }

    private var side: String { direction == .forward ? "later" : "earlier" }

    /// The answer where all places are known.
    private func among(_ numbers: [Int64], _ what: String) -> JumpAnswer {
        let ahead =
            direction == .forward ? numbers.filter { $0 > number } : numbers.reversed().filter { $0 < number }
        guard !ahead.isEmpty else {
            return JumpAnswer(
                sequenceNumber: nil, note: numbers.isEmpty ? "no \(what)" : "no \(side) \(what) (of \(numbers.count))")
        }
        if ahead.count >= count { return JumpAnswer(sequenceNumber: ahead[count - 1]) }
        return JumpAnswer(
            sequenceNumber: ahead.last,
            note: "only \(ahead.count) \(side) \(what)\(ahead.count == 1 ? "" : "s") (of \(numbers.count))")
    }

    /// The answer where only those on the way are known.
    private func scanned(_ found: [Int64], _ what: String) -> JumpAnswer {
        if found.count >= count { return JumpAnswer(sequenceNumber: found[count - 1]) }
        guard let last = found.last else { return JumpAnswer(sequenceNumber: nil, note: "no \(side) \(what)") }
        return JumpAnswer(sequenceNumber: last, note: "only \(found.count) such jump\(found.count == 1 ? "" : "s")")
    }
}
