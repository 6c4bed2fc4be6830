import Actors
import EventSourcing
import EventStoreConformance
import Testing

/// A store of durable states that breaks one rule on purpose.
struct LyingStateStore: DurableStateStore {
    enum Lie: String, CaseIterable, CustomTestStringConvertible {
        case writesWhateverIsExpected
        case forgetsTheRevisionOfADeletedState
        case deletesWhateverIsExpected
        case cutsStatesAtNUL
        case forgetsCommands
        case forgetsCommandsOfDeletions
        case listsBackwards
        case listsFromTheBeginning

        var testDescription: String { rawValue }

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

@Suite("The store in memory is a store of durable states")
struct DurableStateConformanceTests {
    @Test("it does what every store of durable states must", arguments: EventStoreConformance.durableStateCases)
    func conforms(_ conformance: DurableStateCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a store that breaks one rule fails the case of that rule", arguments: LyingStateStore.Lie.allCases)
    func catches(_ lie: LyingStateStore.Lie) async throws {
        let conformance = try #require(
            EventStoreConformance.durableStateCases.first { $0.name.hasPrefix(lie.caughtBy) }, "the case is there")
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await conformance.run(on: { LyingStateStore(lie: lie) })
        }
        #expect(failure?.caseName == conformance.name)
    }

    @Test("a case that opens again fails where the store can't, and passes where it can", arguments: [false, true])
    func needsReopening(canReopen: Bool) async throws {
        let same: @Sendable (InMemoryStore) async throws -> InMemoryStore = { $0 }
        for conformance in EventStoreConformance.durableStateReopeningCases {
            let run: () async throws -> Void = {
                try await conformance.run(on: { InMemoryStore() }, reopening: canReopen ? same : nil)
            }
            if canReopen {
                try await run()
            } else {
                await #expect(throws: ConformanceFailure.self) { try await run() }
            }
        }
    }

    @Test("every case has a name of its own")
    func names() {
        let all = EventStoreConformance.durableStateCases + EventStoreConformance.durableStateReopeningCases
        #expect(Set(all.map(\.name)).count == all.count)
    }
}
