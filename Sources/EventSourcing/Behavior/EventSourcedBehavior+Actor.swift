public import Actors

/// The entity has been recovered; sent once after each recovery, before any command, also where there was nothing.
public struct RecoveryCompleted: Signal, Hashable {
    /// The entity.
    public let persistenceID: PersistenceID
    /// The number of the last event in the state; for a durable state its revision.
    public let sequenceNumber: Int64
}

extension EventSourcedBehavior {
    /// The actor: it recovers, and then handles one command at a time, while the others wait in their order.
    ///
    /// When it can't be recovered, supervision decides; if it stops of that, asks that wait are rejected with the
    /// `RecoveryError`, or with what the store threw.
    public var behavior: Behavior<Command> {
        let actor: Behavior<Command> = .setup { context in
            guard let events else { throw EventSourcedBehaviorError.missingEventStore(id) }
            let log = context.log
            if let stashCapacity { context.stashCapacity = stashCapacity }
            let ground = EntityGround(
                events: events, snapshots: snapshots, writer: writer ?? context.system.writerID,
                warn: { message, fields in log(.warning, message, fields) })
            let entity = try await Entity.recover(definition, on: ground)
            context.raise(RecoveryCompleted(persistenceID: id, sequenceNumber: entity.sequenceNumber))
            let driver = EntityDriver(self, entity: entity, ids: context.system.identifiers)
            return .receive { context, command in try await driver.handle(command, in: context) }
        }
        return supervision.map { actor.supervised(by: $0) } ?? actor
    }
}
