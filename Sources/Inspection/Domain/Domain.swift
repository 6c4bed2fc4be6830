public import EventSourcing

/// How the events of one entity type get a state, and which commands they have, with the Swift types taken away.
public struct Domain: Sendable {
    /// The entity type, the first part of its streams' names.
    public let entityType: String
    /// Whether this is the fold that merges payload fields by name, because nobody described the domain.
    public let isGeneric: Bool
    /// The fold file or the machine file that describes it, as it was named; nil for one that is compiled in, and for the
    /// generic fold.
    public private(set) var ruleFile: String?
    /// Whether the store's snapshots hold this domain's states; else they are neither read nor compared.
    public let usesSnapshots: Bool
    /// What its entities do about a history that two writers wrote.
    public let replayFilter: ReplayFilter
    /// What their recovery does about events that it can't take.
    public let recoveryPolicy: RecoveryPolicy
    /// The logical names of its event types; empty for the generic fold.
    public let eventTypes: [String]
    /// The commands that a person can send; empty for the generic fold.
    public let commands: [CommandDescription]
    /// The machine that its entities are instances of; nil where they are none.
    public let machine: DomainMachine?
    /// The application that its streams belong to; nil where they are no aggregate's.
    public let application: DomainApplication?

    let empty: @Sendable () -> any FoldedState
    let restore: @Sendable (StoredSnapshot) throws -> any FoldedState
    let decideCommand: @Sendable (ParsedCommand, any FoldedState, PersistenceID, Int64) -> Decision
    let openEntity: (@Sendable (PersistenceID, EntityHost) throws -> any LiveEntity)?

    init(
        entityType: String, isGeneric: Bool, ruleFile: String? = nil, usesSnapshots: Bool = true,
        replayFilter: ReplayFilter = .standard, recoveryPolicy: RecoveryPolicy = .strict,
        eventTypes: [String], commands: [CommandDescription], machine: DomainMachine? = nil,
        application: DomainApplication? = nil,
        empty: @escaping @Sendable () -> any FoldedState,
        restore: @escaping @Sendable (StoredSnapshot) throws -> any FoldedState,
        decide: @escaping @Sendable (ParsedCommand, any FoldedState, PersistenceID, Int64) -> Decision,
        open: (@Sendable (PersistenceID, EntityHost) throws -> any LiveEntity)?
    ) {
        self.entityType = entityType
        self.isGeneric = isGeneric
        self.ruleFile = ruleFile
        self.usesSnapshots = usesSnapshots
        self.replayFilter = replayFilter
        self.recoveryPolicy = recoveryPolicy
        self.eventTypes = eventTypes
        self.commands = commands
        self.machine = machine
        self.application = application
        self.empty = empty
        self.restore = restore
        decideCommand = decide
        openEntity = open
    }

    /// The same, described by a file.
    func described(by file: String) -> Domain {
        var domain = self
        domain.ruleFile = file
        return domain
    }

    /// The state before the first event.
    public func emptyState() -> any FoldedState { empty() }

    /// The state that a snapshot holds; throws when it can't be decoded.
    public func state(of snapshot: StoredSnapshot) throws -> any FoldedState { try restore(snapshot) }

    /// What the real command handler makes of a command on a state, without writing.
    public func decide(
        _ command: ParsedCommand, on state: any FoldedState, of id: PersistenceID, at sequenceNumber: Int64
    ) -> Decision {
        decideCommand(command, state, id, sequenceNumber)
    }

    /// Starts a live entity on a host's stores, nil where the domain has no commands.
    public func open(_ id: PersistenceID, on host: EntityHost) throws -> (any LiveEntity)? {
        try openEntity?(id, host)
    }
}
