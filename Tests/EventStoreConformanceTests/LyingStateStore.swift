import Actors
import EventSourcing

/// A store of durable states that breaks one rule on purpose.
struct LyingStateStore: DurableStateStore {
    enum Lie: String, CaseIterable {
        case writesWhateverIsExpected
        case forgetsTheRevisionOfADeletedState
        case deletesWhateverIsExpected
        case cutsStatesAtNUL
        case forgetsCommands
        case forgetsCommandsOfDeletions
        case listsBackwards
        case listsFromTheBeginning

        /// How the name of a case begins that must catch it.
        var caughtBy: String {
            switch self {
            case .writesWhateverIsExpected: "a write succeeds"
            case .forgetsTheRevisionOfADeletedState: "engine 43"
            case .deletesWhateverIsExpected: "a deletion succeeds"
            case .cutsStatesAtNUL: "engine 50"
            case .forgetsCommands: "a command's id that was written with a state"
            case .forgetsCommandsOfDeletions: "a deletion keeps its command's id"
            case .listsBackwards, .listsFromTheBeginning: "states are listed"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    func get(_ id: PersistenceID) async throws -> StoredDurableState? { try await inner.get(id) }

    func revision(of id: PersistenceID) async throws -> Int64 {
        let state = try await inner.get(id)
        if lie == .forgetsTheRevisionOfADeletedState { return state?.description.revision ?? 0 }
        return try await inner.revision(of: id)
    }

    func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription {
        var (state, revision) = (state, revision)
        if lie == .writesWhateverIsExpected { revision = try await inner.revision(of: id) }
        if lie == .cutsStatesAtNUL { state.state = Array(state.state.prefix { $0 != 0 }) }
        let companions = lie == .forgetsCommands ? .none : companions
        return try await inner.put(state, of: id, expecting: revision, by: writer, with: companions)
    }

    func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool {
        let expected = lie == .deletesWhateverIsExpected ? try await inner.revision(of: id) : revision
        let companions = lie == .forgetsCommandsOfDeletions ? .none : companions
        return try await inner.delete(id, expecting: expected, at: time, with: companions)
    }

    func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        let after = lie == .listsFromTheBeginning ? nil : after
        let found = try await inner.list(after: after, prefix: prefix, limit: limit)
        return lie == .listsBackwards ? found.reversed() : found
    }
}
