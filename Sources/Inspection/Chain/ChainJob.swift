import Actors
public import EventSourcing

/// Looks through the log for what belongs to one event, the nearest first, and tells what it has found while it goes on.
public final class ChainJob: InspectionJob {
    /// The most events that are kept.
    public static let mostEvents = 1_000

    private let inspector: Inspector
    private let id: PersistenceID
    private let number: Int64
    private var view = ChainView()
    private var origin: Int64?
    private var bounds: ClosedRange<Int64>?
    /// The next position upwards and downwards; nil where that way is done.
    private var up: Int64?
    private var down: Int64?
    private var goesUp = true
    private var isPrepared = false

    init(_ inspector: Inspector, of id: PersistenceID, at number: Int64) {
        self.inspector = inspector
        self.id = id
        self.number = number
    }

    /// What was found so far.
    public var found: ChainView { view.arranged() }

    public var progress: Double {
        guard let bounds else { return isPrepared ? 1 : 0 }
        let above = up.map { Double(bounds.upperBound) - Double($0) + 1 } ?? 0
        let below = down.map { Double($0) - Double(bounds.lowerBound) + 1 } ?? 0
        return 1 - (above + below) / (Double(bounds.upperBound) - Double(bounds.lowerBound) + 1)
    }

    public func step(budget events: Int) throws -> ChainView? {
        try prepare()
        let budget = Int64(max(events, 1))
        if let from = up, let bounds, goesUp || down == nil {
            let through = from.addingReportingOverflow(budget - 1)
            let last = through.overflow ? bounds.upperBound : min(bounds.upperBound, through.partialValue)
            try look(from, last)
            up = last < bounds.upperBound ? last + 1 : nil
        } else if let from = down, let bounds {
            let first = max(bounds.lowerBound, from - budget + 1)
            try look(first, from)
            down = first > bounds.lowerBound ? first - 1 : nil
        }
        goesUp.toggle()
        if view.isCut { (up, down) = (nil, nil) }
        return up == nil && down == nil ? found : nil
    }

    private func prepare() throws {
        if isPrepared { return }
        var own: ChainEvent?
        try inspector.reader.read(id, from: number, through: number, reversed: false, fields: .metadata) { event in
            view.correlationID = event.correlationID
            own = Self.link(event)
            return .stop
        }
        isPrepared = true
        guard let own else { return }
        view.events = [own]
        let last = try inspector.reader.totals().lastPosition
        guard view.correlationID != nil, own.position >= 1, own.position <= last else { return }
        bounds = 1...last
        origin = own.position
        up = own.position < last ? own.position + 1 : nil
        down = own.position > 1 ? own.position - 1 : nil
    }

    private func look(_ from: Int64, _ through: Int64) throws {
        var found: [ChainEvent] = []
        let isAbove = from > origin ?? 0
        try EventReading(reader: inspector.reader, stream: nil, fields: .metadata).visit(
            from: from, through: through,
            event: { event in
                guard event.correlationID == view.correlationID else { return .next }
                if view.events.count + found.count >= Self.mostEvents {
                    view.isCut = true
                    // Of those below, the later ones are the nearer ones.
                    guard !isAbove, !found.isEmpty else { return .stop }
                    found.removeFirst()
                }
                found.append(Self.link(event))
                return .next
            },
            lost: { _ in
                view.lost += 1
                return .next
            })
        if isAbove { view.events += found } else { view.events = found + view.events }
    }

    private static func link(_ event: borrowing StoredEvent) -> ChainEvent {
        var link = ChainEvent(
            persistenceID: event.persistenceID, sequenceNumber: event.sequenceNumber, position: event.position,
            type: event.type, timestamp: event.timestamp)
        link.commandID = event.commandID
        link.causationID = event.causationID
        let values = event.withMetadata { $0.isEmpty ? nil : try? JSONReader().read($0).value }
        link.reaction = values?["reaction"]?.string
        link.reactsTo = values?["reactsTo"]?.string
        return link
    }
}

extension Inspector {
    /// What led to an event, and what came of it, across all streams; nothing where there is no such event.
    ///
    /// Events belong together by their correlation ids. At most `ChainJob.mostEvents` are kept, the nearest.
    public func chain(of id: PersistenceID, at sequenceNumber: Int64) -> ChainJob {
        ChainJob(self, of: id, at: sequenceNumber)
    }
}
