import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Power that is cut")
struct PowerCutTests {
    /// What was acknowledged of each stream, the last number of it.
    private typealias Acknowledged = [String: Int64]

    @Test(
        "what was acknowledged with FULL is there whatever was not synced; with NORMAL whole batches are",
        arguments: [Durability.full, .normal])
    func cut(_ durability: Durability) async throws {
        var random = SeededRandom.announced()
        let folder = try TemporaryFolder.inMemory()
        let before = folder.file("before.db")
        try await StoreWork.makeStore(at: before)
        var (cuts, acknowledged, found) = (0, 0, 0)
        for round in 0..<120 {
            let (path, files) = (folder.file("running.db"), FaultyFiles())
            for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
            try FileManager.default.copyItem(atPath: before, toPath: path)
            var options = FaultTests.options(files)
            options.durability = durability
            // Half of the rounds also empty the log into the file behind the writer.
            options.checkpointsInBackground = round.isMultiple(of: 2)
            let store = try SQLiteStore.open(path, options: options)
            files.fail(nil, number: Int.random(in: 1...400, using: &random), with: .powerCut)
            let told = await Self.write(to: store)
            store.close()
            let after = try TemporaryFolder.inMemory()
            try files.disk(into: after, random: &random)
            let comment = Comment(rawValue: "round \(round)")
            let again = after.file("running.db")
            try SQLiteStore.open(again).close()
            try FaultTests.expectSound(again, comment)
            let reader = try SQLiteReader(again)
            for (id, number) in told {
                let head = try reader.head(of: .named(id))?.sequenceNumber ?? 0
                #expect(head.isMultiple(of: 2), comment)
                if durability == .full { #expect(head >= number, comment) }
                acknowledged += Int(number)
                found += Int(min(head, number))
            }
            cuts += 1
        }
        if durability == .full { #expect(found == acknowledged) }
        print(
            "figures: power cuts, \(durability): \(cuts), acknowledged \(acknowledged), found again \(found)"
                + (durability == .full ? ", lost \(acknowledged - found)" : ", no half batch"))
    }

    @Test(
        "at every point of every change: all of it or nothing, and all of it where it was acknowledged",
        arguments: StoreWork.all)
    func cut(_ work: StoreWork) async throws {
        var random = SeededRandom.announced()
        let folder = try TemporaryFolder.inMemory()
        let (before, after) = (folder.file("before.db"), folder.file("after.db"))
        try await StoreWork.makeStore(at: before)
        try FileManager.default.copyItem(atPath: before, toPath: after)
        try await FaultTests.change(after, by: work)
        let states = (before: try WholeStore.dump(before), after: try WholeStore.dump(after))
        var (points, acknowledged, lost) = (0, 0, 0)
        for number in 1... {
            let (own, files) = (try TemporaryFolder.inMemory(), FaultyFiles())
            try FileManager.default.copyItem(atPath: before, toPath: own.file())
            let store = try SQLiteStore.open(own.file(), options: FaultTests.options(files))
            files.fail(nil, number: number, with: .powerCut)
            let isDone = (try? await work.run(store)) != nil
            store.close()
            // Without a failure the work was over before the power would have gone.
            let isCut = files.heal() > 0
            let disk = try TemporaryFolder.inMemory()
            try files.disk(into: disk, random: &random)
            try SQLiteStore.open(disk.file()).close()
            let found = try WholeStore.dump(disk.file())
            let isKept = found == states.after || !isDone && found == states.before
            #expect(isKept, "point \(number), done \(isDone)")
            try FaultTests.expectSound(disk.file(), "point \(number)")
            if !isKept { lost += 1 }
            if !isCut { break }
            points += 1
            if isDone { acknowledged += 1 }
        }
        #expect(points > 3)
        print(
            "figures: power cuts in '\(work.testDescription)': \(points) points, \(acknowledged) acknowledged before,"
                + " \(lost) lost")
    }

    /// Four write batches of two until nothing works any more; answers what each was told last.
    private static func write(to store: SQLiteStore) async -> Acknowledged {
        await withTaskGroup(of: (String, Int64).self) { group in
            for stream in 0..<4 {
                group.addTask {
                    var last: Int64 = 0
                    // An end also where the fault is so late that it never strikes.
                    while last < 200, let receipt = try? await store.append("a", "b", to: "Cut|\(stream)") {
                        last = receipt.sequenceNumbers.upperBound - 1
                    }
                    return ("Cut|\(stream)", last)
                }
            }
            var told: Acknowledged = [:]
            for await (id, last) in group where last > 0 { told[id] = last }
            return told
        }
    }
}
