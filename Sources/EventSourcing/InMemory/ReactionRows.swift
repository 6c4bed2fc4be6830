/// What a store in memory keeps beside its log for machines and reactions.
struct ReactionRows: Sendable {
    var timers = TimerRows()
    var outbox = OutboxRows()
    var deadLetters = DeadLetterRows()
    var projections = ProjectionRows()
    /// Positions by the bytes of the checkpoints' names.
    var checkpoints: [[UInt8]: Int64] = [:]
}

/// A store in memory that keeps rows for machines and reactions, behind its lock.
protocol ReactionMemory: Sendable {
    /// Answers from the rows while nobody writes.
    func askReactions<Answer: Sendable>(_ body: (ReactionRows) throws -> Answer) rethrows -> Answer

    /// Changes the rows; `body` answers whether it did, and is lent the last number of a stream.
    func changeReactions<Answer: Sendable>(
        _ body: (inout ReactionRows, _ lastNumber: (PersistenceID) throws -> Int64) throws -> (Answer, Bool)
    ) throws -> Answer
}

extension ReactionMemory {
    /// Changes the rows, and answers whether it did.
    func changeReactions(_ body: (inout ReactionRows) throws -> Bool) throws -> Bool {
        try changeReactions { rows, _ in
            let isChanged = try body(&rows)
            return (isChanged, isChanged)
        }
    }
}

extension InMemoryStore: ReactionMemory {
    func askReactions<Answer: Sendable>(_ body: (ReactionRows) throws -> Answer) rethrows -> Answer {
        try read { try body($0.reactions) }
    }

    func changeReactions<Answer: Sendable>(
        _ body: (inout ReactionRows, _ lastNumber: (PersistenceID) throws -> Int64) throws -> (Answer, Bool)
    ) throws -> Answer {
        try write { state in
            let (streams, indexes) = (state.streams, state.indexes)
            let (answer, isChanged) = try body(&state.reactions) { id in
                indexes[id].map { streams[$0].head.sequenceNumber } ?? 0
            }
            if isChanged { state.changes += 1 }
            return answer
        }
    }
}

extension SandboxStore: ReactionMemory {
    func askReactions<Answer: Sendable>(_ body: (ReactionRows) throws -> Answer) rethrows -> Answer {
        try read { try body($0.memory.reactions) }
    }

    func changeReactions<Answer: Sendable>(
        _ body: (inout ReactionRows, _ lastNumber: (PersistenceID) throws -> Int64) throws -> (Answer, Bool)
    ) throws -> Answer {
        try write { state in
            var rows = ReactionRows()
            Swift.swap(&rows, &state.memory.reactions)
            defer { Swift.swap(&rows, &state.memory.reactions) }
            let (answer, isChanged) = try body(&rows) { try state.head(of: $0)?.sequenceNumber ?? 0 }
            if isChanged { state.memory.changes += 1 }
            return answer
        }
    }
}
