import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store of timers.
    static let timerCases: [ConformanceCase] =
        armingCases + timerClaimCases + timerEndCases + timerRaceCases + timerLetterCases

    private static let armingCases: [ConformanceCase] = [
        .timers(
            "machines 81, 95: a timer that is armed is read with all its fields, unclaimed; any other is not there"
        ) {
            store in
            let id = try order(1)
            try expect(try await store.timer("pay", of: id), is: nil, "none is there at first")
            try expect(try await store.nextDeadline(), is: nil, "nothing is due ever")
            let new = NewTimer("pay", deadline: .second(30), payload: Array("7".utf8), generation: 3)
            try expect(try await store.arm(new, of: id), is: true, "it is armed")
            let expected = StoredTimer(
                persistenceID: id, name: "pay", generation: 3, deadline: .second(30), payload: Array("7".utf8))
            try expect(try await store.timer("pay", of: id), is: expected, "it is read as it was armed")
            try expect(try await store.timer("Pay", of: id), is: nil, "no other name is")
            try expect(try await store.timer("pay", of: order(2)), is: nil, "no other entity has it")
            try expect(try await store.nextDeadline(), is: .second(30), "it is what comes next")
        },
        .timers("machines 83: timers of several entities and names are each their own, by the bytes of their names") {
            store in
            let (one, other) = (try order(1), try order(2))
            for name in ["b", "a", "B", "é", "e\u{301}"] {
                try await store.arm(.named(name, at: 5), of: one)
            }
            try await store.arm(.named("a", at: 6), of: other)
            try expect(
                try await store.timers(of: one).map { Array($0.name.utf8) },
                is: ["B", "a", "b", "e\u{301}", "é"].map { Array($0.utf8) }, "all of one entity, in order")
            try expect(try await store.timers(of: other).map(\.deadline), is: [.second(6)], "and of the other")
        },
        .timers("machines 118: a generation is armed once, whatever became of it, and its deadline never moves") {
            store in
            let id = try order(1)
            try await store.arm(.named("pay", at: 30, generation: 4), of: id)
            for generation in [0, 3, 4] as [Int64] {
                let again = try await store.arm(.named("pay", at: 99, generation: generation), of: id)
                try expect(again, is: false, "generation \(generation) is not a new one")
            }
            try expect(try await store.timer("pay", of: id)?.deadline, is: .second(30), "the deadline stays")
            try await store.complete("pay", of: id, generation: 4)
            try expect(
                try await store.arm(.named("pay", at: 99, generation: 4), of: id), is: false,
                "one that has fired is not armed again")
            try expect(
                try await store.arm(.named("pay", at: 40, generation: 5), of: id), is: true, "a new generation is")
            try await store.cancel("pay", of: id)
            try expect(
                try await store.arm(.named("pay", at: 99, generation: 5), of: id), is: false,
                "nor is one that was cancelled")
        },
        .timers("machines 114: generations may be 0 and close to the highest number") { store in
            for generation in [0, .max - 100, .max] as [Int64] {
                try await store.arm(.named("pay", at: 1, generation: generation), of: order(1))
                let claimed = try await store.claim(at: 1)
                try expect(claimed.map(\.generation), is: [generation], "it is claimed")
                try expect(
                    try await store.complete("pay", of: order(1), generation: generation), is: true, "and completed")
            }
        },
        .timers("a timer without a generation has that of an entity without events, which is 0") { store in
            try await store.arm(NewTimer("pay", deadline: .second(1)), of: order(1))
            try expect(try await store.timer("pay", of: order(1))?.generation, is: 0, "the number of its last event")
        },
        .timers("the name of a timer has from 1 byte to the longest name's") { store in
            let id = try order(1)
            let longest = String(repeating: "é", count: NewTimer.longestName / 2)
            try expect(try await store.arm(.named(longest, at: 1), of: id), is: true, "the longest is armed")
            for name in ["", longest + "e"] {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await store.arm(.named(name, at: 1), of: id)
                }
                try expect(error.reason, is: .invalid, "because of its name")
                let timer = StoredTimer(persistenceID: id, name: name, generation: 1, deadline: .second(1))
                for work: @Sendable () async throws -> Void in [
                    { try await store.cancel(name, of: id) }, { _ = try await store.timer(name, of: id) },
                    { try await store.complete(name, of: id, generation: 1) }, { try await store.release(timer) },
                    { try await store.fail(timer, error: "", retryAt: .second(1)) },
                    { try await store.deadLetter(timer, reason: "", at: .second(1)) },
                ] {
                    let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                    try expect(error.reason, is: .invalid, "whatever is asked of it")
                }
            }
        },
        .timers("an error or a reason of a timer that nobody could read again is refused") { store in
            try await store.arm(.named("pay", at: 0), of: order(1))
            let timer = try require(try await store.claim(at: 0).first, "it is claimed")
            for work: @Sendable () async throws -> Void in [
                { try await store.fail(timer, error: .tooLong, retryAt: .second(1)) },
                { try await store.deadLetter(timer, reason: .tooLong, at: .second(1)) },
            ] {
                let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                try expect(error.reason, is: .invalid, "because of its length")
            }
            try expect(try await store.timer("pay", of: order(1)), is: timer, "the timer is as it was")
        },
    ]

    private static let timerClaimCases: [ConformanceCase] = [
        .timers(
            "machines 85, 96, 104: what is due is claimed, what has its deadline at the moment too, and nothing else"
        ) {
            store in
            for (number, second) in [(1, -10), (2, 0), (3, 60)] as [(Int, Int64)] {
                try await store.arm(.named("pay", at: second), of: order(number))
            }
            let claimed = try await store.claim(at: 0)
            try expect(claimed.map(\.persistenceID), is: [order(1), order(2)], "two of the three")
            try expect(claimed.first?.attempts, is: 1, "a claim is an attempt")
            try expect(
                claimed.first?.claim, is: RowClaim(claimer: .number(1), until: .second(30)),
                "with the claim that it has")
            try expect(try await store.timer("pay", of: order(1)), is: claimed.first, "as it is read then")
            try expect(try await store.claim(at: 0), is: [], "nobody gets them a second time")
        },
        .timers("machines 86, 87: due timers come by rising deadline, not more than asked for") { store in
            for (number, second) in [(1, -5), (2, -10), (3, -1), (4, -10)] as [(Int, Int64)] {
                try await store.arm(.named("pay", at: second), of: order(number))
            }
            try expect(try await store.claim(limit: 0, at: 0), is: [], "none where none is asked for")
            try expect(try await store.claim(limit: -1, at: 0), is: [], "nor where less is")
            let ids = try await store.claim(limit: 3, at: 0).map(\.persistenceID)
            try expect(ids, is: [order(2), order(4), order(1)], "three, the earliest first, then as they were armed")
            try expect(try await store.claim(at: 0).map(\.persistenceID), is: [order(3)], "the last one")
        },
        .timers("machines 88, 90, 91: a claimed timer is nobody else's until the claim runs out") { store in
            try await store.arm(.named("pay", at: 0), of: order(1))
            let first = try await store.claim(for: 30, at: 0)
            try await store.arm(.named("pay", at: 0), of: order(2))
            try expect(
                try await store.claim(as: 2, at: 29).map(\.persistenceID), is: [order(2)], "only the other one is free")
            try expect(try await store.nextDeadline(), is: .second(30), "the first claim's end comes next")
            let second = try await store.claim(as: 2, at: 30)
            try expect(second.map(\.persistenceID), is: [order(1)], "at its end it is claimed again")
            try expect(second.first?.attempts, is: 2, "which is its second attempt")
            try expect(second.first?.deadline, is: first.first?.deadline, "with its deadline as it was")
        },
        .timers("claims that have run out are taken up a few at a time, the earliest first, and none is left") {
            store in
            for number in 1...5 { try await store.arm(.named("pay", at: Int64(number)), of: order(number)) }
            for number in (1...5).reversed() as ReversedCollection<ClosedRange<Int64>> {
                _ = try await store.claim(limit: 1, for: number, at: 10)
            }
            var seen: [PersistenceID] = []
            for _ in 0..<4 { seen += try await store.claim(limit: 2, at: 20).map(\.persistenceID) }
            try expect(seen, is: [order(4), order(5), order(2), order(3), order(1)], "each once, as claims ran out")
        },
        .timers("the term of a claim is above zero") { store in
            for term in [.zero, .seconds(-1)] as [Duration] {
                let error = try await expectError(StoreError.self, "the claim is refused") {
                    try await store.claimDue(limit: 1, for: term, as: .number(1), at: .second(0))
                }
                try expect(error.reason, is: .invalid, "because of its term")
            }
        },
    ]
}

extension NewTimer {
    /// A timer whose deadline is so many seconds after a fixed moment.
    static func named(_ name: String, at second: Int64, generation: Int64 = 0) -> NewTimer {
        NewTimer(name, deadline: .second(second), generation: generation)
    }
}

extension TimerStore {
    /// Claims what is due at a moment.
    func claim(
        limit: Int = 10, for seconds: Int64 = 30, as claimer: UInt64 = 1, at second: Int64
    ) async throws -> [StoredTimer] {
        try await claimDue(limit: limit, for: .seconds(seconds), as: .number(claimer), at: .second(second))
    }
}
