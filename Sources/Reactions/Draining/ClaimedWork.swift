import EventSourcing

/// What is to be handled under one claim: events that concern its target, and how far nothing else does.
struct ClaimedWork: Sendable {
    /// An event, and the reactions that are for it.
    struct Event: Sendable {
        let record: RecordedEvent
        /// Why it can't be read, where it can't.
        let payload: Result<any Sendable, any Error>
        let reactions: [Reaction]
    }

    /// In the order of their positions.
    var events: [Event] = []
    /// Everything up to this position that concerns the target is in `events`, or was handled before.
    var through: Int64
}

extension ClaimedWork {
    /// What was read, for whoever looks.
    func shown(under claim: SubscriptionClaim) -> DrainStage.Fetched {
        DrainStage.Fetched(
            target: claim.target, watermark: claim.subscription.watermark, through: through,
            events: events.map { DrainStage.Event($0.record) })
    }
}

/// Reads what is to be handled under a claim.
struct ClaimReading: Sendable {
    let application: Application
    let index: WorkIndex

    /// The next events of a claim's target, at most `limit`; throws what the store throws.
    func read(_ claim: SubscriptionClaim, limit: Int) async throws -> ClaimedWork {
        let subscription = claim.subscription
        if let unresolved = UnresolvedTarget(subscription.target) { return try await read(unresolved, claim) }
        if let places = index.places(
            of: subscription.target, behind: subscription.watermark, through: subscription.workMark, limit: limit)
        {
            return try await read(places, claim, limit: limit)
        }
        if case .exact(let text) = subscription.source, let stream = try? PersistenceID(parsing: text) {
            return try await read(stream, claim, limit: limit)
        }
        let places = try await index.olderPlaces(
            of: subscription.target, behind: subscription.watermark, through: subscription.workMark, limit: limit
        ) { position, limit in try await application.correlatedEvents(behind: position, limit: limit) }
        return try await read(places, claim, limit: limit)
    }

    /// The same, as far as the log has to be read for one; nil where no event is for a reaction of the application.
    func readOwn(_ claim: SubscriptionClaim, limit: Int) async throws -> ClaimedWork? {
        var rest = claim
        while true {
            let work = try await read(rest, limit: limit)
            if !work.events.isEmpty { return work }
            guard work.through > rest.subscription.watermark, work.through < rest.subscription.workMark else {
                return nil
            }
            rest.subscription.watermark = work.through
            try Task.checkCancellation()
        }
    }

    private var store: any ReactionStore { application.store }

    /// What is known to concern the target.
    private func read(
        _ known: WorkIndex.Places, _ claim: SubscriptionClaim, limit: Int
    ) async throws -> ClaimedWork {
        let places = Array(known.places)
        var work = Gathering(application.definition, claim, limit: places.count)
        var start = 0
        while start < places.count {
            // Events that follow one another in a stream are read at once.
            var end = start + 1
            while end < places.count, places[end].stream == places[start].stream,
                places[end].sequenceNumber == places[end - 1].sequenceNumber + 1
            {
                end += 1
            }
            work = try await store.load(
                places[start].stream, from: places[start].sequenceNumber, through: places[end - 1].sequenceNumber,
                fields: .all, into: work
            ) { work, event in work.add(event) }
            start = end
        }
        work.isFull = false
        return work.result(readThrough: places.count < limit ? known.through : places.last?.position ?? 0)
    }

    /// The events of the one stream that feeds the target.
    private func read(_ stream: PersistenceID, _ claim: SubscriptionClaim, limit: Int) async throws -> ClaimedWork {
        let watermark = claim.subscription.watermark
        let first: Int64
        if let known = index.next(in: stream, behind: watermark) {
            first = known
        } else {
            first = try await store.firstNumber(of: stream, behind: watermark)
        }
        let work = try await store.load(
            stream, from: first, through: .max, fields: .all,
            into: Gathering(application.definition, claim, limit: limit)
        ) { work, event in work.add(event) }
        let result = work.result(readThrough: claim.subscription.workMark)
        if let last = work.lastNumber, last < .max { index.remember(last + 1, in: stream, behind: result.through) }
        return result
    }

    /// The event whose target could not be computed.
    private func read(_ unresolved: UnresolvedTarget, _ claim: SubscriptionClaim) async throws -> ClaimedWork {
        let work = try await store.readAll(
            after: unresolved.position - 1, limit: 1, fields: .all,
            into: Gathering(application.definition, claim, limit: 1)
        ) { work, event in
            event.position == unresolved.position ? try work.add(event, of: unresolved) : .stop
        }
        return work.result(readThrough: claim.subscription.workMark)
    }
}

/// Events on their way out of a store.
private struct Gathering: Sendable {
    private let definition: ApplicationDefinition
    private let target: PersistenceID
    private let workMark: Int64
    private let limit: Int
    private var events: [ClaimedWork.Event] = []
    /// The position of the last event that was looked at, and its number in its stream.
    private var last: Int64
    private(set) var lastNumber: Int64?
    /// Whether there may be more behind those that were taken.
    var isFull = false

    init(_ definition: ApplicationDefinition, _ claim: SubscriptionClaim, limit: Int) {
        self.definition = definition
        target = claim.subscription.target
        workMark = claim.subscription.workMark
        self.limit = limit
        last = claim.subscription.watermark
    }

    func result(readThrough position: Int64) -> ClaimedWork {
        ClaimedWork(events: events, through: isFull ? last : position)
    }

    mutating func add(_ event: borrowing StoredEvent) -> Visit {
        guard event.position <= workMark else { return .stop }
        (last, lastNumber) = (event.position, event.sequenceNumber)
        let stream = event.persistenceID
        guard let listeners = definition.listeners(to: event.type, of: stream.entityType), !listeners.drained.isEmpty
        else { return .next }
        let payload = Result { try listeners.events.heard(event) }
        if case .success(nil) = payload { return .next }
        let reactions = listeners.drained.filter { reaction in
            guard reaction.takes(stream) else { return false }
            if listeners.isMixed, case .success(let heard?) = payload, !heard.isFor(reaction) { return false }
            // Where it throws, the event has a subscription of its own.
            return (try? reaction.target(of: stream, payload.get()))?.stream == target
        }
        return take(event, payload, reactions)
    }

    mutating func add(_ event: borrowing StoredEvent, of unresolved: UnresolvedTarget) throws -> Visit {
        last = event.position
        let stream = event.persistenceID
        if definition.mayConcern(event) {
            throw StoreError(
                .corrupt, stream: stream, sequenceNumber: event.sequenceNumber, position: event.position,
                detail: "it can't be read of which type the event is, or of which stream")
        }
        guard let listeners = definition.listeners(to: event.type, of: stream.entityType) else { return .stop }
        let payload = Result { try listeners.events.heard(event) }
        return take(event, payload, listeners.drained.filter { unresolved.names($0) && $0.takes(stream) })
    }

    private mutating func take(
        _ event: borrowing StoredEvent, _ payload: Result<HeardEvent?, any Error>, _ reactions: [Reaction]
    ) -> Visit {
        guard !reactions.isEmpty else { return .next }
        events.append(
            ClaimedWork.Event(
                record: RecordedEvent(withoutBytes: event), payload: payload.map { $0?.payload ?? () },
                reactions: reactions))
        isFull = events.count == limit
        return isFull ? .stop : .next
    }
}

extension EventStore {
    /// The number of a stream's first event behind a position of the log; above its head where there is none.
    ///
    /// Positions rise with the numbers, so that a few events are looked at.
    fileprivate func firstNumber(of stream: PersistenceID, behind position: Int64) async throws -> Int64 {
        guard position > 0, let head = try await head(of: stream) else { return 1 }
        // A damaged file may claim the highest number.
        var (low, high) = (min(head.deletedTo, .max - 1) + 1, min(head.sequenceNumber, .max - 1) + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try await load(stream, from: middle, through: high, fields: [], into: Int64?.none) {
                found, event in
                found = event.position
                return .stop
            }
            if let found, found <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
