import Actors
import EventSourcing

/// A store of durable states whose writes have every kind of companion.
typealias StateCompanionStore = DurableStateStore & CommandStore & TimerStore & OutboxStore

extension EventStoreConformance {
    /// The cases for what is written in the transaction of a durable state.
    static let stateCompanionCases: [ConformanceCase] = [
        .stateCompanions("a write of a durable state has companions under its revision, and its deletion has others") {
            store in
            let id = try order(1)
            let entry = NewOutboxEntry(to: "mail", payload: [7])
            for revision in 0..<2 as Range<Int64> {
                let companions = Companions(
                    timers: [.arm(NewTimer("pay", deadline: .second(9)))], outbox: [entry])
                try await store.put(state, of: id, expecting: revision, by: .first, with: companions)
            }
            try expect(try await store.timer("pay", of: id)?.generation, is: 2, "the revision is its generation")
            let own = NewOutboxEntry(to: "mail", payload: [8], idempotencyKey: "mine")
            let gone = Companions(timers: [.cancel("pay")], outbox: [own])
            try expect(
                try await store.delete(id, expecting: 2, at: .second(5), with: gone), is: true, "it is deleted")
            try expect(try await store.timers(of: id), is: [], "its timer is cancelled")
            let entries = try await store.entries(after: 0, limit: 9)
            try expect(
                entries.map(\.idempotencyKey), is: ["Order|order-1/1/0/state", "Order|order-1/2/0/state", "mine"],
                "each write has its rows")
            try expect(entries.map(\.created), is: [.second(1), .second(1), .second(5)], "with its time")
        },
        .stateCompanions("a write or a deletion of a durable state that is refused writes none of its companions") {
            store in
            let id = try order(1)
            try await store.put(state, of: id, expecting: 0, by: .first)
            let timer = Companions(
                command: CommandRecord(id: .number(1)), timers: [.arm(NewTimer("pay", deadline: .second(9)))])
            let conflict = ConcurrentModificationError(persistenceID: id, expected: .number(7), actual: 1)
            try await expectRefusal(conflict, "a conflict") {
                try await store.put(state, of: id, expecting: 7, by: .first, with: timer)
            }
            try await expectRefusal(conflict, "a conflict") {
                try await store.delete(id, expecting: 7, at: .second(1), with: timer)
            }
            let wrong = Companions(command: CommandRecord(id: .number(1)), timers: [.cancel("")])
            for work: @Sendable () async throws -> Void in [
                { try await store.put(state, of: id, expecting: 1, by: .first, with: wrong) },
                { try await store.delete(id, expecting: 1, at: .second(1), with: wrong) },
            ] {
                let error = try await expectError(StoreError.self, "a timer without a name") { try await work() }
                try expect(error.reason, is: .invalid, "is refused")
            }
            try expect(try await store.get(id)?.description.revision, is: 1, "the state stands")
            try expect(try await store.timers(of: id), is: [], "no timer is armed")
            try expect(try await store.command(.number(1)), is: nil, "no command was handled")
        },
    ]

    private static let state = NewDurableState(stateType: "Wallet", timestamp: .second(1), state: [1])
}
