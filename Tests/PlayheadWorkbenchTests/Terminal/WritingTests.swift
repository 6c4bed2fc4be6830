import TestSupport
import Testing

@testable import PlayheadWorkbench
@testable import SQLiteStorage

@Suite("Several programs on one store file", .serialized)
struct WritingTests {
    @Test("two writers see each other's events; the overtaken one is told, and nothing acknowledged is lost")
    func twoWriters() async throws {
        let store = try Shop()
        let first = try TmuxScreen([store.path, "--write"])
        try first.screen(showing: "#60 of 60", "after #60")
        let second = try TmuxScreen([store.path, "--write"])
        try second.screen(showing: "#60 of 60", "after #60")

        try send("add-item sku=from-first qty=1", on: first)
        try first.screen(showing: "→ #61 ItemAdded")
        try second.screen(showing: "#60 of 61", "new: 1 event arrived below (F: follow)")
        try second.type("F")
        try second.screen(showing: "following")
        try second.type("G")
        try second.screen(showing: "#61 of 61", "after #61", "sku=from-first", "by 1", "12  ")

        try send("add-item sku=from-second qty=1", on: second)
        try second.screen(showing: "→ #62 ItemAdded")
        try first.screen(showing: "of 62")

        try send("add-item sku=overtaken qty=1", on: first)
        try first.screen(showing: "fenced by writer ")
        #expect(try await store.events().count == 64, "what was fenced is not written")

        try send("add-item sku=first-again qty=1", on: first)
        try first.screen(showing: "→ #63 ItemAdded", "#63 of 63")
        try second.screen(showing: "#63 of 63", "sku=first-again")

        let skus = try await store.events().suffix(3).compactMap {
            $0.split(separator: " ").first { $0.hasPrefix("sku=") }
        }
        #expect(skus == ["sku=from-first", "sku=from-second", "sku=first-again"])
        #expect(try await playhead("verify", store.path).code != .unreadable)
    }

    @Test("a store that another process holds is retried on the screen, and opens when it lets go")
    func heldForAWhile() throws {
        let store = try Shop()
        let holder = try Holder(of: store.path)
        let terminal = try TmuxScreen([store.path, "--write"])
        try terminal.screen(showing: "busy: a writer holds the store, retrying (1)")
        try holder.letGo()
        try terminal.screen(showing: "#60 of 60", "after #60")
        try terminal.type("q")
        try terminal.screen(showing: "ended with 0")
    }

    @Test("a store that stays held ends the program with a sentence and exit code 3 when its patience is over")
    func heldForGood() throws {
        let store = try Shop()
        let holder = try Holder(of: store.path)
        let terminal = try TmuxScreen([store.path, "--write"])
        try terminal.screen(showing: "busy: a writer holds the store, retrying (")
        let end = try terminal.screen(showing: "ended with 3")
        #expect(end.contains("is held by another process"))
        try holder.letGo()
    }

    private func send(_ command: String, on terminal: TmuxScreen) throws {
        try terminal.press("M-1")
        try terminal.type(">" + command)
        try terminal.screen(showing: "would append")
        try terminal.press("Enter")
    }

    /// Another process that lets nobody else into a store file: this one, with a lock of the file.
    private final class Holder {
        let connection: Connection

        init(of path: String) throws {
            connection = try Connection(path, .writing)
            try connection.execute("PRAGMA journal_mode = DELETE")
            try connection.execute("BEGIN EXCLUSIVE")
        }

        func letGo() throws { try connection.execute("ROLLBACK") }
    }

    @Test("a store that is not there yet takes the first command of a machine's file without more words")
    func newStore() throws {
        let folder = try TemporaryFolder()
        let terminal = try TmuxScreen([folder.file("new.db"), "--write", "--machine", Samples.turnstileMachine])
        try terminal.screen(showing: "Turnstile|1", "no event yet")
        try send("coin", on: terminal)
        try terminal.screen(showing: "→ #1 coin", "#1 of 1")
    }
}
