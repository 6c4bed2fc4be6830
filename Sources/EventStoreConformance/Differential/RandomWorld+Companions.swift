import Actors
import EventSourcing

extension RandomWorld {
    /// What goes with an append: often nothing, a command at times, and what the store has ports for.
    mutating func companions(of id: PersistenceID) -> Companions {
        guard once(in: 3) else { return .none }
        // Seldom one that was handled.
        let command = once(in: 2) ? CommandRecord(id: pick(Self.commandIDs), reply: once(in: 2) ? bytes() : nil) : nil
        var timers: [TimerChange] = []
        if has(.timers) {
            timers = (0..<number(0...2)).map { _ in once(in: 3) ? .cancel(pick(Self.names)) : .arm(timer()) }
            if once(in: 2), let timer = claimedTimer(of: id) { timers.insert(.fire(timer), at: 0) }
        }
        var outbox: [NewOutboxEntry] = []
        if has(.outbox) { outbox = (0..<number(0...2)).map { _ in entry() } }
        var updates: [ProjectionUpdate] = []
        if has(.projections), once(in: 3) { updates = (0..<number(1...2)).map { _ in update(of: projection()) } }
        return Companions(
            command: command, timers: timers, outbox: outbox, projections: updates,
            checkpoint: has(.checkpoints) && once(in: 4) ? checkpoint() : nil,
            claim: has(.subscriptions) && once(in: 4) ? recentClaim() : nil, at: once(in: 2) ? now() : nil)
    }

    /// Mostly one of the last, which may have ended by now, or be another's.
    private mutating func recentClaim() -> SubscriptionClaim? {
        let recent = once(in: 4) ? claims : Array(claims.suffix(3))
        return recent.isEmpty ? nil : pick(recent)
    }

    /// Keeps what companions changed that were written.
    mutating func remember(_ companions: Companions) {
        for update in companions.projections {
            positions[update.projection] = update.position ?? lastPosition
        }
        if let checkpoint = companions.checkpoint { checkpoints[Array(checkpoint.name.utf8)] = checkpoint.position }
    }

    mutating func timer() -> NewTimer {
        NewTimer(
            pick(Self.names), deadline: now().adding(.seconds(number(-2...20))), payload: once(in: 2) ? bytes() : nil,
            generation: once(in: 3) ? Int64(number(-1...12)) : nil)
    }

    /// Mostly of that entity; it may have fired, or be another's, by now.
    private mutating func claimedTimer(of id: PersistenceID) -> StoredTimer? {
        let own = once(in: 20) ? claimedTimers : claimedTimers.filter { $0.persistenceID == id }
        return own.isEmpty ? nil : pick(own)
    }

    private mutating func entry() -> NewOutboxEntry {
        NewOutboxEntry(
            to: pick(Self.names), payload: bytes(), idempotencyKey: once(in: 4) ? pick(Self.names) : nil)
    }

    mutating func projection() -> Projection { Projection(pick(Self.names), version: number(1...2)) }

    /// Mostly from where the projection is, to a place at or behind it.
    mutating func update(of projection: Projection) -> ProjectionUpdate {
        let known = positions[projection] ?? 0
        let changes: [ProjectionChange] = (0..<number(0...3)).map { _ in
            once(in: 4) ? .delete(pick(Self.names)) : .put(pick(Self.names), pick(Self.names))
        }
        return ProjectionUpdate(
            changes, to: projection, position: once(in: 6) ? nil : known + Int64(number(-1...6)),
            expecting: once(in: 5) ? Int64(number(-1...9)) : known)
    }

    /// Mostly from where it is, to a place behind it.
    mutating func checkpoint() -> Checkpoint {
        let name = once(in: 20) ? "" : pick(Self.names)
        let known = checkpoints[Array(name.utf8)] ?? 0
        return Checkpoint(
            name, position: known + Int64(number(-1...9)), expecting: once(in: 5) ? Int64(number(-1...9)) : known)
    }

    /// How long a claim lasts; at times for no time, which is refused.
    mutating func term() -> Duration { .seconds(number(0...20)) }

    mutating func claimer() -> ULID { .number(UInt64(number(1...3))) }
}
