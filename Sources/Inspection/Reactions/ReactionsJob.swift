public import Actors
import EventSourcing
import Reactions

/// Reads how far reactions and projections have come: the blocked subscriptions first, page by page, and never more than
/// are asked for.
public final class ReactionsJob: InspectionJob {
    /// How many subscriptions are read at once, and how many are looked through for a text at most.
    static let page = 256
    static let mostRead = 100_000

    private let inspector: Inspector
    private let reader: (any SubscriptionReader)?
    private let query: ReactionsQuery
    private let now: Timestamp
    private let live: LiveEntities?
    private var view: ReactionsView
    /// What is still to be read, the next one last; nil before the first step.
    private var stretches: [Stretch]?
    private var readCount = 0
    private var isContaining = false
    private var isDone = false

    /// The subscriptions of one application that are blocked, or those that are not.
    private struct Stretch {
        var application: String
        var isBlocked: Bool
        var last: PersistenceID?
    }

    init(_ inspector: Inspector, _ query: ReactionsQuery, now: Timestamp, live: LiveEntities?) {
        self.inspector = inspector
        self.query = query
        self.now = now
        self.live = live
        view = ReactionsView(now: now)
        reader = inspector.reader as? any SubscriptionReader
    }

    public var progress: Double {
        isDone ? 1 : min(0.99, Double(readCount) / (Double(isContaining ? Self.mostRead : query.limit) + 1))
    }

    public func step(budget events: Int) throws -> ReactionsView? {
        if isDone { return view }
        guard let reader else {
            isDone = true
            return view
        }
        if stretches == nil { try begin(reader) }
        guard var stretch = stretches?.popLast() else { return try finish() }
        let limit = max(1, min(events, Self.page))
        let read = try reader.subscriptions(
            filter(of: stretch), of: stretch.application, after: stretch.last, limit: limit)
        readCount += read.count
        for subscription in read where fits(subscription) {
            if view.subscriptions.count == query.limit {
                view.isCut = true
                break
            }
            view.subscriptions.append(try shown(subscription))
        }
        stretch.last = read.last?.target
        if isContaining, readCount >= Self.mostRead { view.isCut = true }
        if view.isCut {
            stretches = []
        } else if read.count == limit {
            stretches?.append(stretch)
        }
        return stretches?.isEmpty == true ? try finish() : nil
    }

    // MARK: - The parts

    private func begin(_ reader: any SubscriptionReader) throws {
        let names = try reader.applications()
        view.applications = try names.map { name in
            var progress = ApplicationProgress(
                name: name, checkpoint: try reader.checkpoint(of: name),
                correlator: try reader.lease(Application.correlationLease(of: name)).map { lease in
                    LeaseHolder(
                        name: try inspector.name(of: lease.holder), until: lease.expires,
                        hasRunOut: lease.expires <= now)
                })
            progress.presence = live?.presence(of: name) ?? .elsewhere
            return progress
        }
        view.projections = try reader.projections()
        beginReading()
    }

    private func beginReading() {
        let names = view.applications.map(\.name).filter { name in
            query.application.map { $0.utf8.elementsEqual(name.utf8) } ?? true
        }
        let standings = query.isBlockedOnly ? [true] : [true, false]
        stretches = standings.flatMap { isBlocked in
            names.map { Stretch(application: $0, isBlocked: isBlocked) }
        }.reversed()
    }

    private func filter(of stretch: Stretch) -> SubscriptionFilter {
        let prefix = isContaining || query.text.isEmpty ? nil : StreamPattern.prefix(query.text)
        return SubscriptionFilter(
            prefix.map(SubscriptionFilter.Targets.matching), isBlocked: stretch.isBlocked)
    }

    private func fits(_ subscription: Subscription) -> Bool {
        !isContaining || subscription.target.description.lowercased().contains(query.text.lowercased())
    }

    private func shown(_ subscription: Subscription) throws -> SubscriptionView {
        SubscriptionView(
            subscription, at: now, holderName: try subscription.holding.map { try inspector.name(of: $0.holder) })
    }

    private func shown(_ hosted: HostedReaction) throws -> RunningView {
        let running = hosted.running
        let row = try reader?.subscriptions(
            SubscriptionFilter(.these([running.target])), of: hosted.application, after: nil, limit: 1
        ).first
        return RunningView(
            application: hosted.application, reaction: running.reaction, target: running.target,
            position: running.position, since: running.since, until: row?.holding?.until)
    }

    /// The view, once all is read; nil where nothing begins with the text, so that it is looked for everywhere.
    private func finish() throws -> ReactionsView? {
        if view.subscriptions.isEmpty, !query.text.isEmpty, !isContaining, !query.text.contains("|") {
            isContaining = true
            readCount = 0
            beginReading()
            return nil
        }
        view.lastPosition = try inspector.reader.totals().lastPosition
        view.running = try (live?.running ?? []).map(shown)
        // The order of reading, which is by application and target, stays within a standing.
        view.subscriptions = SubscriptionView.Standing.allCases.flatMap { standing in
            view.subscriptions.filter { $0.standing == standing }
        }
        isDone = true
        return view
    }
}

extension Inspector {
    /// How far reactions and projections have come; nothing where the store can't tell.
    ///
    /// - Parameters:
    ///   - query: which subscriptions are meant.
    ///   - now: what leases and due times are compared with.
    ///   - live: what runs in this process; nil where nothing does.
    public func reactions(
        _ query: ReactionsQuery = ReactionsQuery(), now: Timestamp, live: LiveEntities? = nil
    ) -> ReactionsJob {
        ReactionsJob(self, query, now: now, live: live)
    }
}
