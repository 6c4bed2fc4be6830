import Actors
public import EventSourcing
public import StateMachines

extension Domain {
    /// Describes the instances of a machine, so that looking, trying and sending use its own table.
    ///
    ///     let purchases = try Domain(
    ///         machine,
    ///         commands: [
    ///             DomainCommand(.pay, "Pay", .integer("amount", "cents")) { .pay(amount: $0) },
    ///             DomainCommand(.ship, "Send it out") { .ship },
    ///         ])
    ///
    /// Their state as a tree is the name of the case under `state`, then what it carries, then the reason under `stopped` where
    /// the machine can stop. Sensitive values are left out of it.
    ///
    /// - Parameters:
    ///   - machine: the machine; its name is the first part of the streams' names.
    ///   - snapshots: when an instance takes snapshots.
    ///   - commands: what a person can send, each under the name of its event's case; events that only timers and other
    ///     instances send need none.
    ///
    /// Throws `MachineCommandError` for a command that is no event of the machine, and what making an instance throws.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>,
        snapshots: SnapshotStrategy<MachineTransition<State, Event>, MachineInstance<State>> = .never,
        commands: [DomainCommand<MachineCommand<State, Event>, MachineAnswer<State>>]
    ) throws {
        if let stranger = commands.first(where: { !machine.outline.events.contains($0.description.name) }) {
            throw MachineCommandError(machine: machine.name, command: stranger.description.name)
        }
        let tree = try MachineTree(machine)
        try self.init(
            machine.name, behavior: { try machine.entity($0.entityID, snapshots: snapshots) }, commands: commands,
            reading: .machine(), tree: { try tree.value(of: $0) }, machine: try DomainMachine(machine, commands))
    }

    /// Describes the instances of a machine whose events carry nothing, with a command for each of them.
    ///
    /// Throws what making an instance throws.
    ///
    /// - Parameters:
    ///   - machine: the machine; its name is the first part of the streams' names.
    ///   - snapshots: when an instance takes snapshots.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>,
        snapshots: SnapshotStrategy<MachineTransition<State, Event>, MachineInstance<State>> = .never
    ) throws where Event.CaseName == Event, Event: CaseIterable {
        try self.init(
            machine, snapshots: snapshots,
            commands: Event.allCases.map { event in
                DomainCommand(event, machine.outline.whereTaken(event.rawValue)) { event }
            })
    }
}

extension MachineOutline {
    /// In which states an event is taken, in words.
    func whereTaken(_ event: String) -> String {
        let takers = Set(edges.lazy.filter { $0.event == event }.map(\.state))
        let states = states.filter(takers.contains)
        return states.isEmpty ? "Taken in no state" : "Taken in \(CommandText.list(states, "or"))"
    }
}

extension DomainCommand {
    /// A command that sends an event to an instance of a machine, under the name of the event's case.
    ///
    ///     DomainCommand(.pay, "Pay", .integer("amount", "cents")) { .pay(amount: $0) }
    ///
    /// - Parameters:
    ///   - event: the event's case.
    ///   - summary: one sentence on what it does.
    ///   - parameter: what the event carries.
    ///   - make: makes the event of the arguments, in the order of the parameters.
    public init<State, Event, each Argument: Sendable>(
        _ event: Event.CaseName, _ summary: String, _ parameter: repeat Parameter<each Argument>,
        event make: @escaping @Sendable (repeat each Argument) -> Event
    ) where Message == MachineCommand<State, Event>, Reply == MachineAnswer<State> {
        var parameters: [ParameterDescription] = []
        repeat parameters.append((each parameter).description)
        let forms = (repeat each parameter)
        self.init(CommandDescription(name: event.rawValue, summary: summary, parameters: parameters)) { command in
            let values = (repeat try (each forms).value(in: command))
            return { replyTo in .send(make(repeat each values), replyTo: replyTo) }
        }
    }
}

/// A command of a machine's domain is no event of the machine.
public struct MachineCommandError: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// The command's name.
    public var command: String

    /// A sentence that says what would be right.
    public var description: String {
        "\(machine) has no event \(command); name the command after the case of the event that it sends"
    }
}

/// The state of an instance as a tree.
private struct MachineTree<State: StoredCases & MachineState, Event: StoredCases & MachineEvent>: Sendable {
    private static var stateKey: String { "state" }
    private static var stoppedKey: String { "stopped" }

    let values: @Sendable (State) throws -> JSONValue
    let canStop: Bool

    init(_ machine: Machine<State, Event>) throws {
        values = try machine.shownValues()
        canStop = machine.outline.rows.contains { if case .stop = $0.target { true } else { false } }
    }

    func value(of instance: MachineInstance<State>) throws -> JSONValue {
        var members = [JSONObject.Member(Self.stateKey, .string(instance.current.name.rawValue))]
        switch try values(instance.current) {
        // What would hide the state's own name stands apart.
        case .object(let carried) where carried[Self.stateKey] == nil && carried[Self.stoppedKey] == nil:
            members += carried.members
        case let carried: members.append(JSONObject.Member("values", carried))
        }
        if canStop || instance.stopReason != nil {
            members.append(JSONObject.Member(Self.stoppedKey, instance.stopReason.map { .string($0) } ?? .null))
        }
        return .object(JSONObject(members))
    }
}

extension ReplyReading {
    /// What an instance of a machine answers.
    fileprivate static func machine<State>() -> ReplyReading where Reply == MachineAnswer<State> {
        ReplyReading(
            text: { answer in
                switch answer {
                case .taken(let transition): transition.words
                case .refused(let error): "refused: \(error)"
                }
            },
            refusal: { if case .refused(let error) = $0 { "\(error)" } else { nil } },
            answers: { answer, notice in
                guard case .taken(let transition) = answer else { return false }
                return notice.sequenceNumbers.contains(transition.sequenceNumber)
            })
    }
}

extension Transition {
    /// What is true now, in a line.
    fileprivate var words: String {
        let place =
            switch outcome {
            case .moved(_, let state): "\(MachineTrace.Place(state).text) now"
            case .stayed(let state): "still \(MachineTrace.Place(state).text)"
            case .stopped(let reason): "stopped (\(reason))"
            }
        guard let first = effectsFailed.first else { return place }
        return "\(place), but behind it something failed: \(first)"
    }
}
