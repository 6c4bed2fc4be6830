import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Files that fail")
struct FaultTests {
    /// A fault that strikes an operation, once or from then on.
    struct Blow: Sendable, CustomTestStringConvertible {
        let operation: FaultyFiles.Operation
        let fault: FaultyFiles.Fault
        let isLasting: Bool

        var testDescription: String { "\(operation): \(fault)\(isLasting ? ", from then on" : "")" }

        static let all: [Blow] = FaultyFiles.Operation.allCases.flatMap { operation in
            let faults: [FaultyFiles.Fault] = operation == .write ? [.failure, .full, .half] : [.failure]
            return faults.flatMap { fault in
                [false, true].map { Blow(operation: operation, fault: fault, isLasting: $0) }
            }
        }
    }

    @Test(
        "at every point of every change: a typed error or an answer, all of it or nothing, and work goes on",
        arguments: StoreWork.all)
    func strikes(_ work: StoreWork) async throws {
        let folder = try TemporaryFolder.inMemory()
        let (before, after) = (folder.file("before.db"), folder.file("after.db"))
        try await StoreWork.makeStore(at: before)
        try FileManager.default.copyItem(atPath: before, toPath: after)
        try await Self.change(after, by: work)
        let states = (before: try WholeStore.dump(before), after: try WholeStore.dump(after))
        #expect(states.before != states.after)
        var (points, acknowledged, refused, lost) = (0, 0, 0, 0)
        for blow in Blow.all {
            for number in 1... {
                let (path, files) = (folder.file("faulty.db"), FaultyFiles())
                for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
                try FileManager.default.copyItem(atPath: before, toPath: path)
                let store = try SQLiteStore.open(path, options: Self.options(files))
                files.fail(blow.operation, number: number, with: blow.fault, isLasting: blow.isLasting)
                var isDone = false
                do {
                    try await work.run(store)
                    isDone = true
                } catch {
                    let error = try #require(error as? StoreError)
                    let reasons: [StoreError.Reason] = [.full, .inputOutput, .outcomeUnknown]
                    #expect(reasons.contains(error.reason), "\(blow.testDescription), point \(number): \(error)")
                }
                // What closing writes can fail too; nobody is told, for nothing is lost by it.
                store.close()
                let strikes = files.heal()
                let place = Comment(rawValue: "\(blow.testDescription), point \(number), done \(isDone)")
                try SQLiteStore.open(path).close()
                let found = try WholeStore.dump(path)
                let isKept = found == states.after || !isDone && found == states.before
                #expect(isKept, place)
                if !isKept { lost += 1 }
                if strikes == 0 { break }
                // Every row is known, and with it every checksum; pages and indexes agree too.
                let check = try Self.quickCheck(path)
                #expect(check == "ok", place)
                if points.isMultiple(of: 7) {
                    try await SQLiteStore.open(path).append("on", to: "Order|2", expecting: .number(30))
                }
                points += 1
                if isDone { acknowledged += 1 } else { refused += 1 }
            }
        }
        #expect(refused > 0)
        print(
            "figures: faults in '\(work.testDescription)': \(points) points, \(acknowledged) acknowledged and found again,"
                + " \(refused) refused, \(lost) lost")
    }

    @Test("a store goes on by itself once its files work again", arguments: StoreWork.all)
    func goesOn(_ work: StoreWork) async throws {
        let folder = try TemporaryFolder.inMemory()
        let before = folder.file("before.db")
        try await StoreWork.makeStore(at: before)
        for operation in FaultyFiles.Operation.allCases {
            let (path, files) = (folder.file("\(operation).db"), FaultyFiles())
            try FileManager.default.copyItem(atPath: before, toPath: path)
            let store = try SQLiteStore.open(path, options: Self.options(files))
            files.fail(operation, number: 1, with: .failure, isLasting: true)
            let isDone = (try? await work.run(store)) != nil
            files.heal()
            if !isDone { try await work.run(store) }
            store.close()
            try Self.expectSound(path, Comment(rawValue: operation.rawValue))
        }
    }

    @Test("a store that can't be made whole is none, and can be made there later")
    func creation() async throws {
        let folder = try TemporaryFolder.inMemory()
        var (points, made) = (0, 0)
        for (place, blow) in Blow.all.enumerated() {
            for number in 1... {
                let (path, files) = (folder.file("\(place)-\(number).db"), FaultyFiles())
                files.fail(blow.operation, number: number, with: blow.fault, isLasting: blow.isLasting)
                do {
                    try SQLiteStore.create(path, options: Self.options(files)).close()
                } catch {
                    #expect(error is StoreError)
                }
                if files.heal() == 0 { break }
                points += 1
                // What is there is a whole store; where there is none, one can be made.
                let isThere = FileManager.default.fileExists(atPath: path)
                if isThere { made += 1 }
                try (isThere ? SQLiteStore.open(path) : SQLiteStore.create(path)).close()
                try Self.expectSound(path, Comment(rawValue: "\(blow.testDescription), point \(number)"))
            }
        }
        print(
            "figures: faults in 'create': \(points) points, \(made) of them whole stores, the others made again in their place"
        )
    }

    // MARK: -

    static func options(_ files: FaultyFiles) -> SQLiteStoreOptions {
        var options = SQLiteStoreOptions(readers: 1)
        options.fileSystem = files.name
        options.checkpointsInBackground = false
        return options
    }

    private static func quickCheck(_ path: String) throws -> String? {
        let statement = try Statement("PRAGMA quick_check", on: Connection(path, .lookingAlone))
        return try statement.step() ? statement.text(at: 0) : nil
    }

    static func change(_ path: String, by work: StoreWork) async throws {
        let store = try SQLiteStore.open(path)
        try await work.run(store)
        store.close()
    }

    /// Fails where pages, heads or events contradict one another.
    static func expectSound(_ path: String, _ comment: Comment) throws {
        let reader = try SQLiteReader(path)
        try reader.checkPages { finding in
            Issue.record("\(comment): \(finding)")
            return .next
        }
        try reader.checkStreams { finding in
            Issue.record("\(comment): \(finding)")
            return .next
        }
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            let (isIntact, position) = (event.isIntact, event.position)
            #expect(isIntact, "\(comment): position \(position)")
            return .next
        }
    }
}
