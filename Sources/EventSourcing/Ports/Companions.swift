public import Actors

/// What is written in the very transaction of an append, so that no one can get half of it.
///
/// With an append of no events all of it is written too, the command only where something is written beside it: what
/// persists nothing leaves no command id. A lock and a claim are looked at by every append, and nothing is written of them.
public struct Companions: Hashable, Sendable {
    /// The command that caused the batch; a second append with its id is refused.
    public var command: CommandRecord?
    // Nearly every append has none of these: carrying them costs it one word, and no allocation.
    package private(set) var rows: CompanionRows?

    /// Nothing beside the events.
    public static let none = Companions()

    /// Describes what goes with an append.
    public init(command: CommandRecord? = nil) { self.command = command }

    /// Describes what goes with an append.
    ///
    /// An append without events that writes any of it must say the time at which that is written; any other has that of its
    /// last event, unless one is said.
    public init(
        command: CommandRecord? = nil, timers: [TimerChange] = [], outbox: [NewOutboxEntry] = [],
        projections: [ProjectionUpdate] = [], checkpoint: Checkpoint? = nil, under lock: Lease? = nil,
        claim: SubscriptionClaim? = nil, at time: Timestamp? = nil
    ) {
        self.command = command
        rows = CompanionRows(
            timers: timers, outbox: outbox, projections: projections, checkpoint: checkpoint, lock: lock,
            claim: claim, time: time)
    }

    /// Timers that fire, are armed and are cancelled, in this order; each name is armed once at most.
    public var timers: [TimerChange] { rows?.timers ?? [] }

    /// What leaves by the outbox, in this order.
    public var outbox: [NewOutboxEntry] { rows?.outbox ?? [] }

    /// What changes in projections; each of them is changed once at most, `StoreError.invalid` otherwise.
    public var projections: [ProjectionUpdate] { rows?.projections ?? [] }

    /// How far the reader of the log has got that this is the work of.
    public var checkpoint: Checkpoint? { rows?.checkpoint }

    /// The lease that it is written under, in the same store: `LeaseLostError` once it was given back, or another acquisition
    /// has followed. A lease that has run out is as good as any as long as nobody has followed.
    public var lock: Lease? { rows?.lock }

    /// The claim of a subscription that it is written under, in the same store: `ClaimLostError` once it was acknowledged,
    /// blocked or reset, or another one has followed. One whose lease has run out is as good as any as long as nobody has
    /// followed.
    public var claim: SubscriptionClaim? { rows?.claim }

    /// When it is written, where that is not the time of the last event.
    public var time: Timestamp? { rows?.time }
}

/// What becomes of a timer of the stream that is appended to.
public enum TimerChange: Hashable, Sendable {
    /// It is armed; `StoreError.invalid` unless its name never had that generation, or a higher one.
    case arm(NewTimer)
    /// It is disarmed, where it is armed.
    case cancel(_ name: String)
    /// It has fired, as it was claimed: it is disarmed, and `StaleTimerError` unless it is armed in that generation and held
    /// by that claim, be it run out. So a timer fires once, whoever else claims it.
    ///
    /// `StoreError.invalid` for a timer of another entity, and behind another change of its name.
    case fire(StoredTimer)
}

extension TimerChange {
    /// The timer that it is about.
    package var name: String {
        switch self {
        case .arm(let timer): timer.name
        case .cancel(let name): name
        case .fire(let timer): timer.name
        }
    }
}

/// The companions of an append that are seldom there.
package final class CompanionRows: Hashable, Sendable {
    package let timers: [TimerChange]
    package let outbox: [NewOutboxEntry]
    package let projections: [ProjectionUpdate]
    package let checkpoint: Checkpoint?
    package let lock: Lease?
    package let claim: SubscriptionClaim?
    package let time: Timestamp?

    /// Nil where there are none.
    init?(
        timers: [TimerChange], outbox: [NewOutboxEntry], projections: [ProjectionUpdate], checkpoint: Checkpoint?,
        lock: Lease?, claim: SubscriptionClaim?, time: Timestamp?
    ) {
        let isFenced = lock != nil || claim != nil
        if timers.isEmpty && outbox.isEmpty && projections.isEmpty && checkpoint == nil && !isFenced { return nil }
        self.timers = timers
        self.outbox = outbox
        self.projections = projections
        self.checkpoint = checkpoint
        self.lock = lock
        self.claim = claim
        self.time = time
    }

    package static func == (left: CompanionRows, right: CompanionRows) -> Bool {
        left.timers == right.timers && left.outbox == right.outbox && left.projections == right.projections
            && left.checkpoint == right.checkpoint && left.lock == right.lock && left.claim == right.claim
            && left.time == right.time
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(timers)
        hasher.combine(outbox)
        hasher.combine(projections)
        hasher.combine(checkpoint)
        hasher.combine(lock)
        hasher.combine(claim)
        hasher.combine(time)
    }
}

extension Companions {
    /// A copy that is written under no lock.
    package var withoutLock: Companions {
        guard rows?.lock != nil else { return self }
        return Companions(
            command: command, timers: timers, outbox: outbox, projections: projections, checkpoint: checkpoint,
            claim: claim, at: time)
    }
}

extension CompanionRows: CustomStringConvertible {
    /// What there is of each, so that a difference or a log says what was done.
    package var description: String {
        let parts: [(name: String, isThere: Bool, value: Any)] = [
            ("timers", !timers.isEmpty, timers), ("outbox", !outbox.isEmpty, outbox),
            ("projections", !projections.isEmpty, projections), ("checkpoint", checkpoint != nil, checkpoint as Any),
            ("lock", lock != nil, lock as Any), ("claim", claim != nil, claim as Any),
            ("time", time != nil, time as Any),
        ]
        return parts.filter(\.isThere).map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    }
}

/// Where companions are written: what the store knows once their write is done.
package struct CompanionPlace: Sendable {
    /// What they go with.
    package enum Write: Sendable {
        case events, state
        /// Nothing under a number of its own: an append without events, or a deletion.
        case none
    }

    /// The stream, or the entity of a durable state.
    package var id: PersistenceID
    /// Its last number, or its revision.
    package var number: Int64
    /// The last position of the log.
    package var position: Int64
    package var write: Write
    package var time: Timestamp

    package init(
        _ id: PersistenceID, number: Int64, position: Int64, with write: Write, time: Timestamp?, of rows: CompanionRows
    ) throws {
        guard let time = rows.time ?? time else {
            throw StoreError(.invalid, stream: id, detail: "companions without an event need a time of their own")
        }
        self.id = id
        self.number = number
        self.position = position
        self.write = write
        self.time = time
    }
}

/// What a store knows that decides whether companions can be written.
package protocol CompanionFacts {
    /// What is kept of a lease; nil for one that was never taken.
    func leaseRow(_ name: String) throws -> LeaseRow?
    /// What is kept of the last claim of a target; nil for one that is not subscribed.
    func lastClaim(of target: PersistenceID, in application: String) throws -> LastClaim?
    /// What is kept of a timer; nil for one that was never armed.
    func timerRow(_ name: String, of id: PersistenceID) throws -> TimerRow?
    /// The last generation of a timer; nil for one that was never armed.
    func timerGeneration(_ name: String, of id: PersistenceID) throws -> Int64?
    /// Where a projection is; nil where it is not there.
    func position(of projection: Projection) throws -> Int64?
    /// Where a checkpoint is; 0 where it is not there.
    func position(ofCheckpoint name: String) throws -> Int64
}

extension CompanionRows {
    /// Whether there is anything to write, and not only a lock or a claim to look at.
    package var isWritten: Bool {
        !timers.isEmpty || !outbox.isEmpty || !projections.isEmpty || checkpoint != nil
    }

    /// Throws where the lock or the claim that the write is under is not its holder's any more; all stores ask this first.
    package func requireFences(by facts: some CompanionFacts) throws {
        if let lock {
            let row = try facts.leaseRow(lock.name)
            if row?.isOwned(by: lock) != true { throw LeaseLostError(lease: lock, current: row?.lease) }
        }
        if let claim {
            let known = try facts.lastClaim(of: claim.target, in: claim.subscription.application)
            try LastClaim.require(claim, in: known)
        }
    }

    /// Throws what keeps companions from being written at a place; all stores decide by this.
    package func require(at place: CompanionPlace, by facts: some CompanionFacts) throws {
        try requireTimers(at: place, by: facts)
        for entry in outbox { try entry.require(at: place) }
        var changed: Set<[UInt8]> = []
        for update in projections {
            let projection = update.projection
            let position = update.position ?? place.position
            try update.require(position: position, known: try facts.position(of: projection))
            guard changed.insert(Array("\(projection.version) \(projection.name)".utf8)).inserted else {
                throw StoreError(.invalid, stream: place.id, detail: "one projection is changed twice at once")
            }
        }
        if let checkpoint { try checkpoint.require(actual: try facts.position(ofCheckpoint: checkpoint.name)) }
    }

    private func requireTimers(at place: CompanionPlace, by facts: some CompanionFacts) throws {
        var changed: Set<[UInt8]> = []
        var armed: Set<[UInt8]> = []
        let isOnly = timers.count == 1
        for change in timers {
            let name = change.name
            try TimerRow.require(name, of: place.id)
            let isFirst = isOnly || changed.insert(Array(name.utf8)).inserted
            switch change {
            case .cancel: break
            case .fire(let timer):
                guard isFirst, timer.persistenceID == place.id else {
                    throw StoreError(
                        .invalid, stream: place.id,
                        detail: isFirst
                            ? "a timer of \(timer.persistenceID) is to fire with it"
                            : "a timer is to fire behind another change of it")
                }
                let known = try facts.timerRow(name, of: place.id)
                guard known?.isClaimed(by: timer) == true else {
                    throw StaleTimerError(
                        persistenceID: place.id, name: name, generation: timer.generation,
                        armed: known?.armed?.generation)
                }
            case .arm(let timer):
                guard isOnly || armed.insert(Array(name.utf8)).inserted else {
                    throw StoreError(.invalid, stream: place.id, detail: "one timer is armed twice at once")
                }
                let generation = timer.generation ?? place.number
                if let last = try facts.timerGeneration(name, of: place.id), last >= generation {
                    throw StoreError(
                        .invalid, stream: place.id,
                        detail: "a timer is armed with generation \(generation), and had \(last)")
                }
            }
        }
    }
}
