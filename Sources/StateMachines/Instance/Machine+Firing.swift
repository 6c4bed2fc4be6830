public import EventSourcing

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

extension MachineInstance {
    /// Whether the present state was entered by the event with a number; true where that is not known, as it is not behind
    /// a snapshot of an earlier program, and where events were left out of the state.
    fileprivate func mayHaveEntered(at generation: Int64, of number: Int64) -> Bool {
        guard let place, place.count == number else { return true }
        return place.entered == generation
    }
}
