public import EventSourcing
import StateMachines

/// What a typed line would come to.
public enum Verdict: Hashable, Sendable {
    /// The handler has decided.
    case decision(Decision)
    /// The line can't be read.
    case misspelt(CommandError)
}

/// Asks what a line would come to after some event, without writing.
///
/// An event of a machine that its state takes in no form is refused as soon as it is named, before its values are typed.
public final class VerdictJob: InspectionJob {
    private let job: DecideJob?
    private let error: CommandError?

    init(_ inspector: Inspector, _ text: String, in id: PersistenceID, at number: Int64) {
        do {
            job = DecideJob(inspector, try inspector.parse(text, for: id), in: id, at: number)
            error = nil
        } catch let problem {
            error = problem
            guard let machine = inspector.domain(for: id.entityType).machine,
                let name = CommandWords(text).words.first, name.key == nil,
                machine.outline.events.contains(name.value)
            else {
                job = nil
                return
            }
            let event = name.value
            job = DecideJob(inspector, in: id, at: number) { state, _ in
                machine.refusal(of: event, in: state).map { .refused($0) } ?? .nothing(reply: nil)
            }
        }
    }

    public var progress: Double { job?.progress ?? 1 }

    public func step(budget events: Int) throws -> Verdict? {
        guard let job else { return error.map { .misspelt($0) } }
        guard let decision = try job.step(budget: events) else { return nil }
        if let error {
            if case .refused = decision { return .decision(decision) }
            return .misspelt(error)
        }
        return .decision(decision)
    }
}

extension DomainMachine {
    /// Why an event is refused whatever it carries; nil where that depends.
    func refusal(of event: String, in state: any FoldedState) -> String? {
        guard let standing = standing(in: state) else { return nil }
        if let reason = standing.stopReason { return "\(MachineStopped(machine: outline.name, reason: reason))" }
        let place = standing.place.state
        guard outline.edges(from: place, on: event).isEmpty else { return nil }
        return InvalidTransition(
            machine: outline.name, state: place, event: event, possible: outline.events(in: place)
        ).description
    }
}

extension Inspector {
    /// What a typed line would come to on the state after an event, without writing.
    public func verdict(on text: String, in id: PersistenceID, at sequenceNumber: Int64) -> VerdictJob {
        VerdictJob(self, text, in: id, at: sequenceNumber)
    }
}
