import Actors
import EventSourcing
public import Reactions

extension Domain {
    /// Describes the streams of an aggregate, so that looking, trying and sending use what it declares; what is sent is done by
    /// its application, whose reactions then happen.
    ///
    ///     let sales = try Domain(
    ///         Sale.self, of: shop,
    ///         commands: [
    ///             DomainAction("cancel", "Call it off", .text("reason")) { Sale.Cancel(reason: $0) }
    ///         ])
    ///
    /// Throws `ApplicationDefinitionError` for a mistake in what the aggregate declares.
    ///
    /// - Parameters:
    ///   - aggregate: its type; the first part of the streams' names is its entity type.
    ///   - application: what does the actions.
    ///   - commands: what a person can send.
    public init<State: Aggregate & Encodable>(
        _ aggregate: State.Type, of application: DomainApplication, commands: [DomainAction<State>]
    ) throws {
        let rules = try AggregateRules(of: aggregate)
        let byName = Dictionary(commands.map { ($0.description.name, $0) }) { first, _ in first }
        let open: @Sendable (PersistenceID, EntityHost) throws -> any LiveEntity = { id, host in
            AggregateEntity(
                id: id, commands: byName, application: try application.running(on: host), in: host.system)
        }
        self.init(
            entityType: State.entityType, isGeneric: false, eventTypes: rules.eventTypes,
            commands: commands.map(\.description), application: application,
            empty: { AggregateState(state: State(), rules: rules) },
            restore: { snapshot throws -> any FoldedState in
                guard let codec = rules.snapshotCodec else {
                    throw NoSnapshotsError(entityType: State.entityType)
                }
                return AggregateState(state: try codec.decode(snapshot), rules: rules)
            },
            decide: { command, state, id, _ in
                guard let state = state as? AggregateState<State> else {
                    return .failed("the state is of another domain than \(State.entityType)")
                }
                guard let form = byName[command.name] else { return .failed("there is no command \(command.name)") }
                return rules.decision(form, command, state.state, id)
            },
            open: commands.isEmpty ? nil : open)
    }
}

/// An action that a person can have done: its name, its arguments, and what is made of them.
public struct DomainAction<State: Aggregate>: Sendable {
    /// The action as a person sees it.
    public let description: CommandDescription
    let action: @Sendable (ParsedCommand) throws -> any Action<State>

    /// Describes an action.
    ///
    /// - Parameters:
    ///   - name: what is typed.
    ///   - summary: one sentence on what it does.
    ///   - parameter: its arguments.
    ///   - make: makes the action of the arguments, in the order of the parameters.
    public init<each Argument: Sendable>(
        _ name: String, _ summary: String, _ parameter: repeat Parameter<each Argument>,
        action make: @escaping @Sendable (repeat each Argument) -> any Action<State>
    ) {
        var parameters: [ParameterDescription] = []
        repeat parameters.append((each parameter).description)
        description = CommandDescription(name: name, summary: summary, parameters: parameters)
        let forms = (repeat each parameter)
        action = { command in make(repeat try (each forms).value(in: command)) }
    }
}

/// A state of an aggregate with the rules that fold it.
private struct AggregateState<State: Aggregate & Encodable>: FoldedState {
    var state: State
    let rules: AggregateRules<State>

    mutating func fold(_ event: borrowing StoredEvent) throws {
        var next = state
        try rules.fold(event, into: &next)
        state = next
    }

    func tree() throws -> JSONValue { try JSONReader().read(JSONCodec().encode(state)).value }
}

extension AggregateRules {
    /// What an action would come to, for people.
    fileprivate func decision(
        _ form: DomainAction<State>, _ command: ParsedCommand, _ state: State, _ id: PersistenceID
    ) -> Decision {
        do {
            let types = try decide(form.action(command), on: state, of: id)
            return types.isEmpty ? .nothing(reply: nil) : .append(types: types)
        } catch {
            guard let refusal = Refused(error) else { return .failed("\(error)") }
            return .refused(refusal.reason)
        }
    }
}

/// Why an action is not done, where its own rules say so; what else goes wrong is no refusal.
private struct Refused {
    let reason: String

    init?(_ error: any Error) {
        switch error {
        case let error as InvariantError: reason = "it must hold that it \(error.invariant)"
        case ActionError.invalid(_, let cause): reason = "\(cause)"
        case is ActionError, is ConcurrencyError, is StoreError, is RecoveryError, is EventCodingError,
            is WriterFencedError, is CancellationError, is ParameterError, is AskError:
            return nil
        default: reason = "\(error)"
        }
    }
}

/// A stream of an aggregate, to which actions are done by its application.
private final class AggregateEntity<State: Aggregate>: LiveEntity {
    private let id: PersistenceID
    private let commands: [String: DomainAction<State>]
    private let application: Application
    private let system: ActorSystem

    init(
        id: PersistenceID, commands: [String: DomainAction<State>], application: Application, in system: ActorSystem
    ) {
        self.id = id
        self.commands = commands
        self.application = application
        self.system = system
    }

    func send(_ command: ParsedCommand, timeout: Duration) async throws -> CommandOutcome {
        guard let form = commands[command.name] else {
            throw StoreError(.invalid, stream: id, detail: "there is no command \(command.name)")
        }
        let start = ContinuousClock.now
        var (appended, refusal): ([CommandOutcome.AppendedEvent], String?) = ([], nil)
        do {
            let action = try form.action(command)
            let done = try await Patience.wait(timeout, in: system) { [self] in try await self.done(action) }
            guard let done else {
                throw AskError.outcomeUnknown(UnansweredAction(stream: id, patience: timeout))
            }
            appended = done
        } catch {
            guard let refused = Refused(error) else { throw error }
            refusal = refused.reason
        }
        let took = ContinuousClock.now - start
        return CommandOutcome(
            appended: appended, reply: nil, refusal: refusal,
            microseconds: took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000)
    }

    private func done(_ action: some Action<State>) async throws -> [CommandOutcome.AppendedEvent] {
        try await application.do(action, on: id).outcomes.map {
            CommandOutcome.AppendedEvent(sequenceNumber: $0.sequenceNumber, type: $0.type)
        }
    }

    // Nothing of it runs between two actions.
    func stop() async {}
}

/// An action took longer than whoever sent it waits.
private struct UnansweredAction: Error, CustomStringConvertible {
    let stream: PersistenceID
    let patience: Duration

    var description: String {
        "the action on \(stream) was not done within \(patience), and may still be; look at the stream first"
    }
}
