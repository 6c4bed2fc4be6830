import Actors
import EventSourcing
import StateMachines

extension DomainMachine {
    /// Takes the types of a machine away.
    init<State: StoredCases & MachineState, Event: StoredCases & MachineEvent>(
        _ machine: Machine<State, Event>,
        _ commands: [DomainCommand<MachineCommand<State, Event>, MachineAnswer<State>>]
    ) throws {
        let shown = try machine.shownTransitions()
        let registry = try machine.entity("prototype").registry
        typealias Folded = BehaviorState<
            MachineCommand<State, Event>, MachineTransition<State, Event>, MachineInstance<State>
        >
        let senders = Dictionary(commands.map { ($0.description.name, EventSender($0)) }) { first, _ in first }
        outline = machine.outline
        look = { state in
            (state as? Folded).map { folded in
                MachineStanding(
                    place: MachineTrace.Place(folded.state.current), stopReason: folded.state.stopReason,
                    enteredNumber: folded.state.enteredNumber)
            }
        }
        prospect = { state in
            guard let folded = state as? Folded, folded.state.stopReason == nil else { return [] }
            let place = folded.state.current
            return machine.outline.events(in: place.name.rawValue).map { event in
                let sender = senders[event]
                return MachineProspect(
                    event: event, command: sender?.description,
                    outcome: sender?.withoutValues.map { machine.outcome(of: $0, in: place) }
                        ?? .open(machine.outline.openRows(from: place.name.rawValue, on: event)))
            }
        }
        follow = { event, state in
            guard let folded = state as? Folded else { return nil }
            let (type, version, registry) = (event.type, event.schemaVersion, folded.behavior.registry)
            let transition = try event.withPayload { try registry.decode(type: type, version: version, payload: $0) }
            var history = MachineHistory<State, Event>(
                startingIn: folded.state.current, at: event.sequenceNumber - 1, stopReason: folded.state.stopReason)
            history.append(transition.event, transition.target)
            return MachineTrace(history)
        }
        tell = { event in
            let (type, version) = (event.type, event.schemaVersion)
            return try shown(event.withPayload { try registry.decode(type: type, version: version, payload: $0) })
        }
        attend = { entity, host in
            let instance: @Sendable (String) -> ActorRef<MachineCommand<State, Event>> = { id in
                let entity =
                    entity(id)
                    as? BehaviorEntity<
                        MachineCommand<State, Event>, MachineTransition<State, Event>, MachineInstance<State>,
                        MachineAnswer<State>
                    >
                // Whoever asks one that can't be started is told that it has stopped.
                return entity?.runningActor() ?? host.system.spawn(.stopped)
            }
            return MachineAttendance(
                timed: TimedMachine(machine, instance: instance),
                destination: OutboxDestination(machine, instance: instance))
        }
    }
}

/// Makes the event of a command that needs no values.
private struct EventSender<State: MachineState, Event: MachineEvent>: Sendable {
    let description: CommandDescription
    /// The event as it is without values; nil for one that needs some.
    let withoutValues: Event?

    init(_ command: DomainCommand<MachineCommand<State, Event>, MachineAnswer<State>>) {
        description = command.description
        guard description.parameters.isEmpty,
            let message = try? command.message(ParsedCommand(name: description.name, arguments: [:])),
            case .send(let event, _) = message(
                .capturing(in: ActorSystem(name: "nobody", scheduler: StepScheduler())) { _ in })
        else {
            withoutValues = nil
            return
        }
        withoutValues = event
    }
}

extension Machine {
    /// What the table makes of an event, for people.
    fileprivate func outcome(of event: Event, in state: State) -> MachineProspect.Outcome {
        do {
            switch try decide(event, in: state).target {
            case .goto(let next): return .decided(.goto([MachineTrace.Place(next).text]))
            case .stay: return .decided(.stay)
            case .stop(let reason): return .decided(.stop(reason))
            }
        } catch let rejected as GuardRejected {
            return .refused(
                rejected.conditions.isEmpty
                    ? "no condition holds" : "not \(rejected.conditions.joined(separator: ", nor "))")
        } catch {
            return .refused("\(error)")
        }
    }
}

extension MachineOutline {
    /// The rows that may take an event, as far as that is known without its values.
    fileprivate func openRows(from state: String, on event: String) -> [MachineProspect.Row] {
        edges(from: state, on: event).map { edge in
            let row = row(of: edge)
            return MachineProspect.Row(
                condition: row.isGuarded ? row.guardLabel ?? "…" : nil, target: row.target)
        }
    }
}
