import Actors
import EventSourcing
import Inspection
import Reactions
import TestSupport
import Testing

@testable import PlayheadWorkbench
@testable import SQLiteStorage

/// Says something again because it was said.
private struct Echo: Aggregate, Encodable {
    struct Said: Codable {}

    struct Say: Action {
        typealias State = Echo
    }

    static let entityType = "Echo"
    var count = 0

    static var parts: [AggregatePart<Echo>] {
        Emits(Said.self) { echo, _ in echo.count += 1 }
        Accepts(Say.self) { _, _ in [Said()] }
    }

    static func domain() throws -> Domain {
        let application = DomainApplication("echoes") { store, system in
            try Application("echoes", on: store, in: system) {
                Echo.self
                On(Said.self, "again").do { event, stream, app in
                    try await app.do(Say(), on: stream, reactingTo: event)
                }
            }
        }
        return try Domain(Echo.self, of: application, commands: [DomainAction("say", "Say it") { Say() }])
    }
}

@Suite("What the engine does around a command that is sent")
struct SendWarningTests {
    private let folder: TemporaryFolder
    private var store: String { folder.file() }

    init() throws { folder = try TemporaryFolder() }

    @Test("a warning is a sentence on standard error, and changes neither what is printed nor the exit code")
    func warning() async throws {
        try SQLiteStore.create(store).close()
        let words = ["send", "--write", store + "#Tally|t", "add 1"]
        for _ in 1...2 { try #require(try await playhead(words, domains: [Tally.domain()]).code == .fine) }
        try Connection(store, .writing).execute("UPDATE snapshots SET state = x'00' WHERE sequence_number = 2")
        let sent = try await playhead(words, domains: [Tally.domain()])
        #expect(sent.code == .fine)
        #expect(sent.data == "appended #3 Added; reply: 3\n")
        #expect(
            sent.talk
                == "playhead: warning: Tally|t: the snapshot at #2 can't be used: the stored snapshot does not fit its "
                + "checksum\n")
    }

    @Test("the entity is stopped before the file is closed, and the snapshot that it takes then is in it")
    func snapshotAtTheEnd() async throws {
        try SQLiteStore.create(store).close()
        for amount in 1...3 {
            let sent = try await playhead(
                ["send", "--write", store + "#Tally|t", "add \(amount)"], domains: [try Tally.domain()])
            #expect(sent.code == .fine)
            #expect(sent.talk.isEmpty)
        }
        let reader = try SQLiteReader(store)
        let id = try PersistenceID("Tally", "t")
        #expect(try reader.snapshots(of: id).map(\.sequenceNumber) == [1, 2, 3])
        #expect(try reader.snapshot(of: id, atOrBelow: .max)?.state == Array("6".utf8))
    }

    @Test("reactions that come to no end are said in a line, and not waited for")
    func reactionsForEver() async throws {
        try SQLiteStore.create(store).close()
        let sent = try await playhead(["send", "--write", store + "#Echo|e", "say"], domains: [Echo.domain()]) {
            $0.reactionPatience = .milliseconds(20)
        }
        #expect(sent.code == .fine)
        #expect(sent.data == "appended #1 Said\n")
        #expect(
            sent.talk == "playhead: its reactions are not all done; they go on when the store is written to next\n")
    }

    @Test("a recovery that fails is said once")
    func failedRecovery() async throws {
        try SQLiteStore.create(store).close()
        let words = ["send", "--write", store + "#Tally|t", "add 1"]
        for _ in 1...2 { try #require(try await playhead(words, domains: [Tally.domain()]).code == .fine) }
        let connection = try Connection(store, .writing)
        try connection.execute("DELETE FROM snapshots")
        try connection.execute("UPDATE events SET payload = x'00' WHERE sequence_number = 1")
        let sent = try await playhead(words, domains: [Tally.domain()])
        #expect(sent.code == .unreadable)
        #expect(sent.data.isEmpty)
        #expect(sent.talk.split(separator: "\n").count == 1, "\(sent.talk)")
    }
}
