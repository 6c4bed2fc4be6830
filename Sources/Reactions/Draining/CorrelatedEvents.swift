import EventSourcing

/// What was found in the events behind a position.
struct CorrelatedEvents: Sendable {
    struct Failure: Sendable {
        let reaction: String
        let stream: PersistenceID
        let position: Int64
        let error: any Error
    }

    private struct Found: Sendable {
        var subscription: NewSubscription
        var places: [WorkIndex.Place]
    }

    let start: Int64
    var events = 0
    /// The first position that was looked at, once one was.
    private(set) var first: Int64 = .max
    var last: Int64
    var failures: [Failure] = []
    private var indexes: [PersistenceID: Int] = [:]
    private var found: [Found] = []

    init(behind position: Int64) {
        start = position
        last = position
    }

    /// The targets in the order in which they came, so that the same events give the same writes.
    var subscriptions: [NewSubscription] { found.map(\.subscription) }
    var places: [(target: PersistenceID, places: [WorkIndex.Place])] {
        found.map { ($0.subscription.target, $0.places) }
    }

    mutating func add(_ event: borrowing StoredEvent, by definition: ApplicationDefinition) {
        events += 1
        first = min(first, event.position)
        last = event.position
        if definition.mayConcern(event) {
            return fail(
                UnresolvedTarget.reading, in: definition.commonLane, 0, WorkIndex.Place(event), DamagedEventError())
        }
        guard let listeners = definition.listeners(to: event.type, of: event.persistenceID.entityType),
            !listeners.drained.isEmpty
        else { return }
        let place = WorkIndex.Place(event)
        var heard: HeardEvent?
        for reaction in listeners.drained where reaction.takes(event.persistenceID) {
            do {
                if heard == nil, case .computed = reaction.target { heard = try listeners.events.heard(event) }
                guard let target = try reaction.target(of: event.persistenceID, heard) else { continue }
                take(target.stream, from: target.source ?? reaction.source, reaction.lane, reaction.priority, place)
            } catch {
                fail(reaction.name, in: reaction.lane, reaction.priority, place, error)
            }
        }
    }

    /// Takes note of an event whose targets can't be told, for which it has one of its own.
    private mutating func fail(
        _ reaction: String, in lane: String, _ priority: Int64, _ place: WorkIndex.Place, _ error: any Error
    ) {
        failures.append(Failure(reaction: reaction, stream: place.stream, position: place.position, error: error))
        guard let target = UnresolvedTarget(reaction, at: place.position).target else { return }
        take(target, from: .exact(place.stream.description), lane, priority, place)
    }

    private mutating func take(
        _ target: PersistenceID, from source: StreamPattern?, _ lane: String, _ priority: Int64,
        _ place: WorkIndex.Place
    ) {
        if let index = indexes[target] {
            found[index].subscription.workMark = place.position
            if found[index].subscription.source != source { found[index].subscription.source = nil }
            found[index].subscription.priority = max(found[index].subscription.priority, priority)
            // Several reactions to one event have it once.
            if found[index].places.last != place { found[index].places.append(place) }
        } else {
            indexes[target] = found.count
            found.append(
                Found(
                    subscription: NewSubscription(
                        target, source: source, lane: lane, priority: priority, workMark: place.position),
                    places: [place]))
        }
    }
}

extension CorrelatedEvents {
    /// What was found, for whoever looks.
    ///
    /// - Parameters:
    ///   - before: the subscriptions of its targets as they were.
    ///   - checkpointBefore: where the checkpoint was.
    ///   - checkpoint: where it is now.
    func shown(
        _ before: [Subscription], checkpointBefore: Int64, checkpoint: Int64
    ) -> DrainStage.Correlated {
        let marks = Dictionary(before.map { ($0.target, $0.workMark) }) { first, _ in first }
        return DrainStage.Correlated(
            positions: min(first, last)...last, count: events,
            targets: subscriptions.map {
                DrainStage.Correlated.Target(
                    $0.target, markBefore: marks[$0.target], mark: max($0.workMark, marks[$0.target] ?? 0))
            }, checkpointBefore: checkpointBefore, checkpoint: checkpoint)
    }
}

extension Application {
    /// Finds out which targets the events behind a position concern, and writes nothing; throws what the store throws.
    func correlatedEvents(behind position: Int64, limit: Int) async throws -> CorrelatedEvents {
        let definition = definition
        return try await store.readAll(
            after: position, limit: limit, fields: definition.computesTargets ? .all : [],
            into: CorrelatedEvents(behind: position)
        ) { found, event in
            found.add(event, by: definition)
            return .next
        }
    }
}
