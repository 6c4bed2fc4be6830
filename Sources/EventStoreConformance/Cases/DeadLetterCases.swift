import Actors
import EventSourcing

extension EventStoreConformance {
    static let deadLetterCases: [ConformanceCase] = [
        .outbox("machines 180: a row that is given up is a dead letter with all that it was, and the next one leaves") {
            store in
            try await store.fill(order(1), "a", "b")
            let entry = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(
                try await store.deadLetter(entry, reason: "nobody there", at: .second(3)), is: true, "it is given up")
            try expect(
                try await store.deadLetter(entry, reason: "nobody there", at: .second(3)), is: false, "once")
            let expected = StoredDeadLetter(
                number: 1, source: .outbox(key: entry.idempotencyKey), recipient: "mail", persistenceID: try order(1),
                sequenceNumber: 1, reason: "nobody there", attempts: 1, payload: Array("a".utf8), time: .second(3))
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [expected], "it is listed")
            try expect(try await store.entry(withKey: entry.idempotencyKey), is: nil, "and in the outbox no more")
            try expect(try await store.claim(at: 3).map(\.text), is: ["b"], "what waited behind it leaves")
        },
        .outbox("a dead letter of the outbox is replayed once, without its attempts, behind what waits, under its key")
        {
            store in
            try await store.fill(order(1), "a", "b")
            let entry = try require(try await store.claim(at: 0).first, "it is claimed")
            try await store.deadLetter(entry, reason: "nobody there", at: .second(3))
            let letter = try require(try await store.deadLetters(after: nil, limit: 9).first, "it is listed")
            try expect(try await store.replay(letter, at: .second(9)), is: true, "it is replayed")
            try expect(try await store.replay(letter, at: .second(9)), is: false, "once")
            try expect(try await store.dismiss(letter, at: .second(9)), is: false, "nothing is left to dismiss")
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [], "it is listed no more")
            try expect(try await store.waiting(of: order(1), limit: 9).map(\.text), is: ["b", "a"], "it comes last")
            try await store.deliverAll(at: 9)
            let again = try require(try await store.claim(at: 9).first, "it leaves")
            try expect(again.idempotencyKey, is: entry.idempotencyKey, "under its key")
            try expect(again.attempts, is: 1, "for the first time")
            try expect(again.created, is: .second(9), "as new as its replay")
        },
        .outbox("dead letters are listed by time and number, page after page, and can be dismissed") { store in
            for (number, second) in [(1, 5), (2, 3), (3, 5), (4, 9)] as [(Int, Int64)] {
                try await store.fill(order(number), "\(number)")
                let entry = try require(try await store.claim(at: 9).first, "it is claimed")
                try await store.deadLetter(entry, reason: "nobody there", at: .second(second))
            }
            func page(_ last: StoredDeadLetter?) async throws -> [StoredDeadLetter] {
                try await store.deadLetters(after: last, limit: 2)
            }
            let first = try await page(nil)
            try expect(first.map(\.number), is: [2, 1], "the earliest first")
            try expect(try await page(first.last).map(\.number), is: [3, 4], "then the rest")
            let letter = try require(first.first, "there is one")
            try expect(try await store.dismiss(letter, at: .second(10)), is: true, "it is dismissed")
            try expect(try await store.dismiss(letter, at: .second(10)), is: false, "once")
            try expect(try await store.replay(letter, at: .second(10)), is: false, "and not replayed then")
            try expect(try await page(nil).map(\.number), is: [1, 3], "it is listed no more")
            try expect(try await page(letter).map(\.number), is: [1, 3], "and can still be gone on behind")
        },
        .outbox("a key or a name that begins with a mark, or has a colon in it, is given back in full") { store in
            for (number, key) in ["\u{301}a", "a:b", ":", "\u{0}:"].enumerated() {
                try await store.fill(order(number), "\(number)", key: key)
                let entry = try require(try await store.claim(at: 0).first, "it is claimed")
                try await store.deadLetter(entry, reason: "nobody there", at: .second(3))
                let letter = try require(try await store.deadLetters(after: nil, limit: 9).first, "it is listed")
                var found: String?
                if case .outbox(let key) = letter.source { found = key }
                try expect(found.map { Array($0.utf8) }, is: Array(key.utf8), "its key is whole")
                try expect(try await store.replay(letter, at: .second(4)), is: true, "it can be replayed")
                try await store.deliverAll(at: 4)
            }
        },
        .outbox("a replay under a key that is there again is done with, and nothing leaves twice") { store in
            try await store.fill(order(1), "a", key: "once")
            let entry = try require(try await store.claim(at: 0).first, "it is claimed")
            try await store.deadLetter(entry, reason: "nobody there", at: .second(3))
            try await store.fill(order(1), "b", key: "once")
            let letter = try require(try await store.deadLetters(after: nil, limit: 9).first, "it is listed")
            try expect(try await store.replay(letter, at: .second(9)), is: false, "there is nothing to handle again")
            try expect(try await store.entries(after: 0, limit: 9).map(\.text), is: ["b"], "the newer one stands")
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [], "and the letter is done with")
        },
    ]

    /// The cases for a store of timers that become dead letters.
    static let timerLetterCases: [ConformanceCase] = [
        .timers("machines 119: a timer that is given up is a dead letter and fires no more, until it is replayed") {
            store in
            try await store.arm(
                NewTimer("pay", deadline: .second(0), payload: Array("7".utf8), generation: 4), of: order(1))
            let timer = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(
                try await store.deadLetter(timer, reason: "no row for it", at: .second(3)), is: true, "it is given up")
            try expect(
                try await store.deadLetter(timer, reason: "no row for it", at: .second(3)), is: false, "once")
            try expect(try await store.timer("pay", of: order(1)), is: nil, "it is not armed")
            try expect(try await store.claim(at: 99).isEmpty, "and never claimed")
            let expected = StoredDeadLetter(
                number: 1, source: .timer(name: "pay"), recipient: "Order|order-1", persistenceID: try order(1),
                sequenceNumber: 4, reason: "no row for it", attempts: 1, payload: Array("7".utf8), time: .second(3))
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [expected], "it is listed")
            try expect(try await store.replay(expected, at: .second(50)), is: true, "it is replayed")
            try expect(try await store.replay(expected, at: .second(50)), is: false, "once")
            let again = try await store.claim(at: 50).first
            try expect(again?.generation, is: 4, "with its generation")
            try expect(again?.payload, is: Array("7".utf8), "and what it carries")
            try expect(again?.attempts, is: 1, "for the first time")
        },
        .timers("a dead letter of a timer whose name has had a later generation is stale, and can be dismissed") {
            store in
            try await store.arm(.named("pay", at: 0, generation: 4), of: order(1))
            let timer = try require(try await store.claim(at: 0).first, "it is claimed")
            try await store.deadLetter(timer, reason: "no row for it", at: .second(3))
            try await store.arm(.named("pay", at: 9, generation: 5), of: order(1))
            let letter = try require(try await store.deadLetters(after: nil, limit: 9).first, "it is listed")
            try expect(try await store.replay(letter, at: .second(4)), is: false, "it is stale")
            try expect(try await store.timer("pay", of: order(1))?.generation, is: 5, "the newer one stays")
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [letter], "it is listed as before")
            try expect(try await store.dismiss(letter, at: .second(4)), is: true, "it is dismissed")
            try expect(try await store.deadLetters(after: nil, limit: 9), is: [], "and gone")
        },
    ]
}
