public import Actors

/// The entity has been recovered; sent once after each recovery, before any command, also where there was nothing.
///
/// It follows `PreStart` or `PostRestart`; an entity that fails at one of those is recovered again, and told after that.
public struct RecoveryCompleted: Signal, Hashable {
    /// The entity.
    public let persistenceID: PersistenceID
    /// The number of the last event in the state; for a durable state its revision.
    public let sequenceNumber: Int64
}

extension EventSourcedBehavior {
    /// The actor: it recovers, and then handles one command at a time, while the others wait in their order.
    ///
    /// At most 64 entities of a system are recovered at a time (`ActorSystem.limitRecoveries(to:)`). When the entity can't
    /// be recovered, supervision decides; if it stops of that, asks that wait are rejected with the `RecoveryError`, or
    /// with what the store threw. An entity that is told to stop leaves its recovery at the next 10,000 events.
    ///
    /// An entity that its store or another writer does not let write stops, and its asker is told. In an `EntityRegistry`
    /// its next message recovers it, after a wait; so that is where entities best live.
    public var behavior: Behavior<Command> {
        Behavior.setup { context in
            if let stashCapacity { context.stashCapacity = stashCapacity }
            let ground = try ground(in: context)
            guard let entity = try await recovered(on: ground, in: context) else { return .stopped }
            if let opening, entity.sequenceNumber == 0 { try await opening.run(for: id, on: ground) }
            let completed = RecoveryCompleted(persistenceID: id, sequenceNumber: entity.sequenceNumber)
            let driver = EntityDriver(self, entity: entity, ids: context.system.identifiers)
            let attended = attendant.map { AttendedDriver(driver, by: $0()) }
            try await attended?.attend(after: nil, in: context)
            return (attended.map(receiving) ?? receiving(driver)).tellingFirst(completed)
                .beforeStop { context in await driver.stop(at: context.now) }
        }.supervised(by: supervision ?? .entity)
    }

    private func receiving(_ driver: AttendedDriver<Command, Event, State>) -> Behavior<Command> {
        if case .pessimistic(let locks) = locking { return locks.receiving(driver, for: id) }
        return .receive { context, command in try await driver.handle(command, under: nil, in: context) }
    }

    private func receiving(_ driver: EntityDriver<Command, Event, State>) -> Behavior<Command> {
        if case .pessimistic(let locks) = locking { return locks.receiving(driver, for: id) }
        return .receive(
            now: { context, command in try driver.handleNow(command, in: context) },
            otherwise: { context, command in try await driver.handle(command, in: context) })
    }

    /// What the entity stands on; throws `EventSourcedBehaviorError` where something is missing.
    private func ground(in context: ActorContext<Command>) throws -> EntityGround {
        guard let events else { throw EventSourcedBehaviorError.missingEventStore(id) }
        if definition.recoveryPolicy.quarantines, !(events is any QuarantineStore) {
            throw EventSourcedBehaviorError.missingQuarantineStore(id)
        }
        if definition.replayFilter.needsLastWriter, definition.retentionPolicy.deletesEvents {
            throw EventSourcedBehaviorError.deletesWhatTheFilterNeeds(id)
        }
        let (log, system) = (context.log, context.system)
        return EntityGround(
            events: events, snapshots: snapshots, writer: writer ?? system.writerID, now: { system.now },
            warn: { message, fields in log(.warning, message, fields) })
    }

    /// The recovered entity, as soon as it is its turn; nil where the entity is to stop.
    private func recovered(
        on ground: EntityGround, in context: ActorContext<Command>
    ) async throws -> Entity<Event, State>? {
        let isToldToStop = context.stopProbe
        do {
            return try await context.system.recoveryGate.pass {
                if isToldToStop() { return nil }
                return try await Entity.recover(
                    definition, on: ground, observer: recoveryObserver, isAbandoned: isToldToStop)
            }
        } catch let abandoned as RecoveryAbandoned {
            let progress = abandoned.progress
            ground.warn(
                "\(id): recovery was left at #\(progress.sequenceNumber) of #\(progress.head), for the entity is to stop",
                ["persistenceID": "\(id)", "sequenceNumber": "\(progress.sequenceNumber)"])
            return nil
        }
    }
}

extension SupervisionStrategy {
    /// What entities do that were given no strategy: a store that is away for a while kills nobody.
    static var entity: SupervisionStrategy {
        .deciding(
            atMost: 10, within: .seconds(60),
            backOff: BackOff(initial: .milliseconds(100), maximum: .seconds(5))
        ) { error in
            // In the start, or where a running entity reads again what others wrote.
            let cause = (error as? ActorInitializationError)?.cause ?? error
            return (cause as? StoreError)?.isPassing == true ? .restart : .stop
        }
    }
}

extension StoreError {
    /// Whether the same may well succeed a little later.
    fileprivate var isPassing: Bool {
        switch reason {
        case .busy, .full, .inputOutput, .outOfMemory, .closed, .outcomeUnknown: true
        case .missing, .folder, .permissionDenied, .empty, .notADatabase, .notAStore, .alreadyThere, .newerLayout,
            .olderLayout, .readOnly, .corrupt, .needsRecovery, .unreadableLog, .cancelled, .invalid:
            false
        }
    }
}
