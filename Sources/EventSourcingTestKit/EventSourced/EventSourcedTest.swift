public import Actors
public import EventSourcing

/// One event-sourced entity under test: given events, when a command comes, then events, a reply and a state follow.
///
///     let test = try EventSourcedTest(cart)
///     try test.given(.itemAdded(ItemAdded(sku: "tea")))
///     try test.when { .remove("tea", replyTo: $0) }
///         .thenEvents(.itemRemoved(ItemRemoved(sku: "tea")))
///         .thenReply("removed")
///         .thenState(CartState(lines: []))
///
/// The entity runs as it will later, on a stepped system and on a store in memory that keeps encoded bytes. Time stands
/// still unless it is moved, and identifiers come from a seed; so every run is the same. Use it from one thread.
public final class EventSourcedTest<Command: Sendable, Event: Sendable, State: Sendable>: EntityTest<Command> {
    /// The state that the stored events fold to.
    public private(set) var state: State
    /// The number of the last stored event.
    public private(set) var sequenceNumber: Int64 = 0

    private let behavior: EventSourcedBehavior<Command, Event, State>
    private let checksRoundTrip: Bool
    private let watch = EntityWatch<Effect<Event, State>.Kind, State>()

    /// Takes the behavior to test; its stores are replaced.
    ///
    /// - Parameters:
    ///   - behavior: what is tested.
    ///   - start: the moment at which the time stands.
    ///   - seed: where the identifiers come from; the same seed gives the same.
    ///   - checksRoundTrip: whether each event is written and read again, and the state compared with what a recovery
    ///     folds and what a snapshot would hold.
    public init(
        _ behavior: EventSourcedBehavior<Command, Event, State>,
        startingAt start: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000), seed: UInt64 = 1,
        checksRoundTrip: Bool = true
    ) {
        self.behavior = behavior
        self.checksRoundTrip = checksRoundTrip
        state = behavior.emptyState
        let (watch, registry) = (watch, behavior.registry)
        super.init(behavior.id, startingAt: start, seed: seed) { store in
            store.keepAppended()
            return behavior.withEventStore(store).withSnapshotStore(store).withCommandHandler { handler in
                { context, command, state in
                    watch.begin()
                    let effect = try handler(context, command, state)
                    watch.decided(effect.kind)
                    if checksRoundTrip {
                        for event in effect.events {
                            // An event that can't be encoded at all is the engine's to refuse.
                            if let loss = (try? registry.lossOfRoundTrip(event)) ?? nil { watch.found(loss) }
                        }
                    }
                    return effect.thenRun { watch.settled($0) }
                }
            }.behavior
        }
    }

    /// Takes the type to test, as it describes itself; throws what that throws.
    public convenience init<Entity: EventSourcedActor>(
        _ entity: Entity, startingAt start: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000),
        seed: UInt64 = 1, checksRoundTrip: Bool = true
    ) throws where Entity.Command == Command, Entity.Event == Event, Entity.State == State {
        self.init(try entity.behavior(), startingAt: start, seed: seed, checksRoundTrip: checksRoundTrip)
    }
}

// MARK: - Given

extension EventSourcedTest {
    /// Stores events as the entity's history, written by another writer before it.
    ///
    /// Throws `ExpectationError` when the entity runs already or the events do not survive being stored, and what their
    /// encoding and their fold throw.
    @discardableResult
    public func given(_ events: Event..., fileID: String = #fileID, line: Int = #line) throws -> Self {
        let place = SourcePlace(fileID: fileID, line: line)
        try expectNotRunning("given(_:)", at: place)
        var history: [ImportedEvent] = []
        for event in events {
            if checksRoundTrip, let loss = try behavior.registry.lossOfRoundTrip(event) {
                throw failure(loss, at: place)
            }
            let (type, version, payload) = try behavior.registry.encode(event)
            try behavior.fold(behavior.registry.decoded(type: type, version: version, payload: payload), into: &state)
            sequenceNumber += 1
            history.append(
                earlierEvent(
                    NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: scheduler.now),
                    at: sequenceNumber))
        }
        let store = store.base
        try scheduler.run { [history] in try await store.importHistory(history) }
        return self
    }

    /// Stores a snapshot as the entity's history, taken by another writer before it; events that are given later follow it.
    ///
    /// With a number above that of the last event given, there are no events up to it: they count as deleted. Without a
    /// number it is the last event given, or 1 where there is none.
    ///
    /// Throws `ExpectationError` when the entity runs already, takes no snapshots, has an event behind that number, or its
    /// state does not survive being stored; and what the encoding of the state throws.
    @discardableResult
    public func given(
        snapshot: State, at number: Int64? = nil, fileID: String = #fileID, line: Int = #line
    ) throws -> Self {
        let place = SourcePlace(fileID: fileID, line: line)
        try expectNotRunning("given(snapshot:)", at: place)
        guard let codec = behavior.snapshotCodec else {
            throw failure("a snapshot is given to an entity without any; call withSnapshots(_:)", at: place)
        }
        let number = number ?? max(1, sequenceNumber)
        guard number >= max(1, sequenceNumber) else {
            throw failure("a snapshot is given at \(number), and the events go to \(sequenceNumber)", at: place)
        }
        if checksRoundTrip, let loss = codec.lossInSnapshot(snapshot, of: behavior.id, writer: earlierWriter) {
            throw failure(loss, at: place)
        }
        let stored = StoredSnapshot(
            persistenceID: behavior.id, sequenceNumber: number, stateType: codec.stateType,
            schemaVersion: codec.version, writer: earlierWriter, epoch: 1, timestamp: scheduler.now,
            state: try codec.encode(snapshot))
        // An event that is deleted at once leaves the head where a longer history would.
        let last = earlierEvent(NewEvent(type: "Deleted", payload: [], timestamp: scheduler.now), at: number)
        let (id, store, isAhead) = (behavior.id, store.base, number > sequenceNumber)
        try scheduler.run {
            if isAhead {
                try await store.importHistory([last])
                _ = try await store.deleteEvents(of: id, upTo: number)
            }
            try await store.save(stored)
        }
        state = try codec.decode(stored)
        sequenceNumber = number
        return self
    }

    private func expectNotRunning(_ step: String, at place: SourcePlace) throws(ExpectationError) {
        guard hasRun else { return }
        throw failure("\(step) comes before the first command, and the entity runs already", at: place)
    }

    private var earlierWriter: WriterID { WriterID(ULID(high: 0, low: 1)) }

    private func earlierEvent(_ event: NewEvent, at number: Int64) -> ImportedEvent {
        ImportedEvent(
            persistenceID: behavior.id, sequenceNumber: number, event: event, writer: earlierWriter, epoch: 1)
    }
}

// MARK: - When

extension EventSourcedTest {
    /// Sends a command and handles all that follows.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when(
        _ command: Command, fileID: String = #fileID, line: Int = #line
    ) throws -> EventSourcedOutcome<Event, State, Never> {
        let place = SourcePlace(fileID: fileID, line: line)
        try tell(command, at: place)
        return try outcome(nil, at: place)
    }

    /// Asks with a command that carries an address for the answer, and handles all that follows.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when<Reply: Sendable>(
        timeout: Duration = .seconds(60), fileID: String = #fileID, line: Int = #line,
        _ make: (ActorRef<Reply>) -> Command
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        let place = SourcePlace(fileID: fileID, line: line)
        return try outcome(ask(timeout: timeout, at: place, make), at: place)
    }

    /// Asks with a command that has an id, a chain or metadata of its own, and handles all that follows.
    ///
    /// Where nothing answers, as when the command is stashed, the time moves on to the time-out.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when<Reply: Codable & Sendable>(
        as metadata: Metadata, timeout: Duration = .seconds(60), fileID: String = #fileID, line: Int = #line,
        _ make: @escaping @Sendable (ActorRef<Reply>) -> Command
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        let place = SourcePlace(fileID: fileID, line: line)
        return try outcome(ask(as: metadata, timeout: timeout, at: place, make), at: place)
    }

    private func outcome<Reply: Sendable>(
        _ reply: Result<Reply, AskError>?, at place: SourcePlace
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        let seen = watch.take()
        let events = try takeEvents()
        if checksRoundTrip {
            if let difference = seen.difference(fromRecovered: state) { throw failure(difference, at: place) }
            if let live = seen.state, let codec = behavior.snapshotCodec,
                let loss = codec.lossInSnapshot(live, of: behavior.id, writer: system.writerID)
            {
                throw failure(loss, at: place)
            }
        }
        return EventSourcedOutcome(
            persistenceID: behavior.id, events: events, state: state, reply: reply, decision: seen.decision,
            isStopped: isStopped)
    }

    /// Folds what was stored since the last command, and answers what the entity itself appended.
    private func takeEvents() throws -> [Event] {
        let (id, store) = (behavior.id, store)
        let own = store.takeAppended().filter { $0.persistenceID == id }
        // Also what others wrote; and what the entity wrote and has deleted already is only among its own.
        let first = sequenceNumber + 1
        var tail: [Int64: NewEvent] = try scheduler.run {
            try await store.base.load(id, from: first, through: .max, fields: .payload, into: [:]) { rows, event in
                rows[event.sequenceNumber] = NewEvent(
                    type: event.type, schemaVersion: event.schemaVersion, payload: event.payload,
                    timestamp: event.timestamp)
                return .next
            }
        }
        for appended in own { tail[appended.sequenceNumber] = appended.event }
        while let stored = tail[sequenceNumber + 1] {
            try behavior.fold(decoded(stored), into: &state)
            sequenceNumber += 1
        }
        return try own.map { try decoded($0.event) }
    }

    private func decoded(_ stored: NewEvent) throws -> Event {
        try behavior.registry.decoded(type: stored.type, version: stored.schemaVersion, payload: stored.payload)
    }
}
