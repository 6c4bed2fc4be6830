public import Actors
public import EventSourcing

/// The entity that an instance of a machine is.
public typealias MachineEntity<State: MachineState, Event: MachineEvent> = EventSourcedBehavior<
    MachineCommand<State, Event>, MachineTransition<State, Event>, MachineInstance<State>
>

extension Machine where State: StoredCases, Event: StoredCases {
    /// An instance, as an entity of the engine.
    ///
    ///     let order = try orders.entity("order-1").withEventStore(store)
    ///     let ref = system.spawn(order.behavior, name: "order-1")
    ///     let transition = try await ref.send(.pay(payment), timeout: .seconds(5))
    ///
    /// Its stream is the machine's name with this id. Recovery, commits, snapshots, retries and locks are the engine's: an event
    /// is decided by the table, appended with its target, and folded by that target alone, so that a changed table changes no
    /// past. Its timers and what it produces are written in the append's own transaction; a `TimerSweeper` lets the timers fire, and
    /// an `OutboxCourier` delivers what was produced.
    /// One that is opened without history arms the timers of the initial state, whose entry actions run once, whoever opens
    /// it; for both its event store must be a `TimerStore`. With `timeouts: .inMemory` its timers are none of the store's.
    ///
    /// Several systems may send to it in turn: whoever is overtaken gets a `ConcurrentModificationError`, or decides again with
    /// `withRetries`; with `withLocking(.distributed(on: store))` they wait for one another, and `withFencing(true)` leaves it to
    /// one of them.
    ///
    /// Throws `PersistenceIDError`, `MachineCodingError`, `UndeclaredEvent` for a timeout of the initial state that sends another
    /// case than it says, and what the registries throw.
    ///
    /// - Parameters:
    ///   - id: the instance's own id.
    ///   - snapshots: when it takes snapshots; never unless told.
    ///   - timeouts: where the timers of its states are: rows of the store unless told, which a `TimerSweeper` lets fire.
    @inlinable
    public func entity(
        _ id: String,
        snapshots: SnapshotStrategy<MachineTransition<State, Event>, MachineInstance<State>> = .never,
        timeouts: TimeoutStrategy = .durable
    ) throws -> MachineEntity<State, Event> {
        let coding = try TransitionCoding<State, Event>(outline, timeouts: timeouts)
        let id = try PersistenceID(name, id)
        let entity = try MachineEntity<State, Event>(
            id: id, emptyState: MachineInstance(current: initial), events: coding.registry(),
            commandHandler: { context, command, instance in
                switch command {
                case .read(let replyTo): .reply(to: replyTo, instance)
                case .snapshot: .none.thenSnapshot()
                case .send(let event, let replyTo): send(event, replyTo, to: instance, context, coding)
                case .elapse(let timeout): elapse(timeout, of: instance, context, coding)
                case .fire(let timer, let replyTo): fire(timer, replyTo, to: instance, context, coding)
                case .take(let entry, let replyTo): take(entry, replyTo, to: instance, context, coding)
                }
            },
            eventHandler: { instance, transition in try fold(transition, into: &instance) })
        return try opening(entity, snapshots, coding)
    }

    /// The entity with its snapshots, and with what it does when it is opened without history.
    @usableFromInline
    func opening(
        _ entity: MachineEntity<State, Event>,
        _ snapshots: SnapshotStrategy<MachineTransition<State, Event>, MachineInstance<State>>,
        _ coding: TransitionCoding<State, Event>
    ) throws -> MachineEntity<State, Event> {
        let entity = entity.withSnapshots(snapshots, codec: coding.snapshotCodec(name)).withFencing(false)
            .withOpening(try opening(of: entity.id, coding))
        switch coding.timeouts {
        case .durable: return entity
        case .inMemory: return entity.withAttendant { MemoryTimers(of: self) }
        }
    }

    /// Folds a transition by the target that is recorded.
    @inlinable
    func fold(
        _ transition: MachineTransition<State, Event>, into instance: inout MachineInstance<State>
    ) throws {
        guard takes(transition.event.name, in: instance.current.name) else {
            throw EventReplayError(
                state: instance.current.name.rawValue, event: transition.event.name.rawValue)
        }
        var isEntering = false
        switch transition.target {
        case .goto(let state): (instance.current, isEntering) = (state, true)
        case .stay: break
        case .stop(let reason): instance.stopReason = reason
        }
        if transition.mark != nil || instance.stay != nil {
            instance.stay = instance.stay(behind: transition.mark, entering: isEntering)
        }
        instance.place?.advance(entering: isEntering)
    }
}

extension Machine where State: StoredCases, Event: StoredCases {
    @inlinable
    func send(
        _ event: Event, _ replyTo: ActorRef<MachineAnswer<State>>?, to instance: MachineInstance<State>,
        _ context: CommandContext<MachineCommand<State, Event>>, _ coding: TransitionCoding<State, Event>
    ) -> Effect<MachineTransition<State, Event>, MachineInstance<State>> {
        let prepared: PreparedTransition<State, Event>
        do {
            prepared = try prepare(event, for: instance, context, coding)
        } catch {
            guard let replyTo else { return .unhandled }
            return .reply(to: replyTo, .refused(error))
        }
        let (effect, transition) = (prepared.effect, prepared.transition)
        guard let run = prepared.run else {
            guard let replyTo else { return effect }
            return effect.thenReply(.taken(transition), to: replyTo)
        }
        let kept = replyTo.map { effect.keepingReply(.taken(transition), to: $0) }
        return (kept ?? effect).thenRun { _ in
            let failures = await run()
            if let replyTo {
                replyTo.tell(.taken(transition.failing(failures)))
            } else if let first = failures.first {
                // Nobody else hears of it.
                throw first
            }
        }
    }
}

extension Transition {
    /// The same with what failed behind it.
    @usableFromInline
    func failing(_ failures: [any Error]) -> Transition {
        Transition(outcome: outcome, sequenceNumber: sequenceNumber, effectsFailed: failures)
    }
}

extension ActorRef {
    /// Sends an event to an instance of a machine, and waits until it is durable.
    ///
    /// Throws `AskError`, `rejected` with `InvalidTransition`, `GuardRejected`, `MachineStopped` or what else refused the event:
    /// then nothing has happened.
    @inlinable
    public nonisolated(nonsending) func send<State, Event>(
        _ event: Event, timeout: Duration
    ) async throws(AskError) -> Transition<State> where Message == MachineCommand<State, Event> {
        try await ask(timeout: timeout) { .send(event, replyTo: $0) }.transition()
    }

    /// Sends an event with an id, a chain or metadata of its own, and waits until it is durable.
    ///
    /// The same id a second time changes nothing and gets the first one's transition, also after a restart; what failed behind
    /// that is not told again. It throws as without an id.
    @inlinable
    public nonisolated(nonsending) func send<State: StoredCases, Event>(
        _ event: Event, timeout: Duration, as metadata: Metadata
    ) async throws(AskError) -> Transition<State> where Message == MachineCommand<State, Event> {
        try await ask(timeout: timeout, as: metadata) { .send(event, replyTo: $0) }.transition()
    }
}

extension MachineAnswer {
    @inlinable
    func transition() throws(AskError) -> Transition<State> {
        switch self {
        case .taken(let transition): return transition
        case .refused(let error): throw .rejected(error)
        }
    }
}

extension SnapshotStrategy {
    /// Whenever an instance of a machine has come to one of these states.
    public static func onStates<Place: MachineState>(_ first: Place.CaseName, _ others: Place.CaseName...) -> Self
    where State == MachineInstance<Place> {
        let cases = [first] + others
        return .when { instance, _, _ in cases.contains(instance.current.name) }
    }
}
