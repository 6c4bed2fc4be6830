public import Actors
public import EventSourcing

/// One entity with a durable state under test: given a state, when a command comes, then a state and a reply follow.
///
///     let test = DurableStateTest(wallet)
///     try test.given(Wallet(balance: 10))
///     try test.when { .withdraw(4, replyTo: $0) }
///         .thenState(Wallet(balance: 6))
///         .thenRevision(2)
///         .thenReply(6)
///
/// The entity runs as it will later, on a stepped system and on a store in memory that keeps encoded bytes. Time stands
/// still unless it is moved, and identifiers come from a seed; so every run is the same. Use it from one thread.
public final class DurableStateTest<Command: Sendable, State: Sendable>: EntityTest<Command> {
    /// The stored state; the empty one where none is stored.
    public private(set) var state: State
    /// The last revision that was written, 0 where none was; a deletion keeps it.
    public private(set) var revision: Int64 = 0
    private var isStored = false

    private let behavior: DurableStateBehavior<Command, State>
    private let checksRoundTrip: Bool
    private let watch = EntityWatch<DurableEffect<State>.Kind, State>()

    /// Takes the behavior to test; its store is replaced.
    ///
    /// - Parameters:
    ///   - behavior: what is tested.
    ///   - start: the moment at which the time stands.
    ///   - seed: where the identifiers come from; the same seed gives the same.
    ///   - checksRoundTrip: whether each state is written and read again, and compared with the running entity's.
    public init(
        _ behavior: DurableStateBehavior<Command, State>,
        startingAt start: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000), seed: UInt64 = 1,
        checksRoundTrip: Bool = true
    ) {
        self.behavior = behavior
        self.checksRoundTrip = checksRoundTrip
        state = behavior.emptyState
        let (watch, codec, id) = (watch, behavior.codec, behavior.id)
        super.init(id, startingAt: start, seed: seed) { store in
            behavior.withDurableStateStore(store).withCommandHandler { handler in
                { context, command, state in
                    watch.begin()
                    let effect = try handler(context, command, state)
                    watch.decided(effect.kind)
                    if checksRoundTrip, let next = effect.state,
                        let loss = codec.lossInStore(next, of: id, writer: WriterID(ULID(high: 0, low: 1)))
                    {
                        watch.found(loss)
                    }
                    return effect.thenRun { watch.settled($0) }
                }
            }.behavior
        }
    }

    /// Takes the type to test, as it describes itself.
    public convenience init<Entity: DurableStateActor>(
        _ entity: Entity, startingAt start: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000),
        seed: UInt64 = 1, checksRoundTrip: Bool = true
    ) where Entity.Command == Command, Entity.State == State {
        self.init(entity.durableState, startingAt: start, seed: seed, checksRoundTrip: checksRoundTrip)
    }
}

// MARK: - Given

extension DurableStateTest {
    /// Stores a state under a revision, written by another writer before the entity.
    ///
    /// Throws `ExpectationError` when the entity runs already, the revision is not above the last one given, or the state
    /// does not survive being stored; and what its encoding throws.
    @discardableResult
    public func given(
        _ state: State, revision: Int64 = 1, fileID: String = #fileID, line: Int = #line
    ) throws -> Self {
        let place = SourcePlace(fileID: fileID, line: line)
        guard !hasRun else {
            throw failure("given(_:) comes before the first command, and the entity runs already", at: place)
        }
        guard revision > self.revision else {
            throw failure("a state is given as revision \(revision), behind \(self.revision)", at: place)
        }
        let writer = WriterID(ULID(high: 0, low: 1))
        if checksRoundTrip, let loss = behavior.codec.lossInStore(state, of: behavior.id, writer: writer) {
            throw failure(loss, at: place)
        }
        let (store, id, first) = (store.base, behavior.id, self.revision)
        let new = NewDurableState(
            stateType: behavior.codec.stateType, schemaVersion: behavior.codec.version, timestamp: scheduler.now,
            state: try behavior.codec.encode(state))
        try scheduler.run {
            for before in first..<revision { try await store.put(new, of: id, expecting: before, by: writer) }
        }
        try readStore()
        return self
    }
}

// MARK: - When

extension DurableStateTest {
    /// Sends a command and handles all that follows.
    ///
    /// Throws `ExpectationError` when something is lost on the way into the store and back.
    @discardableResult
    public func when(
        _ command: Command, fileID: String = #fileID, line: Int = #line
    ) throws -> DurableStateOutcome<State, Never> {
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
    ) throws -> DurableStateOutcome<State, Reply> {
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
    ) throws -> DurableStateOutcome<State, Reply> {
        let place = SourcePlace(fileID: fileID, line: line)
        return try outcome(ask(as: metadata, timeout: timeout, at: place, make), at: place)
    }

    private func outcome<Reply: Sendable>(
        _ reply: Result<Reply, AskError>?, at place: SourcePlace
    ) throws -> DurableStateOutcome<State, Reply> {
        let seen = watch.take()
        let before = (revision, isStored)
        // What was lost is told before what comes of reading it.
        if checksRoundTrip, let loss = seen.losses.first { throw failure(loss, at: place) }
        try readStore()
        if checksRoundTrip, let difference = seen.difference(fromRecovered: state) {
            throw failure(difference, at: place)
        }
        return DurableStateOutcome(
            persistenceID: behavior.id, state: state, revision: revision, isStored: isStored,
            isChanged: before != (revision, isStored), reply: reply, decision: seen.decision,
            isStopped: isStopped)
    }

    private func readStore() throws {
        let (store, id) = (store.base, behavior.id)
        let (stored, known) = try scheduler.run { (try await store.get(id), try await store.revision(of: id)) }
        revision = known
        isStored = stored != nil
        state = try stored.map { try behavior.codec.decode($0) } ?? behavior.emptyState
    }
}
