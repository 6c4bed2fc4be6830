public import Actors

extension SandboxStore: CommandStore {
    public func command(_ id: ULID) async throws -> CommandRecord? { try read { try $0.handledCommand(id)?.record } }

    /// Forgets the commands that were handled before a moment, here and beneath; only those here are counted.
    @discardableResult
    public func forgetCommands(before moment: Timestamp) async throws -> Int {
        write { $0.forgetCommands(before: moment) }
    }
}

extension SandboxState {
    /// The command with this id that was handled here, or beneath as far as that is seen from here.
    func handledCommand(_ id: ULID) throws -> HandledCommand? {
        if let own = memory.commands[id] { return own }
        guard let known = try (base as? any CommandReader)?.handledCommand(id), known.time >= forgottenCommands else {
            return nil
        }
        // What came to a stream beneath since it was written to here is of another history.
        if let fork = known.stream.flatMap({ forks[$0] }), known.sequenceNumber > fork.last { return nil }
        return known
    }

    fileprivate mutating func forgetCommands(before moment: Timestamp) -> Int {
        forgottenCommands = max(forgottenCommands, moment)
        return memory.forgetCommands(before: moment)
    }
}
