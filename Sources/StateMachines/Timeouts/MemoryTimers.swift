import Actors
import EventSourcing

/// The timers of one running instance whose timeouts are in memory: those of the state that it is in.
// Safe to send: only the instance's own actor uses it, which handles one message at a time.
final class MemoryTimers<State: MachineState & StoredCases, Event: MachineEvent & StoredCases>: EntityAttendant,
    @unchecked Sendable
{
    private enum Timer {
        case waiting(ElapsedTimeout, attempts: Int)
        /// Its event was refused too often; the next load tries it anew.
        case givenUp
    }

    private let machine: Machine<State, Event>
    /// When the instance was loaded.
    private var loaded: Timestamp?
    /// The time in a state that the timers are of, and when it began.
    private var stay: (key: StayKey, since: Timestamp)?
    private var timers: [String: Timer] = [:]

    init(of machine: Machine<State, Event>) { self.machine = machine }

    func attend(
        _ standing: EntityStanding<MachineInstance<State>>, after command: MachineCommand<State, Event>?,
        in context: ActorContext<MachineCommand<State, Event>>
    ) async throws {
        let instance = standing.state
        if loaded == nil { loaded = context.now }
        if case .elapse(let elapsed)? = command { end(elapsed, in: context) }
        if stay?.key != instance.stayKey {
            for name in timers.keys.sorted() { context.cancelTimer(Self.key(name)) }
            (timers, stay) = ([:], nil)
        }
        let declared = instance.stopReason == nil ? machine.timeouts(of: instance.current.name) : []
        if !declared.isEmpty {
            let since = try await since(standing, in: context)
            stay = (instance.stayKey, since)
            for timeout in declared where timers[timeout.name] == nil && !instance.hasElapsed(timeout.name) {
                // No longer than the delay, so that a clock that was put back makes none late.
                let left = since.adding(timeout.delay).duration(since: context.now)
                wait(max(.zero, min(left, timeout.delay)), for: timeout.name, in: context)
            }
        }
        for name in timers.keys.sorted()
        where instance.hasElapsed(name) || !declared.contains(where: { $0.name == name }) {
            timers[name] = nil
            context.cancelTimer(Self.key(name))
        }
        context.keepAwake(timers.values.contains { if case .waiting = $0 { true } else { false } })
    }

    /// When the present state was entered.
    private func since(
        _ standing: EntityStanding<MachineInstance<State>>, in context: ActorContext<MachineCommand<State, Event>>
    ) async throws -> Timestamp {
        if let stay, stay.key == standing.state.stayKey { return stay.since }
        if let since = standing.state.stay?.since { return since }
        // An instance that has never been anywhere else, or whose event is of a time in which timers were rows.
        let beginning = loaded ?? context.now
        guard let place = standing.state.place, standing.sequenceNumber > 0 else { return beginning }
        let number = max(1, place.entered)
        let since = try await standing.events.load(
            standing.persistenceID, from: number, through: number, fields: [], into: Timestamp?.none
        ) { since, event in
            since = event.timestamp
            return .stop
        }
        return since ?? beginning
    }

    private func wait(
        _ time: Duration, for name: String, attempts: Int = 0,
        in context: ActorContext<MachineCommand<State, Event>>
    ) {
        guard let stay else { return }
        let elapsed = ElapsedTimeout(name, of: stay.key)
        timers[name] = .waiting(elapsed, attempts: attempts)
        context.startTimer(Self.key(name), after: time, sending: .elapse(elapsed))
    }

    /// Says what came of a timeout, and has it tried again where its event was not taken.
    private func end(_ elapsed: ElapsedTimeout, in context: ActorContext<MachineCommand<State, Event>>) {
        guard case .waiting(let waiting, let earlier)? = timers[elapsed.name], waiting === elapsed else { return }
        for failure in elapsed.failures {
            warn("A timeout has fired, and an action behind it failed.", elapsed, failure, in: context)
        }
        let attempts = earlier + 1
        if attempts < MemoryRetry.attempts {
            wait(MemoryRetry.backOff.delay(beforeRestart: attempts), for: elapsed.name, attempts: attempts, in: context)
            if let refusal = elapsed.refusal {
                warn("A timeout could not fire, and is tried again.", elapsed, refusal, in: context)
            }
        } else {
            timers[elapsed.name] = .givenUp
            if let refusal = elapsed.refusal { warn("A timeout was given up.", elapsed, refusal, in: context) }
        }
    }

    private func warn(
        _ message: String, _ elapsed: ElapsedTimeout, _ error: any Error,
        in context: ActorContext<MachineCommand<State, Event>>
    ) {
        context.log(.warning, message, ["timeout": elapsed.name, "error": "\(error)"])
    }

    private static func key(_ name: String) -> String { "timeout \(name)" }
}
