import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a timer that fires in the transaction of its event.
    static let firingCases: [ConformanceCase] = firingOnceCases + firingRefusalCases

    private static let firingOnceCases: [ConformanceCase] = [
        .companions("machines 116: a claimed timer fires in the append of its event, and what that arms anew stays") {
            store in
            let id = try order(1)
            let timer = try await store.claimed("pay", of: id)
            let companions = Companions(
                timers: [.fire(timer), .cancel("pay"), .arm(NewTimer("pay", deadline: .second(60)))])
            try await store.write(companions, to: id, expecting: .number(0))
            try expect(
                try await store.timer("pay", of: id),
                is: StoredTimer(persistenceID: id, name: "pay", generation: 1, deadline: .second(60)),
                "the new generation is armed, unclaimed and not tried")
            try expect(try await store.complete("pay", of: id, generation: 0), is: false, "the old one is gone")
            try expect(try await store.nextDeadline(), is: .second(60), "the new one comes next")
        },
        .companions("machines 105: of twenty who let one claimed timer fire at once exactly one does") { store in
            let id = try order(1)
            let timer = try await store.claimed("pay", of: id)
            let other = try await store.claimed("other", of: id)
            let fired = try await inParallel(20) { _ -> Bool in
                do {
                    try await store.write(Companions(timers: [.fire(timer)]), to: id, expecting: .any)
                    return true
                } catch is StaleTimerError {
                    return false
                }
            }
            try expect(fired.count { $0 }, is: 1, "one event is written with it")
            try expect(try await store.head(of: id)?.sequenceNumber, is: 1, "and no other")
            try expect(try await store.timers(of: id), is: [other], "another timer stays as it was claimed")
        },
        .companions("a timer fires by a claim that has run out, as long as nobody else has claimed it since") { store in
            let id = try order(1)
            let first = try await store.claimed("pay", of: id, at: 0)
            let second = try require(try await store.claimDue(as: 2, at: 30).first, "another claims it")
            try await expectRefusal(stale(first, armed: 0), "the first claim is over") {
                try await store.write(Companions(timers: [.fire(first)]), to: id, expecting: .any)
            }
            try expect(try await store.timers(of: id), is: [second], "the second one holds")
            let late = Companions(timers: [.fire(second)], at: .second(999))
            try await store.write(late, to: id, expecting: .any)
            try expect(try await store.timers(of: id), is: [], "it has fired, long after its claim")
            try expect(try await store.claimDue(as: 1, at: 9_999), is: [], "nobody gets it any more")
        },
        .companions("a timer fires in an append without events, and in none that is a conflict") { store in
            let id = try order(1)
            let timer = try await store.claimed("pay", of: id)
            let companions = Companions(timers: [.fire(timer)], at: .second(1))
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(7), actual: 0), "a conflict"
            ) { try await store.write(companions, to: id, expecting: .number(7)) }
            try expect(try await store.timers(of: id), is: [timer], "it is still claimed")
            _ = try await store.append([], to: id, expecting: .noStream, by: .first, epoch: nil, with: companions)
            try expect(try await store.timers(of: id), is: [], "it has fired")
        },
    ]

    private static let firingRefusalCases: [ConformanceCase] = [
        .companions("a timer that is not its claimer's any more refuses its append, and nothing of it is written") {
            store in
            let id = try order(1)
            var old: [StoredTimer] = []
            for name in ["a", "b", "c", "d", "e"] { old.append(try await store.claimed(name, of: id)) }
            try await store.cancel("a", of: id)
            try await store.arm(.named("b", at: 7, generation: 4), of: id)
            try await store.release(old[2])
            try await store.fail(old[3], error: "no answer", retryAt: .second(9))
            try await store.deadLetter(old[4], reason: "it was tried too often", at: .second(1))
            let never = NewTimer("never", deadline: .second(0))
            let unknown = StoredTimer(
                persistenceID: id, name: never.name, generation: 0, deadline: never.deadline, claim: old[0].claim)
            let before = try await store.seen(of: id)
            for (timer, armed) in [
                (old[0], nil), (old[1], 4), (old[2], 0), (old[3], 0), (old[4], nil), (unknown, nil),
            ] as [(StoredTimer, Int64?)] {
                let companions = Companions(
                    command: CommandRecord(id: .number(1)),
                    timers: [.arm(NewTimer("new", deadline: .second(9))), .fire(timer)],
                    outbox: [NewOutboxEntry(to: "mail", payload: [])])
                try await expectRefusal(stale(timer, armed: armed), "\(timer.name) is not to fire") {
                    try await store.write(companions, to: id, expecting: .any)
                }
            }
            try expect(try await store.seen(of: id), is: before, "nothing has changed")
            try expect(try await store.command(.number(1)), is: nil, "no command was handled")
        },
        .companions("a timer of another entity does not fire, nor one behind another change of it") { store in
            let id = try order(1)
            let (timer, other) = (try await store.claimed("pay", of: id), try await store.claimed("pay", of: order(2)))
            let before = try await store.seen(of: id)
            let arm = TimerChange.arm(NewTimer("pay", deadline: .second(9)))
            let twice = TimerChange.fire(timer)
            for timers in [[.fire(other)], [.cancel("pay"), twice], [arm, twice], [twice, twice]] as [[TimerChange]] {
                let error = try await expectError(StoreError.self, "\(timers) is refused") {
                    try await store.write(Companions(timers: timers), to: id, expecting: .any)
                }
                try expect(error.reason, is: .invalid, "because it makes no sense")
            }
            try expect(try await store.seen(of: id), is: before, "nothing has changed")
        },
    ]

    private static func stale(_ timer: StoredTimer, armed: Int64?) -> StaleTimerError {
        StaleTimerError(
            persistenceID: timer.persistenceID, name: timer.name, generation: timer.generation, armed: armed)
    }
}

extension TimerStore {
    /// A timer that was armed before the first event, is due, and is claimed for half a minute.
    fileprivate func claimed(_ name: String, of id: PersistenceID, at second: Int64 = 0) async throws -> StoredTimer {
        try await arm(.named(name, at: second), of: id)
        return try require(try await claimDue(as: 1, at: second).first { $0.name == name }, "it is claimed")
    }

    /// Claims what is due, for half a minute.
    fileprivate func claimDue(as claimer: UInt64, at second: Int64) async throws -> [StoredTimer] {
        try await claimDue(limit: 10, for: .seconds(30), as: .number(claimer), at: .second(second))
    }
}
