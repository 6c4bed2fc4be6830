public import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// What an instance does about a timeout in memory that has come to its end.
    @usableFromInline
    func elapse(
        _ elapsed: ElapsedTimeout, of instance: MachineInstance<State>,
        _ context: CommandContext<MachineCommand<State, Event>>, _ coding: TransitionCoding<State, Event>
    ) -> Effect<MachineTransition<State, Event>, MachineInstance<State>> {
        guard instance.stopReason == nil, instance.stayKey == elapsed.stay,
            !instance.hasElapsed(elapsed.name),
            let timeout = timeout(elapsed.name, in: instance.current.name)
        else {
            return .none
        }
        let prepared: PreparedTransition<State, Event>
        do {
            prepared = try prepare(
                timeout.message.event(in: instance.current), elapsing: elapsed.name, for: instance, context, coding)
        } catch {
            // Not by a state that others have gone on from.
            return .none.onCurrentState().thenRun { _ in elapsed.note(refusal: error) }
        }
        guard let run = prepared.run else { return prepared.effect }
        return prepared.effect.thenRun { _ in elapsed.note(failures: await run()) }
    }
}
