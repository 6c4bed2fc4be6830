import EventSourcing
public import StateMachines

/// The machine that the entities of a domain are instances of, with its Swift types taken away.
public struct DomainMachine: Sendable {
    /// The whole table as plain data.
    public let outline: MachineOutline

    let look: @Sendable (any FoldedState) -> MachineStanding?
    let prospect: @Sendable (any FoldedState) -> [MachineProspect]
    let follow: @Sendable (borrowing StoredEvent, any FoldedState) throws -> MachineTrace?
    /// What an event carried and where it led, for a line of a timeline; throws what decoding throws.
    let tell: @Sendable (borrowing StoredEvent) throws -> JSONObject
    let attend: @Sendable (_ entity: @escaping @Sendable (String) -> (any LiveEntity)?, EntityHost) -> MachineAttendance

    /// Where an instance is; nil for a state of another domain.
    public func standing(in state: any FoldedState) -> MachineStanding? { look(state) }

    /// What each event would do from there that the state has a row for, in the order of the events; none once it has stopped.
    public func prospects(in state: any FoldedState) -> [MachineProspect] { prospect(state) }

    /// The one step that an event made, from the state before it; nil for a state of another domain.
    ///
    /// Throws what decoding throws.
    func step(of event: borrowing StoredEvent, from state: any FoldedState) throws -> MachineTrace? {
        try follow(event, state)
    }
}

/// Where an instance of a machine is.
public struct MachineStanding: Hashable, Sendable {
    /// The state that it is in, or was in when it stopped; sensitive values are left out of its text.
    public var place: MachineTrace.Place
    /// Why it stopped, for good; nil for one that has not.
    public var stopReason: String?
    /// The number of the event with which it entered the state, 0 for the initial one; nil where nobody knows.
    public var enteredNumber: Int64?

    /// Describes where an instance is.
    public init(place: MachineTrace.Place, stopReason: String? = nil, enteredNumber: Int64? = nil) {
        self.place = place
        self.stopReason = stopReason
        self.enteredNumber = enteredNumber
    }
}

/// What an event would do to an instance where it is.
public struct MachineProspect: Hashable, Sendable {
    /// What would come of it.
    public enum Outcome: Hashable, Sendable {
        /// The table has decided: it needs no values.
        case decided(MachineOutline.Target)
        /// The table has refused it, for a reason in a clause.
        case refused(String)
        /// It depends on what the event carries: the rows that may take it, in the order in which they are tried.
        case open([Row])
    }

    /// A row that may take the event.
    public struct Row: Hashable, Sendable {
        /// The condition in words; `…` for one without, and nil where there is none.
        public var condition: String?
        /// Where the row leads.
        public var target: MachineOutline.Target

        /// Describes a row.
        public init(condition: String?, target: MachineOutline.Target) {
            self.condition = condition
            self.target = target
        }
    }

    /// The event's case.
    public var event: String
    /// The command that sends it; nil where no person can.
    public var command: CommandDescription?
    /// What would come of it.
    public var outcome: Outcome

    /// Describes a prospect.
    public init(event: String, command: CommandDescription?, outcome: Outcome) {
        self.event = event
        self.command = command
        self.outcome = outcome
    }
}

/// What a machine needs while its instances are written to: their timers, and their places in the outbox.
struct MachineAttendance: Sendable {
    let timed: TimedMachine
    let destination: OutboxDestination
}
