import EventSourcing

/// Looks for what is wrong with one stream: first near a number, then from the first event to the last.
public final class FindingsJob: InspectionJob {
    private let inspector: Inspector
    private let id: PersistenceID
    private let number: Int64?
    private var near: [Finding] = []
    private(set) var check: StreamCheck?
    private var answer: [Finding]?

    init(_ inspector: Inspector, in id: PersistenceID, near number: Int64?) {
        self.inspector = inspector
        self.id = id
        self.number = number
    }

    public var progress: Double { answer != nil ? 1 : check?.progress ?? 0 }

    /// All events up to this number were looked at from the first on; what is known above it is only a first look.
    public var checkedThrough: Int64 { answer != nil ? .max : check?.lastSeen ?? 0 }

    /// What was found so far, by rising numbers.
    public var findings: [Finding] {
        if let answer { return answer }
        let through = checkedThrough
        return Self.sorted((check?.findings ?? []) + near.filter { $0.sequenceNumber ?? 0 > through })
    }

    public func step(budget events: Int) throws -> [Finding]? {
        if let answer { return answer }
        guard let check else {
            guard let head = try inspector.reader.head(of: id) else {
                answer = []
                return answer
            }
            if let number, head.sequenceNumber > NearCheck.reach {
                near = try NearCheck.findings(inspector, head, near: number)
            }
            check = try StreamCheck(inspector, head)
            return nil
        }
        guard try check.step(budget: events) else { return nil }
        answer = Self.sorted(check.findings)
        return answer
    }

    private static func sorted(_ findings: [Finding]) -> [Finding] {
        findings.enumerated().sorted {
            ($0.element.sequenceNumber ?? 0, $0.offset) < ($1.element.sequenceNumber ?? 0, $1.offset)
        }.map(\.element)
    }
}

/// Looks for what is wrong with a whole store, stream by stream in the order of their names.
public final class StoreFindingsJob: InspectionJob {
    /// The most findings that are kept.
    public static let mostFindings = 10_000
    private static let page = 100

    /// What was found so far, by stream and number.
    public private(set) var findings: [Finding] = []
    /// How many streams were looked at.
    public private(set) var checkedStreams: Int64 = 0
    /// How many events were looked at in them.
    public private(set) var checkedEvents: Int64 = 0
    /// Whether there are more findings than are kept.
    public private(set) var isCut = false

    private let inspector: Inspector
    private var totals: StoreTotals?
    private var heads: ArraySlice<StreamHead> = []
    private var last: StreamHead?
    private var hasMore = true
    private var current: FindingsJob?
    private var eventsBefore: Int64 = 0
    private var isDone = false

    /// - Parameter heads: the streams to look at; nil for all.
    init(_ inspector: Inspector, heads: [StreamHead]? = nil) {
        self.inspector = inspector
        guard let heads else { return }
        self.heads = heads[...]
        hasMore = false
    }

    public var progress: Double {
        guard !isDone, let totals, totals.events > 0 else { return isDone ? 1 : 0 }
        return min(1, Double(checkedEvents) / Double(totals.events))
    }

    public func step(budget events: Int) throws -> [Finding]? {
        if isDone { return findings }
        if totals == nil { totals = try inspector.reader.totals() }
        var left = events
        while left > 0, !isDone {
            let before = checkedEvents
            try stepOnce(budget: left)
            // A stream costs something even where it has no event.
            left -= Int(checkedEvents - before) + 16
        }
        return isDone ? findings : nil
    }

    private func stepOnce(budget: Int) throws {
        if let current {
            let answer = try step(current, budget: budget)
            checkedEvents = eventsBefore + current.readEvents
            guard let answer else { return }
            keep(answer)
            eventsBefore = checkedEvents
            checkedStreams += 1
            self.current = nil
        } else if let head = heads.popFirst() {
            last = head
            current = FindingsJob(inspector, in: head.persistenceID, near: nil)
        } else if hasMore {
            do {
                heads = try inspector.reader.streams(StreamQuery(order: .name, after: last, limit: Self.page))[...]
                // A page that is not full is the last one; a damaged name could bring the same page for ever.
                hasMore = heads.count == Self.page
            } catch let error as StoreError where error.reason == .corrupt {
                keep([Finding(unreadable: error, what: "the list of streams")])
                hasMore = false
            }
        } else {
            isDone = true
        }
    }

    /// A stream that can't be read at all is a finding, and the next one is looked at.
    private func step(_ job: FindingsJob, budget: Int) throws -> [Finding]? {
        do {
            return try job.step(budget: budget)
        } catch let error as StoreError where error.reason == .corrupt {
            return job.findings + [Finding(unreadable: error, what: "it", of: last?.persistenceID)]
        }
    }

    private func keep(_ more: [Finding]) {
        let room = Self.mostFindings - findings.count
        findings.append(contentsOf: more.prefix(room))
        if more.count > room { isCut = true }
    }
}

extension FindingsJob {
    /// How many events were read from the first on.
    var readEvents: Int64 { check?.count ?? 0 }
}
