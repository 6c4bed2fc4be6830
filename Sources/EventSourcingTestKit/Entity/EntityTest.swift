public import Actors
public import EventSourcing

/// One entity under test, on a stepped system whose identifiers come from a seed, and on a store that can be told to fail.
///
/// Time stands still unless it is moved, so every run is the same. Use it from one thread. `EventSourcedTest` and
/// `DurableStateTest` say what is given and what follows.
public class EntityTest<Command: Sendable> {
    /// The entity.
    public let persistenceID: PersistenceID
    /// What the entity runs on; its time moves only when told to.
    public let scheduler: StepScheduler
    /// The entity's store; it can be told to fail.
    public let store = UnreliableStore()
    /// The entity's system.
    public private(set) var system: ActorSystem
    private let behavior: Behavior<Command>
    private var running: ActorRef<Command>?

    init(
        _ id: PersistenceID, startingAt start: Timestamp, seed: UInt64,
        behavior: (UnreliableStore<InMemoryStore>) -> Behavior<Command>
    ) {
        persistenceID = id
        scheduler = StepScheduler(startingAt: start, seed: seed)
        system = ActorSystem(name: "test", scheduler: scheduler)
        self.behavior = behavior(store)
    }

    /// The next identifier, such as a command's; the same seed gives the same ones in the same order.
    public func nextID() -> ULID { system.identifiers.next(at: scheduler.now) }

    /// Ends the entity's system and begins another one on the same store, as a restart of the program does.
    public func restart() throws {
        let old = system
        try scheduler.run { await old.shutdown() }
        system = ActorSystem(name: "test", scheduler: scheduler)
        running = nil
    }

    /// Whether a command has started the entity in this system.
    var hasRun: Bool { running != nil }

    var isStopped: Bool { running?.isStopped ?? true }

    /// The running entity; one that has stopped is started again, as its next message would do.
    private func ref() -> ActorRef<Command> {
        if let running, !running.isStopped { return running }
        let entity = system.spawn(behavior, name: persistenceID.entityID)
        running = entity
        return entity
    }

    func failure(_ clause: String, at place: SourcePlace) -> ExpectationError {
        ExpectationError("\(persistenceID): \(clause)", at: place)
    }
}

// MARK: - Commands

extension EntityTest {
    /// Sends a command and handles all that follows.
    func tell(_ command: Command, at place: SourcePlace) throws(ExpectationError) {
        ref().tell(command)
        try settle(at: place)
    }

    /// Asks, and handles all that follows; nil when nothing has answered then.
    func ask<Reply: Sendable>(
        timeout: Duration, at place: SourcePlace, _ make: (ActorRef<Reply>) -> Command
    ) throws(ExpectationError) -> Result<Reply, AskError>? {
        let pending = ref().askLater(timeout: timeout, make)
        try settle(at: place)
        return pending.result
    }

    /// Asks with a command that has metadata of its own, and handles all that follows.
    func ask<Reply: Codable & Sendable>(
        as metadata: Metadata, timeout: Duration, at place: SourcePlace,
        _ make: @escaping @Sendable (ActorRef<Reply>) -> Command
    ) throws -> Result<Reply, AskError> {
        let entity = ref()
        let reply: Result<Reply, AskError> = try scheduler.run(advancingAtMost: timeout) {
            do throws(AskError) {
                return .success(try await entity.ask(timeout: timeout, as: metadata, make))
            } catch {
                return .failure(error)
            }
        }
        try settle(at: place)
        return reply
    }

    /// Handles what waits, and moves the time on as long as the store is slow.
    private func settle(at place: SourcePlace) throws(ExpectationError) {
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
    }
}
