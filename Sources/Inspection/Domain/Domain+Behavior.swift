public import EventSourcing

extension Domain {
    /// Describes the entities of one type by the behavior they run, so that looking, trying and sending use the same code.
    ///
    ///     let orders = try Domain("Order", behavior: Order.behavior, commands: Order.commands)
    ///
    /// - Parameters:
    ///   - entityType: the first part of the streams' names.
    ///   - behavior: makes the behavior of one entity; its stores and its writer are set by whoever runs it.
    ///   - commands: what a person can send; none for a domain that is only looked at.
    ///
    /// Throws what `behavior` throws.
    public init<Message, Event, State: Encodable, Reply: Sendable>(
        _ entityType: String,
        behavior: @escaping @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>,
        commands: [DomainCommand<Message, Reply>]
    ) throws {
        let codec = JSONCodec()
        try self.init(
            entityType, behavior: behavior, commands: commands, reading: ReplyReading(),
            tree: { try JSONReader().read(codec.encode($0)).value })
    }

    /// Describes entities whose states and replies are read in a way of their own.
    ///
    /// - Parameters:
    ///   - entityType: the first part of the streams' names.
    ///   - behavior: makes the behavior of one entity.
    ///   - commands: what a person can send.
    ///   - reading: what a reply says.
    ///   - tree: a state as a tree.
    ///   - machine: the machine that the entities are instances of.
    ///
    /// Throws what `behavior` throws.
    init<Message, Event, State, Reply: Sendable>(
        _ entityType: String,
        behavior: @escaping @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>,
        commands: [DomainCommand<Message, Reply>], reading: ReplyReading<Reply>,
        tree: @escaping @Sendable (State) throws -> JSONValue, machine: DomainMachine? = nil
    ) throws {
        let prototype = try behavior(PersistenceID(entityType, "prototype"))
        let byName = Dictionary(commands.map { ($0.description.name, $0) }) { first, _ in first }
        let dryRun = DryRun(behavior: behavior, commands: byName, reading: reading)
        let open: @Sendable (PersistenceID, EntityHost) throws -> any LiveEntity = { id, host in
            BehaviorEntity(behavior: try behavior(id), commands: byName, reading: reading, host: host)
        }
        self.init(
            entityType: entityType, isGeneric: false, replayFilter: prototype.replayFilter,
            recoveryPolicy: prototype.recoveryPolicy, eventTypes: prototype.registry.names,
            commands: commands.map(\.description), machine: machine,
            empty: { BehaviorState(state: prototype.emptyState, behavior: prototype, tree: tree) },
            restore: { snapshot throws -> any FoldedState in
                guard let snapshots = prototype.snapshotCodec else { throw NoSnapshotsError(entityType: entityType) }
                return BehaviorState(state: try snapshots.decode(snapshot), behavior: prototype, tree: tree)
            },
            decide: { command, state, id, number in
                guard let state = state as? BehaviorState<Message, Event, State> else {
                    return .failed("the state is of another domain than \(entityType)")
                }
                return dryRun.decide(command, on: state.state, of: id, at: number)
            },
            open: commands.isEmpty ? nil : open)
    }
}

/// What a reply of an entity says.
struct ReplyReading<Reply: Sendable>: Sendable {
    /// The reply in one line.
    var text: @Sendable (Reply) -> String = { "\($0)" }
    /// Why the handler refused; nil where it did not.
    var refusal: @Sendable (Reply) -> String? = { ($0 as? any CommandReply)?.refusal }
    /// Whether a commit was that of the command which it answers.
    var answers: @Sendable (Reply, CommitNotice) -> Bool = { _, _ in true }
}

/// A snapshot of an entity that takes none.
struct NoSnapshotsError: Error, CustomStringConvertible {
    let entityType: String
    var description: String { "the domain \(entityType) has no snapshots, so this one can't be read" }
}
