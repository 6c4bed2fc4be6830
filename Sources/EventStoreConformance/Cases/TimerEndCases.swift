import Actors
import EventSourcing

extension EventStoreConformance {
    static let timerEndCases: [ConformanceCase] = [
        .timers("machines 93, 116: a timer is completed by its generation alone, and a newer one stays") { store in
            let id = try order(1)
            try await store.arm(.named("pay", at: 0, generation: 1), of: id)
            try expect(
                try await store.complete("ship", of: id, generation: 1), is: false, "another name's is not there")
            try expect(try await store.complete("pay", of: id, generation: 2), is: false, "nor is a later generation")
            try expect(try await store.timer("pay", of: id)?.generation, is: 1, "it stays")
            let claimed = try await store.claim(at: 0)
            try await store.arm(.named("pay", at: 9, generation: 2), of: id)
            try expect(
                try await store.complete("pay", of: id, generation: 1), is: false, "the claimed one was replaced")
            let expected = StoredTimer(persistenceID: id, name: "pay", generation: 2, deadline: .second(9))
            try expect(
                try await store.timer("pay", of: id), is: expected, "the newer one stays, unclaimed and not tried")
            for timer in claimed {
                try expect(try await store.release(timer), is: false, "the old claim has no hold on it")
                try expect(
                    try await store.fail(timer, error: "late", retryAt: .second(1)), is: false, "in no way at all")
            }
            try expect(try await store.complete("pay", of: id, generation: 2), is: true, "it is completed")
            try expect(try await store.complete("pay", of: id, generation: 2), is: false, "once")
            try expect(try await store.timer("pay", of: id), is: nil, "it is gone")
            try expect(try await store.timers(of: id), is: [], "from the list too")
            try expect(try await store.nextDeadline(), is: nil, "nothing is due")
            try expect(try await store.claim(at: 99), is: [], "nothing is claimed")
        },
        .timers("machines 94: a timer that is given back is claimed by another, and was not tried") { store in
            try await store.arm(.named("pay", at: 0), of: order(1))
            let first = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(try await store.release(first), is: true, "it is given back")
            try expect(try await store.release(first), is: false, "once")
            let free = try await store.timer("pay", of: order(1))
            try expect(free?.claim, is: nil, "its claim is cleared")
            try expect(free?.attempts, is: 0, "the attempt does not count")
            try expect(try await store.nextDeadline(), is: .second(0), "it is due")
            let second = try await store.claim(as: 2, at: 1)
            try expect(second.map { $0.claim?.claimer }, is: [.number(2)], "the other has it")
            try expect(try await store.release(first), is: false, "the first can't give that back")
        },
        .timers("machines 106: a timer that could not be handled is there, unclaimed, with the attempt and its error") {
            store in
            try await store.arm(.named("pay", at: 0), of: order(1))
            let first = try require(try await store.claim(at: 0).first, "it is claimed")
            try expect(
                try await store.fail(first, error: "no answer", retryAt: .second(50)), is: true, "it is given back")
            try expect(
                try await store.fail(first, error: "again", retryAt: .second(1)), is: false, "once")
            let expected = StoredTimer(
                persistenceID: try order(1), name: "pay", generation: 0, deadline: .second(0), attempts: 1,
                lastError: "no answer", retryAt: .second(50))
            try expect(try await store.timer("pay", of: order(1)), is: expected, "with its old deadline")
            try expect(try await store.claim(at: 49), is: [], "it waits until it is tried again")
            try expect(try await store.nextDeadline(), is: .second(50), "which comes next")
            let second = try await store.claim(at: 50).first
            try expect(second?.attempts, is: 2, "that is the second attempt")
            try expect(second?.lastError, is: "no answer", "which knows how the first one failed")
            try expect(second?.retryAt, is: nil, "and waits no more")
        },
        .timers("a claimer whose claim ran out gives back nothing that it, or another, claimed since") { store in
            try await store.arm(.named("pay", at: 0), of: order(1))
            let first = try require(try await store.claim(for: 10, at: 0).first, "it is claimed")
            let second = try require(try await store.claim(for: 10, at: 10).first, "it is claimed again by the same")
            try expect(try await store.release(first), is: false, "the first claim is over")
            try expect(try await store.fail(first, error: "late", retryAt: .second(11)), is: false, "in every way")
            try expect(try await store.timer("pay", of: order(1)), is: second, "the second one holds")
            try expect(try await store.release(second), is: true, "and can be given back")
        },
        .timers("a timer that is cancelled is gone, also while it is claimed") { store in
            try expect(try await store.cancel("pay", of: order(1)), is: false, "none is there to be cancelled")
            try await store.arm(.named("pay", at: 0), of: order(1))
            try await store.arm(.named("pay", at: 0), of: order(2))
            let claimed = try require(try await store.claim(limit: 1, at: 0).first, "the first is claimed")
            for id in [try order(1), try order(2)] {
                try expect(try await store.cancel("pay", of: id), is: true, "it was armed")
                try expect(try await store.cancel("pay", of: id), is: false, "it is not any more")
                try expect(try await store.timer("pay", of: id), is: nil, "it is not read any more")
            }
            try expect(try await store.complete("pay", of: order(1), generation: 0), is: false, "nor completed")
            try expect(try await store.release(claimed), is: false, "nor given back")
            try expect(try await store.nextDeadline(), is: nil, "and nothing is due")
            try expect(try await store.claim(at: 99), is: [], "ever")
        },
    ]

    static let timerRaceCases: [ConformanceCase] = [
        .timers("machines 97, 105: of a hundred who claim at once exactly one gets each timer") { store in
            for number in 1...5 { try await store.arm(.named("pay", at: 0), of: order(number)) }
            let claimed = try await inParallel(100) { try await store.claim(as: UInt64($0), at: 0) }.flatMap(\.self)
            try expect(claimed.count, is: 5, "each of the five was given to one")
            try expect(Set(claimed.map(\.persistenceID)).count, is: 5, "and none to two")
        },
        .timers("machines 98: of fifty who arm one timer at once exactly one does, and there is one row") { store in
            let armed = try await inParallel(50) { try await store.arm(.named("pay", at: Int64($0)), of: order(1)) }
            try expect(armed.filter { $0 }.count, is: 1, "one armed it")
            try expect(try await store.timers(of: order(1)).count, is: 1, "one row is there")
        },
        .timers("machines 99: a timer that is cancelled while it is claimed is gone in the end") { store in
            for number in 1...20 { try await store.arm(.named("pay", at: 0), of: order(number)) }
            _ = try await inParallel(40) { number in
                if number < 20 {
                    try await store.cancel("pay", of: order(number + 1))
                } else {
                    try await store.claim(limit: 1, as: UInt64(number), at: 0).isEmpty
                }
            }
            try expect(try await store.claim(at: 99), is: [], "no row is left, claimed or not")
        },
        .timers("machines 100, 101: timers that are armed and completed while others are claimed are all kept right") {
            store in
            for number in 1...20 { try await store.arm(.named("old", at: 0), of: order(number)) }
            _ = try await inParallel(30) { number in
                switch number {
                case 0..<20: try await store.arm(.named("new", at: 1_000), of: order(number + 1))
                case 20..<25: try await store.claim(limit: 5, as: UInt64(number), at: 0).isEmpty
                default:
                    try await store.complete("old", of: order(number - 24), generation: 0)
                }
            }
            var (old, new) = (0, 0)
            for number in 1...20 {
                let names = try await store.timers(of: order(number)).map(\.name)
                old += names.count { $0 == "old" }
                new += names.count { $0 == "new" }
            }
            try expect(new, is: 20, "every new one is there")
            try expect(old, is: 15, "what was completed is gone, and nothing else")
        },
    ]
}

/// Does something so many times at once, and answers all of it.
func inParallel<Answer: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Answer
) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: Answer.self) { group in
        for number in 0..<count { group.addTask { try await body(number) } }
        var answers: [Answer] = []
        for try await answer in group { answers.append(answer) }
        return answers
    }
}
