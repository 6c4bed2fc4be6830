import Actors
public import EventSourcing

/// Where rows of the outbox go: to the instances of a machine, or to a handler.
public struct OutboxDestination: Sendable {
    enum Name: Hashable, Sendable {
        /// The machine's name, which the destinations of its rows begin with, before a `|`.
        case machine(String)
        case handler(String)
    }

    let name: Name
    let retry: RetryPolicy?
    /// Throws where another one wrote to the recipient at the time; nothing has happened then.
    let deliver: @Sendable (OutboxEntry, OutboxErrand) async throws(ConcurrentModificationError) -> ErrandOutcome

    /// The instances of a machine, found by their own ids.
    ///
    /// A row for `Order|7` goes to the instance `7` of the machine `Order`: what an instance produces for itself, and what
    /// `message(_:to:idempotencyKey:)` makes for it elsewhere. The event is taken under an id that is made of the row's key, so that it is
    /// taken once, however often it comes; for that the store of the instances must be a `CommandStore`. The key alone counts:
    /// of two rows with one key, be they of two stores, the second is taken for the first one come again.
    ///
    /// - Parameters:
    ///   - machine: the machine.
    ///   - retry: what becomes of a row that fails; nil for what the courier's settings say.
    ///   - instance: the instance with an id, which is started where it does not run.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>, retry: RetryPolicy? = nil,
        instance: @escaping @Sendable (String) -> ActorRef<MachineCommand<State, Event>>
    ) {
        name = .machine(machine.name)
        self.retry = retry
        deliver = { entry, errand async throws(ConcurrentModificationError) in
            let id: String
            do {
                id = try PersistenceID(parsing: entry.destination).entityID
            } catch {
                return .failed(error)
            }
            let answer: PendingReply<MachineDelivery> = instance(id).askLater(
                timeout: errand.timeout, as: errand.command
            ) { .take(entry, replyTo: $0) }
            do throws(AskError) {
                switch try await answer.value() {
                case .taken(let failures): return .done(effectsFailed: failures)
                case .repeated: return .alreadyExecuted
                case .refused(let error): return .failed(error)
                }
            } catch {
                return try errand.outcome(of: error)
            }
        }
    }

    /// The instances of a machine that live in a registry, under their own ids.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>, in registry: EntityRegistry<String, MachineCommand<State, Event>>,
        retry: RetryPolicy? = nil
    ) {
        self.init(machine, retry: retry) { registry.ref(for: $0) }
    }

    /// A handler of the rows whose destination is its name.
    ///
    /// - Parameters:
    ///   - name: from 1 to `NewOutboxEntry.longestName` bytes of UTF-8, without a `|`.
    ///   - retry: what becomes of a row that fails; nil for what the courier's settings say.
    ///   - handler: handles the rows.
    public init(_ name: String, retry: RetryPolicy? = nil, handler: any OutboxHandler) {
        self.name = .handler(name)
        self.retry = retry
        deliver = { entry, errand async throws(ConcurrentModificationError) in
            let (end, handling) = (WorkEnd(), errand.handling)
            // An actor of its own, so that the courier need not wait longer than it wants to.
            let performer = errand.context.spawn(
                Behavior<ActorRef<Result<OutboxOutcome, any Error>>>.receive { _, replyTo in
                    handling.begin()
                    let result = await handler.handle(entry, until: end)
                    handling.end()
                    replyTo.tell(result)
                    return .stopped
                }.apartFromSiblings())
            let answer: PendingReply<Result<OutboxOutcome, any Error>> = performer.askLater(
                timeout: errand.timeout, following: errand.chain
            ) { $0 }
            defer { end.come() }
            do throws(AskError) {
                switch try await answer.value() {
                case .success(.done): return .done(effectsFailed: [])
                case .success(.alreadyExecuted): return .alreadyExecuted
                case .failure(let error): return .failed(error)
                }
            } catch {
                return try errand.outcome(of: error)
            }
        }
    }

    /// A handler of the rows whose destination is its name; see `OutboxHandler`.
    ///
    /// - Parameters:
    ///   - name: from 1 to `NewOutboxEntry.longestName` bytes of UTF-8, without a `|`.
    ///   - retry: what becomes of a row that fails; nil for what the courier's settings say.
    ///   - handle: handles a row.
    public init(
        _ name: String, retry: RetryPolicy? = nil,
        handle: @escaping @Sendable (OutboxEntry) async throws -> OutboxOutcome
    ) {
        self.init(name, retry: retry, handler: OutboxClosure(body: handle))
    }
}
