public import Actors

extension DurableStateBehavior {
    /// The actor: it recovers, and then handles one command at a time, while the others wait in their order.
    ///
    /// When it can't be recovered, supervision decides; if it stops of that, asks that wait are rejected with the
    /// `RecoveryError`, or with what the store threw.
    public var behavior: Behavior<Command> {
        let actor: Behavior<Command> = .setup { context in
            guard let store else { throw DurableStateBehaviorError.missingDurableStateStore(id) }
            if let stashCapacity { context.stashCapacity = stashCapacity }
            let entity = try await DurableEntity.recover(
                id, emptyState: emptyState, codec: codec, from: store, writer: writer ?? context.system.writerID)
            context.raise(RecoveryCompleted(persistenceID: id, sequenceNumber: entity.revision))
            let driver = DurableStateDriver(self, entity: entity)
            return .receive { context, command in try await driver.handle(command, in: context) }
        }
        return supervision.map { actor.supervised(by: $0) } ?? actor
    }
}
