import Actors
import EventSourcing

extension PortProbe where Port == any DurableStateStore {
    /// Writes a state that is this text.
    @discardableResult
    func put(
        _ text: String, of id: PersistenceID, expecting revision: Int64, by writer: WriterID = .first,
        as command: CommandRecord? = nil
    ) async throws -> DurableStateDescription {
        try await store.put(
            .fixture(text), of: id, expecting: revision, by: writer, with: Companions(command: command))
    }

    /// Deletes a state.
    @discardableResult
    func delete(_ id: PersistenceID, expecting revision: Int64, as command: CommandRecord) async throws -> Bool {
        try await store.delete(id, expecting: revision, at: .second(0), with: Companions(command: command))
    }

    /// Fails unless a command is refused because one with its id was handled, and answers that one.
    func expectRepetition<Answer>(
        of command: CommandRecord, _ sentence: String, _ work: () async throws -> Answer
    ) async throws {
        try await expectRefusal(CommandAlreadyHandledError(command: command), sentence, work)
    }

    /// The present state as `revision text`; nil where there is none.
    func text(of id: PersistenceID) async throws -> String? {
        try await store.get(id).map { "\($0.description.revision) \(String(decoding: $0.state, as: UTF8.self))" }
    }

    /// The names of the states in a list.
    func names(after: PersistenceID? = nil, prefix: String = "", limit: Int = .max) async throws -> [String] {
        try await store.list(after: after, prefix: prefix, limit: limit).map { $0.persistenceID.description }
    }

    /// Fails unless writing at a revision is refused because the store is at another one.
    func expectConflict<Answer>(
        of id: PersistenceID, expecting: Int64, actual: Int64, _ sentence: String, _ work: () async throws -> Answer
    ) async throws {
        try await expectRefusal(
            ConcurrentModificationError(persistenceID: id, expected: .number(expecting), actual: actual), sentence,
            work)
    }
}

extension NewDurableState {
    /// A state that is this text.
    static func fixture(_ text: String) -> NewDurableState {
        NewDurableState(stateType: "CounterState", timestamp: .second(0), state: Array(text.utf8))
    }
}
