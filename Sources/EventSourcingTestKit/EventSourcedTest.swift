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
public final class EventSourcedTest<Command: Sendable, Event: Sendable, State: Sendable> {
    /// What the entity runs on; its time moves only when told to.
    public let scheduler: StepScheduler
    /// The entity's system.
    public private(set) var system: ActorSystem
    /// The entity's store, for events and snapshots; it can be told to fail.
    public let store = UnreliableStore(over: InMemoryStore())
    /// The state that the stored events fold to.
    public private(set) var state: State
    /// The number of the last stored event.
    public private(set) var sequenceNumber: Int64 = 0

    private let behavior: EventSourcedBehavior<Command, Event, State>
    private let checksRoundTrip: Bool
    private let identifiers: ULIDGenerator
    private let watch = EntityWatch<Event, State>()
    private var running: ActorRef<Command>?

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
        self.checksRoundTrip = checksRoundTrip
        scheduler = StepScheduler(startingAt: start)
        identifiers = ULIDGenerator(random: SeededBits(state: seed))
        system = ActorSystem(name: "test", scheduler: scheduler)
        system.takeIdentifiers(from: identifiers)
        state = behavior.emptyState
        store.keepAppended()
        let (watch, registry) = (watch, behavior.registry)
        self.behavior = behavior.withEventStore(store).withSnapshotStore(store).withCommandHandler { handler in
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
        if running != nil {
            throw failure("given(_:) comes before the first command, and the entity runs already", at: place)
        }
        let (id, now, store) = (behavior.id, scheduler.now, store)
        let writer = WriterID(ULID(high: 0, low: 1))
        var history: [ImportedEvent] = []
        for event in events {
            if checksRoundTrip, let loss = try behavior.registry.lossOfRoundTrip(event) {
                throw failure(loss, at: place)
            }
            let (type, version, payload) = try behavior.registry.encode(event)
            try behavior.fold(behavior.registry.decoded(type: type, version: version, payload: payload), into: &state)
            sequenceNumber += 1
            history.append(
                ImportedEvent(
                    persistenceID: id, sequenceNumber: sequenceNumber,
                    event: NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: now),
                    writer: writer, epoch: 1))
        }
        try scheduler.run { [history] in try await store.base.importHistory(history) }
        return self
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
        entity().tell(command)
        return try outcome(at: SourcePlace(fileID: fileID, line: line)) { nil }
    }

    /// Asks with a command that carries an address for the answer, and handles all that follows.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when<Reply: Sendable>(
        timeout: Duration = .seconds(60), fileID: String = #fileID, line: Int = #line,
        _ make: (ActorRef<Reply>) -> Command
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        let pending = entity().askLater(timeout: timeout, make)
        return try outcome(at: SourcePlace(fileID: fileID, line: line)) { pending.result }
    }

    /// Asks with a command that has an id, a chain or metadata of its own, and handles all that follows.
    ///
    /// Where nothing answers, as when the command is stashed, the time moves on to the time-out.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when<Reply: Codable & Sendable>(
        as metadata: CommandMetadata, timeout: Duration = .seconds(60), fileID: String = #fileID, line: Int = #line,
        _ make: @escaping @Sendable (ActorRef<Reply>) -> Command
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        let entity = entity()
        let reply: Result<Reply, AskError> = try scheduler.run(advancingAtMost: timeout) {
            do throws(AskError) {
                return .success(try await entity.ask(timeout: timeout, as: metadata, make))
            } catch {
                return .failure(error)
            }
        }
        return try outcome(at: SourcePlace(fileID: fileID, line: line)) { reply }
    }

    /// The next identifier, such as a command's; the same seed gives the same ones in the same order.
    public func nextID() -> ULID { identifiers.next(at: scheduler.now) }

    /// Ends the entity's system and begins another one on the same store, as a restart of the program does.
    public func restart() throws {
        let old = system
        try scheduler.run { await old.shutdown() }
        system = ActorSystem(name: "test", scheduler: scheduler)
        system.takeIdentifiers(from: ULIDGenerator(random: SeededBits(state: identifiers.next(at: scheduler.now).low)))
        running = nil
    }

    /// The running entity; one that has stopped is started again, as its next message would do.
    private func entity() -> ActorRef<Command> {
        if let running, !running.isStopped { return running }
        let entity = system.spawn(behavior.behavior, name: behavior.id.entityID)
        running = entity
        return entity
    }

    private func outcome<Reply: Sendable>(
        at place: SourcePlace, reply: () -> Result<Reply, AskError>?
    ) throws -> EventSourcedOutcome<Event, State, Reply> {
        scheduler.drain()
        var waits = 0
        while store.waitingCount > 0 {
            // A store may be slowed down by a clock that this test does not move.
            guard waits < 10_000 else {
                throw failure("the store still waits after 10000 delays; slow it down in this test's system", at: place)
            }
            waits += 1
            scheduler.advance(by: store.delay)
        }
        let seen = watch.take()
        let events = try takeEvents(at: place)
        if checksRoundTrip { try check(seen, at: place) }
        return EventSourcedOutcome(
            persistenceID: behavior.id, events: events, state: state, reply: reply(), decision: seen.decision,
            isStopped: running?.isStopped ?? true)
    }

    /// Folds what was stored since the last command, and answers what the entity itself appended.
    private func takeEvents(at place: SourcePlace) throws -> [Event] {
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

    private func check(_ seen: EntityWatch<Event, State>.Seen, at place: SourcePlace) throws(ExpectationError) {
        if let loss = seen.losses.first { throw failure(loss, at: place) }
        guard let live = seen.state else { return }
        if areEqual(live, state) == false {
            throw failure("a recovery gives the state \(state), and the running entity has \(live)", at: place)
        }
        if let loss = behavior.snapshotCodec?.lossOfRoundTrip(live, of: behavior.id, writer: system.writerID) {
            throw failure(loss, at: place)
        }
    }

    private func failure(_ clause: String, at place: SourcePlace) -> ExpectationError {
        ExpectationError("\(behavior.id): \(clause)", at: place)
    }
}

// MARK: - Watching

/// What the entity did with the commands of one `when`.
private final class EntityWatch<Event: Sendable, State: Sendable>: Sendable {
    struct Seen: Sendable {
        var decision: Effect<Event, State>.Kind?
        var state: State?
        var losses: [String] = []
    }

    private let seen = Locked(Seen())

    func begin() { seen.withLock { $0.state = nil } }

    func decided(_ kind: Effect<Event, State>.Kind) { seen.withLock { $0.decision = kind } }

    func settled(_ state: State) { seen.withLock { $0.state = state } }

    func found(_ loss: String) { seen.withLock { $0.losses.append(loss) } }

    func take() -> Seen {
        seen.withLock { seen in
            defer { seen = Seen() }
            return seen
        }
    }
}

/// Random bits from a seed (SplitMix64, Steele, Lea and Flood 2014).
private struct SeededBits: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
