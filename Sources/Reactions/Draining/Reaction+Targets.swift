import EventSourcing

extension Reaction {
    /// Whether events of a stream are for it.
    func takes(_ stream: PersistenceID) -> Bool { source?.matches(stream.description) ?? true }

    /// The target of an event; nil where it has none.
    ///
    /// - Parameter heard: the event as it was read; needed only where the target is computed of it.
    func target(of stream: PersistenceID, _ heard: @autoclosure () throws -> HeardEvent?) throws -> Target? {
        switch target {
        case .one(let target): Target(target, from: source)
        case .own: Target(stream, from: .exact(stream.description))
        case .computed(let compute): try heard().flatMap { try compute($0) }
        }
    }
}

extension HeardEvents {
    /// Reads an event; throws `EventCodingError`, or `DamagedEventError`.
    func heard(_ event: borrowing StoredEvent) throws -> HeardEvent? {
        guard event.isIntact else { throw DamagedEventError() }
        let (type, version) = (event.type, event.schemaVersion)
        guard let payload = try event.withPayload({ try decode(type, version, $0) }) else { return nil }
        return HeardEvent(record: RecordedEvent(withoutBytes: event), payload: payload, call: nil)
    }
}

extension StoredEvent {
    /// Whether its type or its stream can't be read, so that nobody can say whom it concerns.
    var isNobodys: Bool { !isIntact && (type.isEmpty || hasLostItsStream) }

    var hasLostItsStream: Bool { persistenceID.entityType == PersistenceID.lostType }
}

/// What is stored of an event does not fit its checksum.
struct DamagedEventError: Error, CustomStringConvertible {
    var description: String { "the stored event does not fit its checksum" }
}

extension ApplicationDefinition {
    /// Whether there is anything to drain.
    var hasDrained: Bool { !lanes.isEmpty }

    /// Whether an event may concern a reaction, which can't be said because its type or its stream can't be read.
    func mayConcern(_ event: borrowing StoredEvent) -> Bool {
        guard event.isNobodys else { return false }
        return hears(
            event.type.isEmpty ? nil : event.type, of: event.hasLostItsStream ? nil : event.persistenceID.entityType)
    }

    /// The lane of what no reaction has named one for.
    var commonLane: String {
        lanes.first { $0.hasSameBytes(as: Subscription.defaultLane) } ?? lanes.first ?? Subscription.defaultLane
    }

    /// Whether events must be read to know whom they concern.
    var computesTargets: Bool {
        reactions.contains { if case .computed = $0.target { $0.isDrained } else { false } }
    }

    /// The targets that are no function of an event, each once; those of several sources are fed by all streams.
    var fixedTargets: [NewSubscription] {
        var found: [NewSubscription] = []
        for reaction in reactions where reaction.isDrained {
            guard case .one(let target) = reaction.target else { continue }
            if let index = found.firstIndex(where: { $0.target == target }) {
                if found[index].source != reaction.source { found[index].source = nil }
                found[index].priority = max(found[index].priority, reaction.priority)
            } else {
                found.append(
                    NewSubscription(target, source: reaction.source, lane: reaction.lane, priority: reaction.priority))
            }
        }
        return found
    }
}
