public import EventSourcing

/// What an instance answers to a timer whose time has come.
public enum MachineFiring: Sendable {
    /// Its event was taken and is durable, and the timer is done; what failed of the actions behind it is told.
    case fired(effectsFailed: [any Error])
    /// The instance is not in the state any more whose timer it is, or has entered it anew since; nothing has happened.
    case stale
    /// Its event was refused, or can't be read; nothing has happened.
    case refused(any Error)
}

extension Machine where State: StoredCases, Event: StoredCases {
    /// What an instance does about a timer of its whose time has come.
    @usableFromInline
    func fire(
        _ timer: StoredTimer, _ replyTo: ActorRef<MachineFiring>, to instance: MachineInstance<State>,
        _ context: CommandContext<MachineCommand<State, Event>>, _ coding: TransitionCoding<State, Event>
    ) -> Effect<MachineTransition<State, Event>, MachineInstance<State>> {
        guard coding.timeouts == .durable, timer.persistenceID == context.persistenceID, instance.stopReason == nil,
            let timeout = timeout(timer.name, in: instance.current.name),
            instance.mayHaveEntered(at: timer.generation, of: context.sequenceNumber)
        else {
            // For good, also where it is of a time in which timers were rows, and so not by a state that others have gone on from.
            return .reply(to: replyTo, .stale).onCurrentState()
        }
        let prepared: PreparedTransition<State, Event>
        do {
            // What was armed is sent, also where the table would send something else by now.
            let event =
                try timer.payload.map { try coding.decode(later: $0) } ?? timeout.message.event(in: instance.current)
            prepared = try prepare(event, firing: timer, for: instance, context, coding)
        } catch {
            return .reply(to: replyTo, .refused(error)).onCurrentState()
        }
        guard let run = prepared.run else {
            return prepared.effect.thenReply(to: replyTo) { _ in .fired(effectsFailed: []) }
        }
        return prepared.effect.thenRun { _ in replyTo.tell(.fired(effectsFailed: await run())) }
    }
}

/// Where an instance is in its history, found by counting what was folded.
@usableFromInline
struct InstancePlace: Hashable, Sendable {
    /// How many events were folded.
    @usableFromInline var count: Int64 = 0
    /// The number of the event with which the present state was entered; 0 for the initial one.
    @usableFromInline var entered: Int64 = 0

    @usableFromInline
    init() {}

    /// Nil where nobody has counted.
    init?(count: Int64?, entered: Int64?) {
        guard let count, let entered else { return nil }
        (self.count, self.entered) = (count, entered)
    }

    @inlinable
    mutating func advance(entering: Bool) {
        count += 1
        if entering { entered = count }
    }
}

extension MachineInstance {
    /// Whether the present state was entered by the event with a number; true where that is not known, as it is not behind
    /// a snapshot of an earlier program, and where events were left out of the state.
    fileprivate func mayHaveEntered(at generation: Int64, of number: Int64) -> Bool {
        guard let place, place.count == number else { return true }
        return place.entered == generation
    }
}
