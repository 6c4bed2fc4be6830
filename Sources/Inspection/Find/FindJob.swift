import EventSourcing

/// Looks for events that fit a query, and tells what it has found while it goes on.
public final class FindJob: InspectionJob {
    /// The most hits that are kept.
    public static let mostHits = 10_000

    /// What was found so far, by rising numbers.
    public private(set) var hits: [FindHit] = []
    /// Whether the search ended because there were as many hits as were asked for.
    public private(set) var isCut = false

    private let inspector: Inspector
    private let matcher: EventMatcher
    private let scope: FindScope
    private let start: Int64
    private let order: FindOrder
    private let limit: Int
    private var bounds: ClosedRange<Int64>?
    /// The next number upwards and downwards; nil where that way is done.
    private var up: Int64?
    private var down: Int64?
    private var goesUp = true
    private var isPrepared = false

    init(_ inspector: Inspector, _ query: FindQuery, in scope: FindScope, from: Int64, order: FindOrder, limit: Int) {
        self.inspector = inspector
        matcher = EventMatcher(query)
        self.scope = scope
        start = from
        self.order = order
        self.limit = min(max(limit, 1), Self.mostHits)
    }

    public var progress: Double {
        guard isPrepared, let bounds else { return isPrepared ? 1 : 0 }
        let above = up.map { Double(bounds.upperBound - $0 + 1) } ?? 0
        let below = down.map { Double($0 - bounds.lowerBound + 1) } ?? 0
        return 1 - (above + below) / Double(bounds.count)
    }

    /// Looks at about so many events, and answers the hits once nothing is left to look at.
    public func step(budget events: Int) throws -> [FindHit]? {
        try prepare()
        guard let bounds, up != nil || down != nil else { return hits }
        let budget = Int64(max(events, 1))
        if let from = up, goesUp || down == nil {
            let through = min(bounds.upperBound, from + budget - 1)
            let found = try look(from, through, reversed: false)
            hits.append(contentsOf: found)
            up = through < bounds.upperBound ? through + 1 : nil
        } else if let from = down {
            let low = max(bounds.lowerBound, from - budget + 1)
            let found = try look(low, from, reversed: true)
            hits.insert(contentsOf: found.reversed(), at: 0)
            down = low > bounds.lowerBound ? low - 1 : nil
        }
        goesUp.toggle()
        if isCut { (up, down) = (nil, nil) }
        return up == nil && down == nil ? hits : nil
    }

    private func prepare() throws {
        if isPrepared { return }
        isPrepared = true
        let last: Int64
        let first: Int64
        switch scope {
        case .stream(let id):
            guard let head = try inspector.reader.head(of: id) else { return }
            (first, last) = (head.deletedTo + 1, head.sequenceNumber)
        case .store: (first, last) = (1, try inspector.reader.totals().lastPosition)
        }
        guard first <= last else { return }
        bounds = first...last
        let start = min(max(start, first), last)
        switch order {
        case .forward: up = start
        case .backward: down = start
        case .outward: (up, down) = (start, start > first ? start - 1 : nil)
        }
        // Progress is about what this search looks at, not about the side it leaves out.
        if order == .forward { bounds = start...last }
        if order == .backward { bounds = first...start }
    }

    private func look(_ from: Int64, _ through: Int64, reversed: Bool) throws -> [FindHit] {
        var found: [FindHit] = []
        func take(_ event: borrowing StoredEvent) -> Visit {
            guard matcher.matches(event) else { return .next }
            found.append(
                FindHit(
                    persistenceID: event.persistenceID, sequenceNumber: event.sequenceNumber,
                    position: event.position))
            isCut = hits.count + found.count >= limit
            return isCut ? .stop : .next
        }
        switch scope {
        case .stream(let id):
            try inspector.visit(id, from: from, through: through, reversed: reversed, fields: .payload) { event in
                take(event)
            } damaged: { _, _ in
                .next
            }
        case .store:
            try inspector.reader.readAll(from: from, through: through, reversed: reversed, fields: .payload) { event in
                take(event)
            }
        }
        return found
    }
}
