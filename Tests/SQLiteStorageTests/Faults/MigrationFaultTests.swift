import CSQLite
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A store of an earlier layout, where files fail while it is migrated and while its copy is kept")
struct MigrationFaultTests {
    /// What a file of one layout holds, and how it is laid out.
    private struct Content: Hashable {
        var version: Int64?
        var schema: [String]
        var rows: [String]

        init(_ path: String) throws {
            version = try MigrationTests.version(of: path)
            schema = try MigrationTests.schema(of: path)
            rows = try MigrationTests.rows(of: path)
        }
    }

    /// A file as it was, and as it is when all goes well.
    private struct Ends {
        let old: Content
        let new: Content

        init() throws {
            let folder = try TemporaryFolder.inMemory()
            let path = try MigrationTests.fixture(1, in: folder)
            old = try Content(path)
            try SQLiteStore.open(path, options: MigrationTests.migrating).close()
            new = try Content(path)
        }

        /// Answers whether a file is one of the two, after whoever opens it first has put in order what was left.
        func expectOne(_ path: String, _ comment: Comment) throws -> Bool {
            _ = try Connection(path, .writing).integer("PRAGMA user_version")
            let found = try Content(path)
            #expect(found == old || found == new, comment)
            return found == old
        }

        /// Fails where a copy has its name and is not what the file was; answers how many there are.
        func expectWholeCopies(_ folder: TemporaryFolder, _ comment: Comment) throws -> Int {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            let copies = names.filter { $0.contains("-backup") && !$0.contains(".unfinished") }
            for name in copies {
                let copy = try Content(folder.file(name))
                #expect(copy == old, "\(comment): \(name)")
                try SQLiteReader(folder.file(name)).checkPages { finding in
                    Issue.record("\(comment): \(name): \(finding)")
                    return .next
                }
            }
            return copies.count
        }
    }

    private static func options(_ files: FaultyFiles) -> SQLiteStoreOptions {
        var options = FaultTests.options(files)
        options.migration = .afterBackup
        return options
    }

    @Test(
        "it is wholly old or wholly new at every point of every fault, its copy is whole or none, and it is migrated later",
        arguments: FaultTests.Blow.all)
    func strikes(_ blow: FaultTests.Blow) async throws {
        let ends = try Ends()
        var (points, kept, copies, lost) = (0, 0, 0, 0)
        for number in 1... {
            let (own, files) = (try TemporaryFolder.inMemory(), FaultyFiles())
            let path = try MigrationTests.fixture(1, in: own)
            files.fail(blow.operation, number: number, with: blow.fault, isLasting: blow.isLasting)
            do {
                try SQLiteStore.open(path, options: Self.options(files)).close()
            } catch {
                let error = try #require(error as? StoreError)
                let reasons: [StoreError.Reason] = [.full, .inputOutput]
                #expect(reasons.contains(error.reason), "\(blow.testDescription), point \(number): \(error)")
                #expect(error.file?.hasPrefix(path) == true, "\(blow.testDescription), point \(number): \(error)")
            }
            if files.heal() == 0 { break }
            points += 1
            let place = Comment(rawValue: "\(blow.testDescription), point \(number)")
            copies += try ends.expectWholeCopies(own, place)
            if try ends.expectOne(path, place) { kept += 1 }
            try SQLiteStore.open(path, options: MigrationTests.migrating).close()
            let isKept = try Content(path) == ends.new
            #expect(isKept, place)
            if !isKept { lost += 1 }
            #expect(try ends.expectWholeCopies(own, place) > 0, place)
            let names = try FileManager.default.contentsOfDirectory(atPath: own.path)
            #expect(!names.contains { $0.contains(".unfinished") }, place)
        }
        // Nothing is made shorter on the way.
        #expect(points > 3 || blow.operation == .truncate)
        print(
            "figures: faults in a migration, \(blow.testDescription): \(points) points, \(kept) of them left version 1,"
                + " \(copies) had a copy, \(lost) lost")
    }

    @Test(
        "it is wholly old or wholly new wherever the power is cut, its copy is whole or none, and it is migrated later")
    func powerCuts() async throws {
        var random = SeededRandom.announced()
        let ends = try Ends()
        var (points, kept, copies, lost) = (0, 0, 0, 0)
        for number in 1... {
            let (own, files) = (try TemporaryFolder.inMemory(), FaultyFiles())
            let path = try MigrationTests.fixture(1, in: own)
            files.fail(nil, number: number, with: .powerCut)
            try? SQLiteStore.open(path, options: Self.options(files)).close()
            if files.heal() == 0 { break }
            points += 1
            let place = Comment(rawValue: "point \(number)")
            // A copy has its name only when all of it was synced.
            copies += try ends.expectWholeCopies(own, place)
            let disk = try TemporaryFolder.inMemory()
            try files.disk(into: disk, random: &random)
            // It is as it was where the power went before the file was opened.
            let after = disk.file((path as NSString).lastPathComponent)
            guard FileManager.default.fileExists(atPath: after) else { continue }
            if try ends.expectOne(after, place) { kept += 1 }
            try SQLiteStore.open(after, options: MigrationTests.migrating).close()
            let isKept = try Content(after) == ends.new
            #expect(isKept, place)
            if !isKept { lost += 1 }
        }
        #expect(points > 100)
        #expect(copies > 0)
        print(
            "figures: power cuts in a migration: \(points) points, \(kept) of them left version 1, \(copies) had a copy,"
                + " \(lost) lost")
    }
}
