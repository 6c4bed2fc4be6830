import Actors
import CSQLite
import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@Suite("Processes that react to the events of one file", .serialized)
struct ReactingProcessesTests {
    /// What a process has written of what it did.
    private struct Record {
        let stream: String
        let number: Int64
        let isEnd: Bool
    }

    private let folder: TemporaryFolder
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder.inMemory()
        store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
    }

    /// Writes so many tallies over so many streams, which take turns.
    private func tally(_ count: Int, over streams: Int) async throws {
        let event = NewEvent(type: "Tallied", payload: Array(#"{"amount":1}"#.utf8), timestamp: .epoch)
        try await store.importHistory(
            (0..<count).map { place in
                ImportedEvent(
                    persistenceID: try PersistenceID("Tally", "\(place % streams)"),
                    sequenceNumber: Int64(place / streams + 1), event: event, writer: .first)
            })
    }

    private func start(_ number: Int, lease: Int = 600_000) throws -> ProbeProcess {
        let process = try ProbeProcess(on: folder.file())
        #expect(try process.ask("react \(lease) \(folder.path)/record-\(number)") == "reacting")
        return process
    }

    private func records(_ number: Int) throws -> [Record] {
        let text = (try? String(contentsOfFile: "\(folder.path)/record-\(number)", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let number = Int64(words[2]) else { return nil }
            return Record(stream: String(words[1]), number: number, isEnd: words[0] == "e")
        }
    }

    /// Stops a process where it stands, and not within a commit: there it would hold the file's lock, and nobody could write.
    private func stop(_ process: ProbeProcess) throws {
        while true {
            try process.stop()
            var connection: OpaquePointer?
            defer { sqlite3_close(connection) }
            try #require(sqlite3_open(folder.file(), &connection) == SQLITE_OK)
            if sqlite3_exec(connection, "BEGIN IMMEDIATE; ROLLBACK", nil, nil, nil) == SQLITE_OK { return }
            process.goOn()
        }
    }

    /// Waits until so many effects are in the file.
    private func effects(atLeast count: Int) async throws {
        var found = 0
        for try await event in store.events(after: 0, fields: []) where event.type == "Noted" {
            found += 1
            if found == count { return }
        }
    }

    /// Each tally has had its effect once, in the order of its stream.
    private func expectOnce(_ count: Int, over streams: Int) async throws {
        for stream in 0..<streams {
            let ledger = try PersistenceID("Ledger", "\(stream)")
            let notes = try await store.load(ledger, from: 1, through: .max, fields: .all, into: [String]()) {
                notes, event in
                notes.append(String(decoding: event.payload, as: UTF8.self))
                return .next
            }
            #expect(notes == (1...count / streams).map { #"{"number":\#($0)}"# }, "stream \(stream)")
        }
        let waiting = try await store.list(
            SubscriptionFilter(isBlocked: true), of: "probe", after: nil, limit: 10)
        #expect(waiting.isEmpty)
    }

    @Test("of several, none handles what another one has in hand, none is skipped, and each effect is there once")
    func several() async throws {
        try await tally(2_000, over: 40)
        let processes = try (0..<3).map { try start($0) }
        try await effects(atLeast: 2_000)
        for process in processes { _ = try process.ask("settle") }
        try await expectOnce(2_000, over: 40)
        var handled: [String: Int] = [:]
        var workers = 0
        for number in 0..<3 {
            let records = try records(number)
            if !records.isEmpty { workers += 1 }
            for record in records where !record.isEnd { handled["\(record.stream) \(record.number)", default: 0] += 1 }
        }
        // Nobody was killed or late, so that nothing was begun twice.
        #expect(handled.count == 2_000 && handled.values.allSatisfy { $0 == 1 })
        #expect(workers >= 2, "more than one of them had something to do")
    }

    @Test(
        "of workers that are killed at any moment nothing is lost, and nothing is in the store twice",
        .timeLimit(.minutes(20)))
    func killed() async throws {
        var random = SeededRandom.announced()
        try await tally(10_000, over: 100)
        var processes = try (0..<2).map { try start($0, lease: 1_000) }
        for kill in 0..<6 {
            try await effects(atLeast: Int.random(in: kill * 1_500...(kill + 1) * 1_500, using: &random))
            let victim = Int.random(in: 0..<2, using: &random)
            _ = processes[victim].end()
            processes[victim] = try start(2 + kill, lease: 1_000)
        }
        try await effects(atLeast: 10_000)
        for process in processes { _ = try process.ask("settle") }
        try await expectOnce(10_000, over: 100)
        // At least once each.
        var begun: Set<String> = []
        for number in 0..<8 {
            for record in try records(number) where !record.isEnd { begun.insert("\(record.stream) \(record.number)") }
        }
        #expect(begun.count == 10_000)
    }

    @Test(
        "a worker that is paused for longer than its lease is followed, and what it writes when it goes on is refused",
        .timeLimit(.minutes(20)))
    func paused() async throws {
        try await tally(2_000, over: 40)
        var random = SeededRandom.announced()
        let processes = try (0..<2).map { try start($0, lease: 1_000) }
        for pause in 0..<3 {
            try await effects(atLeast: Int.random(in: pause * 500...pause * 500 + 300, using: &random))
            let sleeper = pause % 2
            try stop(processes[sleeper])
            // The other one goes on with what the sleeper had in hand, also with correlating.
            try await effects(atLeast: pause == 2 ? 2_000 : pause * 500 + 600)
            processes[sleeper].goOn()
        }
        for process in processes { _ = try process.ask("settle") }
        try await expectOnce(2_000, over: 40)
    }
}
