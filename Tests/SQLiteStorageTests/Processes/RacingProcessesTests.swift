import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Two processes that want the same", .serialized)
struct RacingProcessesTests {
    /// What a process said that it got.
    private struct Outcome {
        var refused = 0
        var numbers: [String: [Int64]] = [:]
        var claims: [String: [Int64]] = [:]
        var leases: [Int64] = []
        var strange: [String] = []

        mutating func add(_ answer: String) throws {
            let words = answer.split(separator: " ").map(String.init)
            try #require(words.count > 1 && words[0] == "raced", "\(answer)")
            refused += try #require(Int(words[1]))
            for word in words.dropFirst(2) {
                let parts = word.split(separator: ":").map(String.init)
                switch (parts[0], parts.last.flatMap { Int64($0) }) {
                case ("e", let number?): numbers[parts[1], default: []].append(number)
                case ("c", let number?): claims[parts[1], default: []].append(number)
                case ("l", let number?): leases.append(number)
                default: strange.append(word)
                }
            }
        }
    }

    @Test("each number, each claim and each lease is given to one of them, no append is lost, and fencing numbers rise")
    func race() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try SQLiteStore.create(folder.file())
        try await store.subscribe(
            (0..<4).map { NewSubscription(try PersistenceID("Audit", "\($0)"), workMark: 9) }, of: "race")
        store.close()
        let processes = [try ProbeProcess(on: folder.file()), try ProbeProcess(on: folder.file())]
        // Both have opened it by then.
        for process in processes { try #require(try process.ask("pause nowhere") == "pausing") }
        var outcomes = [Outcome(), Outcome()]
        // A busy machine may let one of them end before the other begins.
        for round in 1...50 where round == 1 || outcomes.allSatisfy({ $0.refused == 0 }) {
            for process in processes { try process.tell("race 1500") }
            for (number, process) in processes.enumerated() { try outcomes[number].add(process.answer(to: "race")) }
        }
        #expect(outcomes.allSatisfy { $0.strange.isEmpty }, "\(outcomes.map { $0.strange.prefix(3) })")
        #expect(outcomes.contains { $0.refused > 0 }, "they were in each other's way")

        let reader = try SQLiteReader(folder.file())
        for stream in ["Race|0", "Race|1", "Race|2", "Race|leased"] {
            let given = outcomes.flatMap { $0.numbers[stream] ?? [] }
            let head = try #require(try reader.head(of: .named(stream)))
            #expect(given.sorted() == Array(1...head.sequenceNumber), "\(stream)")
            #expect(try reader.numbers(stream).keys.sorted() == given.sorted(), "\(stream)")
        }
        for target in Set(outcomes.flatMap(\.claims.keys)) {
            let given = outcomes.map { $0.claims[target] ?? [] }
            #expect(given.allSatisfy { $0 == $0.sorted() }, "\(target)")
            let all = given.flatMap(\.self)
            #expect(Set(all).count == all.count && all.max() == Int64(all.count), "\(target)")
        }
        let leases = outcomes.flatMap(\.leases)
        for outcome in outcomes {
            #expect(outcome.leases == outcome.leases.sorted())
            #expect(
                !outcome.leases.isEmpty,
                "each of them had it, beside \(leases.count) in all and \(outcome.refused) refusals")
        }
        #expect(leases.sorted() == Array(1...Int64(leases.count)))
        let given = outcomes.flatMap { outcome in
            outcome.numbers.flatMap { stream, numbers in numbers.map { "e \(stream) \($0)" } }
                + outcome.claims.flatMap { target, numbers in numbers.map { "c \(target) \($0)" } }
                + outcome.leases.map { "l \($0)" }
        }
        print(
            "figures: two processes that race: \(given.count) appends, claims and leases, refused"
                + " \(outcomes.map(\.refused).reduce(0, +)), given twice \(given.count - Set(given).count)")
    }

    @Test("what waits for a process that holds the file longer than the limit is told so, with the file's name")
    func held() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        let process = try ProbeProcess(on: folder.file())
        let store = try SQLiteStore.open(
            folder.file(), options: SQLiteStoreOptions(busyTimeout: .milliseconds(50)))
        try #require(try process.ask("hold") == "holding")
        let error = await #expect(throws: StoreError.self) { try await store.append("a", to: "Order|1") }
        #expect(error?.reason == .busy)
        #expect(error?.file == folder.file())
        #expect(error?.description.contains("store.db") == true)
        #expect(try await store.head(of: .named("Order|1")) == nil, "reading does not wait")
        try #require(try process.ask("let go") == "let go")
        #expect(try await store.append("a", to: "Order|1").sequenceNumbers == 1..<2)
        store.close()
    }
}
