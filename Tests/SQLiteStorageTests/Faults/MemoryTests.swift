import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Memory that is used up")
struct MemoryTests {
    // In a process of its own, because SQLite's allocator is that of the whole process.
    @Test("at every allocation of every kind of work: a typed error or an answer, and nothing is lost")
    func starved() async throws {
        let folder = try TemporaryFolder.inMemory()
        try SQLiteStore.create(folder.file()).close()
        var process: ProbeProcess? = try ProbeProcess(on: folder.file())
        let answer = try #require(try process?.ask("starve"))
        let words = answer.split(separator: " ").map(String.init)
        try #require(words.count == 3 && words[0] == "starved", "\(answer)")
        let (points, acknowledged) = (try #require(Int(words[1])), try #require(Int64(words[2])))
        process = nil
        try SQLiteStore.open(folder.file()).close()
        let head = try #require(try SQLiteReader(folder.file()).head(of: .named("Starved|1")))
        #expect(head.sequenceNumber >= acknowledged)
        #expect(acknowledged > 1)
        try FaultTests.expectSound(folder.file(), "after starving")
        let lost = max(0, acknowledged - head.sequenceNumber)
        print(
            "figures: allocations that fail: \(points), appends acknowledged \(acknowledged), found again"
                + " \(acknowledged - lost), lost \(lost)")
    }

    @Test(
        "at many of work on whole files: a typed error or an answer, nothing is lost, and no damage is made up"
    )
    func starvedFiles() async throws {
        let folder = try TemporaryFolder.inMemory()
        let older = try MigrationTests.fixture(1, in: folder)
        let whole = folder.file("whole.db")
        _ = try await WholeStore(at: whole)
        let process = try ProbeProcess(on: whole)
        let answer = try process.ask("starve files \(older) \(folder.path)")
        let words = answer.split(separator: " ").map(String.init)
        try #require(words.count == 3 && words[0] == "starved", "\(answer.prefix(2_000))")
        let points = try #require(Int(words[1]))
        #expect(points > 300)
        print("figures: allocations that fail in work on whole files: \(points), completed all the same \(words[2])")
    }
}
