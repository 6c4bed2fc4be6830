import EventSourcing

/// Looks along a stream for events by writer or type, without their payloads.
final class EventScan {
    /// Those that were found, the nearest first.
    private(set) var found: [Int64] = []
    /// What is looked for, as it stands behind "no later".
    private(set) var what: String

    private let inspector: Inspector
    private let target: JumpTarget
    private let head: StreamHead
    private let number: Int64
    private let direction: Direction
    private let count: Int
    private var next: Int64
    private var writer: WriterID?
    private var type: String?
    private var hasBegun = false

    init(
        _ inspector: Inspector, _ target: JumpTarget, _ head: StreamHead, from number: Int64, _ direction: Direction,
        count: Int
    ) {
        self.inspector = inspector
        self.target = target
        self.head = head
        self.number = min(max(number, 0), head.sequenceNumber)
        self.direction = direction
        self.count = count
        next = direction == .forward ? self.number + 1 : self.number - 1
        what = "event by another writer"
    }

    var progress: Double {
        let whole = direction == .forward ? head.sequenceNumber - number : number - head.deletedTo
        return whole <= 0 ? 1 : min(1, Double(abs(next - number)) / Double(whole))
    }

    func step(budget: Int) throws -> Bool {
        if !hasBegun, try !begin() { return true }
        let forward = direction == .forward
        let budget = Int64(max(budget, 1))
        let from = forward ? next : max(head.deletedTo + 1, next - budget + 1)
        let through = forward ? min(head.sequenceNumber, next + budget - 1) : next
        guard from <= through else { return true }
        try inspector.visit(head.persistenceID, from: from, through: through, reversed: !forward, fields: []) { event in
            take(event.writer, event.type, event.sequenceNumber)
            return found.count < count ? .next : .stop
        } damaged: { _, _ in
            .next
        }
        next = forward ? through + 1 : from - 1
        return found.count >= count
    }

    /// Reads the event under the playhead, and answers whether there is anything to compare with.
    private func begin() throws -> Bool {
        hasBegun = true
        try inspector.visit(head.persistenceID, from: number, through: number, reversed: false, fields: []) { event in
            (writer, type) = (event.writer, event.type)
            return .stop
        } damaged: { _, _ in
            .stop
        }
        switch target {
        case .sameWriter:
            guard let writer else {
                what = "event by the same writer: there is no event at #\(number)"
                return false
            }
            what = "event by \(try inspector.name(of: writer))"
        case .sameType:
            guard let type else {
                what = "event of the same type: there is no event at #\(number)"
                return false
            }
            what = "event of type \(type)"
        default: break
        }
        return true
    }

    private func take(_ writer: WriterID, _ type: String, _ number: Int64) {
        let isHit =
            switch target {
            case .sameWriter: writer == self.writer
            case .sameType: type == self.type
            default: writer != self.writer
            }
        if isHit { found.append(number) }
        if case .otherWriter = target { self.writer = writer }
    }
}
