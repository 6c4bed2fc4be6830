import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead backup")
struct BackupCommandTests {
    @Test("copies a store, says what is in the copy, and touches nothing that is there")
    func backup() async throws {
        let folder = try TemporaryFolder()
        let (store, copy) = (folder.file(), folder.file("copy.db"))
        try #require(try await playhead("sample", "--events", "500", store).code == .fine)
        let run = try await playhead("backup", store, copy)
        #expect(run.code == .fine)
        #expect(run.data.isEmpty)
        #expect(run.talk.contains("copy.db: ") && run.talk.contains("; 500 events in "))
        #expect(try await playhead("events", copy, "--json").data == playhead("events", store, "--json").data)
        let before = try folder.contents()
        let again = try await playhead("backup", store, copy)
        #expect(again.code == .unreadable)
        #expect(again.talk == "playhead: \(copy) is there already, and is not overwritten\n")
        #expect(try await playhead("backup", store, folder.file("no/copy.db")).code == .unreadable)
        #expect(try await playhead("backup", store).code == .wrongUse)
        #expect(try await playhead("backup", "\(store)#Order|1", folder.file("other.db")).code == .wrongUse)
        #expect(try folder.contents() == before)
    }

    @Test("says what the log beside the store has lost")
    func damagedLog() async throws {
        let folder = try TemporaryFolder()
        let (store, copy) = (folder.file(), folder.file("copy.db"))
        try await AccountsStore.make(store)
        try Damage.killWriter(at: store, damaging: 32 + 1_000)
        let run = try await playhead("backup", store, copy)
        #expect(run.code == .fine)
        #expect(run.data.isEmpty)
        let told = "'store.db-wal' is damaged at its change 1, and 3 commits from there on are lost"
        #expect(run.talk.split(separator: "\n").first ?? "" == "playhead: \(store): \(told)")
        #expect(try await playhead("streams", store).talk == "playhead: \(store): \(told)\n")
    }
}
