public import EventSourcing

extension Inspector {
    /// A stream's state after an event, and what that event changed; 0 is the empty state.
    public func state(of id: PersistenceID, at sequenceNumber: Int64) -> StateJob {
        StateJob(self, of: id, at: sequenceNumber)
    }

    /// What differs between a stream's states after two events.
    public func difference(in id: PersistenceID, from old: Int64, to new: Int64) -> DiffJob {
        DiffJob(state(of: id, at: old), state(of: id, at: new))
    }

    /// The last event at or below a number that set a value.
    ///
    /// The path's places in arrays are those of the state at the number.
    public func setter(of path: StatePath, in id: PersistenceID, atOrBelow sequenceNumber: Int64) -> SetterJob {
        SetterJob(SetterSearch(self, path: path, in: id, atOrBelow: sequenceNumber, limit: 1))
    }

    /// All events at or below a number that ever set a value, the newest first, at most `limit`.
    public func setters(
        of path: StatePath, in id: PersistenceID, atOrBelow sequenceNumber: Int64, limit: Int = 10_000
    ) -> SettersJob {
        SettersJob(SetterSearch(self, path: path, in: id, atOrBelow: sequenceNumber, limit: max(limit, 1)))
    }
}

extension Inspector {
    /// Reads a line as a command of a stream's domain.
    public func parse(_ text: String, for id: PersistenceID) throws(CommandError) -> ParsedCommand {
        try CommandText.parse(text, for: domain(for: id.entityType).commands)
    }

    /// What could stand at a cursor in a line for a stream; see `CommandText.complete`.
    public func complete(_ text: String, cursor: Int, for id: PersistenceID) -> Completion {
        CommandText.complete(text, cursor: cursor, for: domain(for: id.entityType).commands)
    }

    /// What the real command handler would make of a command on the state after an event, without writing.
    public func decide(_ command: ParsedCommand, in id: PersistenceID, at sequenceNumber: Int64) -> DecideJob {
        DecideJob(self, command, in: id, at: sequenceNumber)
    }
}

extension Inspector {
    /// Events that fit a query.
    ///
    /// - Parameters:
    ///   - query: what they must fit.
    ///   - scope: one stream, or the whole store.
    ///   - number: the sequence number to begin with, or the global position where the scope is the store.
    ///   - order: to which sides.
    ///   - limit: after how many hits it is enough; at most `FindJob.mostHits`.
    public func find(
        _ query: FindQuery, in scope: FindScope, from number: Int64, order: FindOrder = .outward,
        limit: Int = FindJob.mostHits
    ) -> FindJob {
        FindJob(self, query, in: scope, from: number, order: order, limit: limit)
    }

    /// Where a jump from an event comes down.
    ///
    /// - Parameters:
    ///   - target: what is looked for.
    ///   - id: the stream.
    ///   - sequenceNumber: where the jump begins.
    ///   - direction: to newer or to older events.
    ///   - count: how many such places ahead; at least 1.
    public func jump(
        _ target: JumpTarget, in id: PersistenceID, from sequenceNumber: Int64, _ direction: Direction, count: Int = 1
    ) -> JumpJob {
        JumpJob(self, target, in: id, from: sequenceNumber, direction, count: max(count, 1))
    }

    /// The first event of a stream after which a condition holds.
    public func bisect(_ condition: Condition, in id: PersistenceID) -> BisectJob {
        BisectJob(self, condition, in: id)
    }

    /// What is wrong with a stream; the neighbourhood of a number is looked at first.
    public func findings(in id: PersistenceID, near sequenceNumber: Int64 = 1) -> FindingsJob {
        FindingsJob(self, in: id, near: sequenceNumber)
    }

    /// What is wrong with the whole store, stream by stream.
    public func findings() -> StoreFindingsJob { StoreFindingsJob(self) }

    /// What is wrong with some streams, one after the other.
    public func findings(in heads: [StreamHead]) -> StoreFindingsJob { StoreFindingsJob(self, heads: heads) }
}
