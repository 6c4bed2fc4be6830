import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// What opening an instance without history does: the initial state's timers are armed, and its entry actions run once.
    ///
    /// Nil where there is neither. Throws `UndeclaredEvent`, and what encoding throws.
    func opening(of id: PersistenceID, _ coding: TransitionCoding<State, Event>) throws -> EntityOpening? {
        // Asked for in any case, for a timeout that sends what it does not say is an error.
        let declared = try timers(entering: initial)
        let timers = coding.timeouts == .durable ? declared : []
        let actions = entryActions(of: initial.name).map { [initial] action in
            { @Sendable (context: ActionContext) in try await action(context, initial) }
        }
        if timers.isEmpty, actions.isEmpty { return nil }
        let run: @Sendable (Timestamp) async -> [any Error] = { now in
            await ActionContext(persistenceID: id, sequenceNumber: 0, now: now, metadata: Metadata()).run(actions)
        }
        return EntityOpening(
            timers: { now in
                try timers.compactMap { timer in
                    if case .arm(let timer) = try timer.change(at: now, coding) { timer } else { nil }
                }
            }, action: actions.isEmpty ? nil : run)
    }
}
