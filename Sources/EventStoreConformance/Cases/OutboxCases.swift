import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store with an outbox, which its appends fill.
    static let outboxCases: [ConformanceCase] =
        outboxFillingCases + outboxClaimCases + outboxEndCases + deadLetterCases

    private static let outboxFillingCases: [ConformanceCase] = [
        .outbox(
            "machines 177: rows are written with their append, numbered from 1, not tried, and only the first is due"
        ) {
            store in
            try await store.fill(order(1), "a", "b")
            let key = "Order|order-1/1/"
            let expected = [(1, "a", Timestamp.second(0)), (2, "b", nil)] as [(Int64, String, Timestamp?)]
            try expect(
                try await store.entries(after: 0, limit: 9),
                is: try expected.map { number, text, due in
                    OutboxEntry(
                        number: number, idempotencyKey: key + "\(number - 1)", persistenceID: try order(1),
                        sequenceNumber: 1, destination: "mail", payload: Array(text.utf8), created: .second(0), due: due
                    )
                }, "all that is known of them")
            try expect(try await store.entry(withKey: key + "1")?.number, is: 2, "each is found by its key")
            try expect(try await store.entry(withKey: key + "2"), is: nil, "and no other")
            try expect(try await store.nextDue(), is: .second(0), "the first can be claimed")
        },
        .outbox("machines 178: of two rows with one key the first stands, and the append goes through") { store in
            try await store.fill(order(1), "first", key: "once")
            try await store.fill(order(2), "second", key: "once")
            try expect(try await store.entries(after: 0, limit: 9).map(\.text), is: ["first"], "one row is there")
            try expect(try await store.head(of: order(2))?.sequenceNumber, is: 1, "both events are")
            try await store.deliverAll(at: 1)
            try await store.fill(order(3), "third", key: "once")
            try expect(
                try await store.entries(after: 0, limit: 9).map(\.text), is: ["first"], "also when it has left")
            try expect(try await store.claim(at: 2).isEmpty, "nothing leaves a second time")
        },
        .outbox("keys that look the same and have other bytes are two keys") { store in
            try await store.fill(order(1), "1", key: "é")
            try await store.fill(order(2), "2", key: "e\u{301}")
            try expect(try await store.entries(after: 0, limit: 9).count, is: 2, "both rows are there")
            try expect(try await store.entry(withKey: "e\u{301}")?.text, is: "2", "each by its own bytes")
        },
        .outbox("a destination or a key that is empty or too long is refused, and nothing is written") { store in
            let long = String(repeating: "x", count: NewOutboxEntry.longestName + 1)
            for entry in [
                NewOutboxEntry(to: "", payload: []), NewOutboxEntry(to: long, payload: []),
                NewOutboxEntry(to: "a", payload: [], idempotencyKey: ""),
                NewOutboxEntry(to: "a", payload: [], idempotencyKey: long),
            ] {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await store.fill(order(1), [entry])
                }
                try expect(error.reason, is: .invalid, "because of its name")
            }
            try expect(try await store.head(of: order(1)), is: nil, "no event is there")
            try expect(try await store.entries(after: 0, limit: 9), is: [], "nor a row")
        },
    ]

    private static let outboxClaimCases: [ConformanceCase] = [
        .outbox("machines 179: a claimed row counts an attempt and is nobody else's; not more than asked for") {
            store in
            for number in 1...5 { try await store.fill(order(number), "\(number)") }
            try expect(try await store.claim(limit: 0, at: 0).isEmpty, "none where none is asked for")
            let claimed = try await store.claim(limit: 2, at: 0)
            try expect(claimed.map(\.text), is: ["1", "2"], "two, as they were written")
            try expect(claimed.map(\.attempts), is: [1, 1], "each tried once")
            try expect(
                claimed.first?.claim, is: RowClaim(claimer: .number(1), until: .second(30)), "with their claim")
            try expect(try await store.claim(as: 2, at: 0).map(\.text), is: ["3", "4", "5"], "another gets the rest")
            try expect(try await store.claim(as: 3, at: 0).isEmpty, "a third gets none")
        },
        .outbox("rows of one entity leave in their order, each when the one before it is done; others meanwhile") {
            store in
            try await store.fill(order(1), "a", "b")
            try await store.fill(order(1), "c", at: 2)
            try await store.fill(order(2), "x")
            var seen: [String] = []
            for second in [5, 6, 7] as [Int64] {
                let claimed = try await store.claim(at: second)
                seen.append(claimed.map(\.text).joined(separator: "+"))
                try expect(try await store.claim(as: 2, at: second).isEmpty, "nothing overtakes")
                for entry in claimed {
                    try expect(try await store.complete(entry, at: .second(second)), is: true, "it has left")
                }
            }
            try expect(seen, is: ["a+x", "b", "c"], "one of each entity at a time")
            try expect(try await store.nextDue(), is: nil, "nothing is left")
        },
        .outbox("a row that waits for its retry holds up those behind it, and no others") { store in
            try await store.fill(order(1), "a", "b")
            let first = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(
                try await store.fail(first, error: "no answer", retryAt: .second(60)), is: true, "it could not leave")
            try await store.fill(order(2), "x")
            try expect(try await store.claim(at: 59).map(\.text), is: ["x"], "the other entity's leaves")
            try expect(try await store.nextDue(), is: .second(60), "the retry comes next")
            try expect(try await store.claim(at: 60).map(\.text), is: ["a"], "then the first is tried again")
        },
        .outbox("machines 181: a claim that has run out is taken up by the next one who claims") { store in
            try await store.fill(order(1), "a")
            let first = try require(try await store.claim(for: 10, at: 0).first, "it is claimed")
            try expect(try await store.nextDue(), is: .second(10), "its end comes next")
            try expect(try await store.claim(at: 9).isEmpty, "until then it is held")
            let second = try require(try await store.claim(as: 2, at: 10).first, "then it is claimed again")
            try expect(second.attempts, is: 2, "for the second time")
            try expect(try await store.complete(first, at: .second(11)), is: false, "the first claim is over")
            try expect(try await store.fail(first, error: "late", retryAt: .second(11)), is: false, "in every way")
            try expect(try await store.complete(second, at: .second(12)), is: true, "the second one holds")
        },
        .outbox("of a hundred who claim at once exactly one gets each row") { store in
            for number in 1...5 { try await store.fill(order(number), "a", "b") }
            let claimed = try await inParallel(100) { try await store.claim(as: UInt64($0), at: 0) }.flatMap(\.self)
            try expect(claimed.count, is: 5, "one of each entity")
            try expect(Set(claimed.map(\.number)).count, is: 5, "and none twice")
        },
    ]

    private static let outboxEndCases: [ConformanceCase] = [
        .outbox("machines 180: a row is done once, and can be given back, with an error to be tried again or without") {
            store in
            try await store.fill(order(1), "a")
            let first = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(try await store.release(first), is: true, "it is given back")
            try expect(try await store.entry(withKey: first.idempotencyKey)?.attempts, is: 0, "which was no attempt")
            let second = try require(try await store.claim(at: 1).first, "it is claimed again")
            try expect(try await store.fail(second, error: "no answer", retryAt: .second(5)), is: true, "it failed")
            let waiting = try await store.entry(withKey: first.idempotencyKey)
            try expect(waiting?.lastError, is: "no answer", "its error is kept")
            try expect(waiting?.due, is: .second(5), "with the time of the retry")
            let third = try require(try await store.claim(at: 5).first, "it is tried again")
            try expect(third.attempts, is: 2, "for the second time")
            try expect(try await store.complete(third, at: .second(6)), is: true, "it is done")
            for change: @Sendable () async throws -> Bool in [
                { try await store.complete(third, at: .second(7)) }, { try await store.release(third) },
                { try await store.fail(third, error: "late", retryAt: .second(7)) },
                { try await store.deadLetter(third, reason: "late", at: .second(7)) },
                { try await store.complete(waiting ?? third, at: .second(7)) },
            ] { try expect(try await change(), is: false, "nothing more can be done about it") }
            let done = try await store.entry(withKey: first.idempotencyKey)
            try expect(done?.completed, is: .second(6), "it says when it was done")
            try expect(done?.claim, is: nil, "and is nobody's")
        },
        .outbox(
            "machines 182: what waits is listed by entity and in all, page after page; what is done can be forgotten"
        ) {
            store in
            try await store.fill(order(1), "a", "b")
            try await store.fill(order(2), "x")
            try await store.fill(order(1), "c")
            let first = try require(try await store.claim(limit: 1, at: 0).first, "one is claimed")
            try await store.complete(first, at: .second(3))
            try expect(try await store.waiting(of: order(1), limit: 9).map(\.text), is: ["b", "c"], "of one entity")
            try expect(try await store.waiting(of: order(1), limit: 1).map(\.text), is: ["b"], "as many as asked for")
            try expect(try await store.waiting(of: order(3), limit: 9), is: [], "none of a third")
            let all = try await store.entries(after: 0, limit: 9)
            try expect(all.map(\.text), is: ["a", "b", "x", "c"], "all")
            try expect(all.map { $0.completed != nil }, is: [true, false, false, false], "one is done, three wait")
            try expect(try await store.entries(after: 2, limit: 1).map(\.text), is: ["x"], "one behind #2")
            try expect(try await store.forgetCompleted(before: .second(3)), is: 0, "none was done before")
            try expect(try await store.forgetCompleted(before: .second(4)), is: 1, "one was")
            try expect(try await store.entries(after: 0, limit: 9).map(\.text), is: ["b", "x", "c"], "the rest stays")
            try expect(try await store.claim(at: 5).map(\.text), is: ["b", "x"], "and leaves")
        },
        .outbox("a number is never used again, and who ends a row late ends no other") { store in
            try await store.fill(order(1), "a")
            let old = try require(try await store.claim(at: 0).first, "it is claimed")
            try await store.complete(old, at: .second(1))
            try expect(try await store.forgetCompleted(before: .second(2)), is: 1, "it is forgotten")
            try await store.fill(order(1), "b")
            let given = try require(try await store.claim(at: 0).first, "the next one is claimed")
            try expect(given.number, is: 2, "under a number of its own")
            var late = given
            late.idempotencyKey = old.idempotencyKey
            for entry in [old, late] {
                try expect(try await store.complete(entry, at: .second(3)), is: false, "what is over ends nothing")
                try expect(try await store.release(entry), is: false, "in any way")
                try expect(try await store.fail(entry, error: "late", retryAt: .second(9)), is: false, "in any way")
                try expect(
                    try await store.deadLetter(entry, reason: "late", at: .second(9)), is: false, "in any way")
            }
            try expect(
                try await store.deadLetter(given, reason: "nobody there", at: .second(3)), is: true, "it is given up")
            let letter = try require(try await store.deadLetters(after: nil, limit: 9).first, "it is a dead letter")
            try expect(try await store.replay(letter, at: .second(4)), is: true, "and handled once more")
            let again = try require(try await store.claim(at: 4).first, "it is claimed again")
            try expect(again.number, is: 3, "under a third number")
            try await store.deadLetter(again, reason: "nobody there", at: .second(5))
            try expect(try await store.deadLetters(after: nil, limit: 9).map(\.number), is: [2], "so with dead letters")
        },
        .outbox("an error or a reason of a row that nobody could read again is refused") { store in
            try await store.fill(order(1), "a")
            let entry = try require(try await store.claim(at: 0).first, "it is claimed")
            for work: @Sendable () async throws -> Void in [
                { try await store.fail(entry, error: .tooLong, retryAt: .second(1)) },
                { try await store.deadLetter(entry, reason: .tooLong, at: .second(1)) },
            ] {
                let error = try await expectError(StoreError.self, "it is refused") { try await work() }
                try expect(error.reason, is: .invalid, "because of its length")
            }
            try expect(try await store.entry(withKey: entry.idempotencyKey), is: entry, "the row is as it was")
            try expect(try await store.complete(entry, at: .second(2)), is: true, "and its claim is held")
        },
    ]
}

extension String {
    /// One byte more than a store keeps of an error or a reason.
    static let tooLong = String(repeating: "x", count: 1 << 20 + 1)
}

extension OutboxEntry {
    /// The payload as text.
    var text: String { String(decoding: payload, as: UTF8.self) }
}

extension EventStore {
    /// Appends one event, and rows of the outbox with it whose payloads are these texts.
    func fill(_ id: PersistenceID, _ texts: String..., key: String? = nil, at second: Int64 = 0) async throws {
        try await fill(
            id, texts.map { NewOutboxEntry(to: "mail", payload: Array($0.utf8), idempotencyKey: key) }, at: second)
    }

    /// Appends one event, and rows of the outbox with it.
    func fill(_ id: PersistenceID, _ entries: [NewOutboxEntry], at second: Int64 = 0) async throws {
        _ = try await append(
            [.fixture("event", at: .second(second))], to: id, expecting: .any, by: .first, epoch: nil,
            with: Companions(outbox: entries))
    }
}

extension OutboxStore {
    /// Claims what is due at a moment.
    func claim(
        limit: Int = 10, for seconds: Int64 = 30, as claimer: UInt64 = 1, at second: Int64
    ) async throws -> [OutboxEntry] {
        try await claim(limit: limit, for: .seconds(seconds), as: .number(claimer), at: .second(second))
    }

    /// Lets everything leave that is due.
    func deliverAll(at second: Int64) async throws {
        for entry in try await claim(limit: 100, at: second) { try await complete(entry, at: .second(second)) }
    }
}
