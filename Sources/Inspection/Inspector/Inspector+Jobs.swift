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
