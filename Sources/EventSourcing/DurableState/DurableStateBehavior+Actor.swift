public import Actors

extension DurableStateBehavior {
    /// The actor: it recovers, and then handles one command at a time, while the others wait in their order.
    ///
    /// When it can't be recovered, supervision decides; if it stops of that, asks that wait are rejected with the
    /// `RecoveryError`, or with what the store threw.
    public var behavior: Behavior<Command> {
        Behavior.setup { context in
            guard let store else { throw DurableStateBehaviorError.missingDurableStateStore(id) }
            if let stashCapacity { context.stashCapacity = stashCapacity }
            let writer = writer ?? context.system.writerID
            let entity = try await context.system.recoveryGate.pass {
                try await DurableEntity.recover(
                    id, emptyState: emptyState, codec: codec, from: store, writer: writer)
            }
            let completed = RecoveryCompleted(persistenceID: id, sequenceNumber: entity.revision)
            return receiving(DurableStateDriver(self, entity: entity)).tellingFirst(completed)
        }.supervised(by: supervision ?? .entity)
    }

    private func receiving(_ driver: DurableStateDriver<Command, State>) -> Behavior<Command> {
        if case .pessimistic(let locks) = locking { return locks.receiving(driver, for: id) }
        return .receive { context, command in try await driver.handle(command, in: context) }
    }
}
