import EventSourcing
import TestSupport
import Testing

@testable import Actors
@testable import SQLiteStorage

/// The clock stands still, so that a lane which waited for a time would wait for ever: what goes on here is what comes.
@Suite("Those who come back to the writer's lane while it gathers", .timeLimit(.minutes(20)))
struct GatheringTests {
    /// What one of those who come does in the transaction.
    private enum Work: Hashable, Sendable {
        case write
        case refuse
        case failBehindWriting
    }

    private struct Refused: Error {}

    /// How often the work of each has run.
    private final class Runs: Sendable {
        private let counts = Locked<[Int: Int]>([:])

        func add(_ number: Int) { counts.withLock { $0[number, default: 0] += 1 } }

        var all: [Int: Int] { counts.withLock { $0 } }

        func hasBegun(_ number: Int) async {
            while all[number] == nil { await Task.yield() }
        }
    }

    /// One behind the other, each as soon as the work of the one before has begun, so that all but the first come into a
    /// transaction that is open.
    private func come(_ works: [Work], to lane: WriterLane, _ runs: Runs) async -> [Task<Int, any Error>] {
        var tasks: [Task<Int, any Error>] = []
        for (number, work) in works.enumerated() {
            tasks.append(
                Task.immediateDetached {
                    try await lane.perform { log in
                        runs.add(number)
                        if work == .refuse { throw Refused() }
                        try log.connection.execute("INSERT INTO event_types (name) VALUES ('type \(number)')")
                        if work == .failBehindWriting { throw Refused() }
                        return number
                    }
                })
            await runs.hasBegun(number)
        }
        return tasks
    }

    private func outcomes(_ tasks: [Task<Int, any Error>]) async -> [Int?] {
        var outcomes: [Int?] = []
        for task in tasks { outcomes.append(try? await task.value) }
        return outcomes
    }

    private func types(_ path: String) throws -> Int64? {
        try Connection(path, .reading).integer("SELECT count(*) FROM event_types")
    }

    private func makeLane(_ folder: borrowing TemporaryFolder, crowd: Int = 8) async throws -> SteppedLane {
        try SQLiteStore.create(folder.file()).close()
        let stepped = try SteppedLane(folder.file())
        try await stepped.commitGroup(of: crowd)
        return stepped
    }

    @Test("as many as the last group had share one commit, whenever they come; one that is refused is refused alone")
    func share() async throws {
        let folder = try TemporaryFolder.inMemory()
        let stepped = try await makeLane(folder)
        let (before, runs) = (stepped.commits, Runs())
        let works: [Work] = [.write, .write, .refuse, .write, .write, .write, .refuse, .write]
        let tasks = await come(works, to: stepped.lane, runs)
        #expect(await outcomes(tasks) == [0, 1, nil, 3, 4, 5, nil, 7])
        #expect(stepped.commits == before + 1)
        #expect(runs.all.values.allSatisfy { $0 == 1 })
        #expect(try types(folder.file()) == 6)
        stepped.close()
    }

    @Test("where one fails behind what it wrote the others are committed one by one, and each is answered once")
    func failBehindWriting() async throws {
        let folder = try TemporaryFolder.inMemory()
        let stepped = try await makeLane(folder)
        let (before, runs) = (stepped.commits, Runs())
        let tasks = await come([.write, .write, .failBehindWriting], to: stepped.lane, runs)
        #expect(await outcomes(tasks) == [0, 1, nil])
        #expect(stepped.commits == before + 2)
        #expect(try types(folder.file()) == 2)
        #expect(runs.all == [0: 2, 1: 2, 2: 2])
        stepped.close()
    }

    @Test("one that must have a transaction of its own ends it, and comes behind it")
    func alone() async throws {
        let folder = try TemporaryFolder.inMemory()
        let stepped = try await makeLane(folder)
        let (before, runs, lane) = (stepped.commits, Runs(), stepped.lane)
        let tasks = await come([.write, .write], to: lane, runs)
        let alone = Task.immediateDetached {
            try await lane.perform(isAlone: true) { try $0.connection.integer("SELECT count(*) FROM event_types") }
        }
        #expect(await outcomes(tasks) == [0, 1])
        #expect(try await alone.value == 2)
        #expect(stepped.commits == before + 2)
        stepped.close()
    }

    @Test("a lane that is closed waits for nobody, and commits what has come")
    func close() async throws {
        let folder = try TemporaryFolder.inMemory()
        let stepped = try await makeLane(folder)
        let tasks = await come([.write, .write], to: stepped.lane, Runs())
        stepped.close()
        #expect(await outcomes(tasks) == [0, 1])
        #expect(try types(folder.file()) == 2)
    }

    @Test("a transaction that has been open for a millisecond waits for nobody more, however soon they come")
    func longestGathering() async throws {
        let folder = try TemporaryFolder.inMemory()
        let stepped = try await makeLane(folder, crowd: 40)
        let (before, runs) = (stepped.commits, Runs())
        // Each comes within the pause.
        let (lane, clock) = (stepped.lane, stepped.clock)
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<30 {
            tasks.append(
                Task.immediateDetached {
                    try await lane.perform { _ in
                        runs.add(number)
                        clock.step(.microseconds(40))
                    }
                })
            await runs.hasBegun(number)
        }
        while lane.waitingCount > 0 {
            clock.step(.milliseconds(1))
            await Task.yield()
        }
        for task in tasks { try await task.value }
        #expect(stepped.commits == before + 2)
        stepped.close()
    }
}
