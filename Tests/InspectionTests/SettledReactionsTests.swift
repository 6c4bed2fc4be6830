import Actors
import EventSourcing
import Inspection
import Reactions
import Testing

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
}

/// Holds whoever comes until it is opened.
private actor Door {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}

@Suite("Reactions are waited for with patience")
struct SettledReactionsTests {
    private static let say = DomainAction<Echo>("say", "Say it") { Echo.Say() }

    let store = InMemoryStore()
    let system = ActorSystem(name: "echoes")

    /// The live entities of echoes, of an application with one reaction.
    private func live(_ reaction: Reaction) throws -> LiveEntities {
        let application = DomainApplication("echoes") { store, system in
            try Application("echoes", on: store, in: system) {
                Echo.self
                reaction
            }
        }
        let domain = try Domain(Echo.self, of: application, commands: [Self.say])
        let host = EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)
        return LiveEntities([domain], on: host)
    }

    private func say(_ live: LiveEntities, within patience: Duration = .seconds(60)) async throws -> CommandOutcome? {
        let command = try CommandText.parse("say", for: [Self.say.description])
        return try await live.entity(Echo.id("e-1"))?.send(command, timeout: patience)
    }

    @Test("what reacts to itself for ever is not waited for longer than it is said")
    func forEver() async throws {
        let live = try live(
            On(Echo.Said.self, "again").do { event, stream, app in
                try await app.do(Echo.Say(), on: stream, reactingTo: event)
            })
        #expect(try await say(live)?.appended.count == 1)
        #expect(try await !live.settleReactions(within: .milliseconds(20)))
        await live.stop()
        await system.shutdown()
    }

    @Test("what comes to an end has settled, and where nothing runs it has too")
    func settled() async throws {
        let live = try live(On(Echo.Said.self, "nothing").do { _, _, _ in })
        #expect(try await live.settleReactions(within: .zero))
        _ = try await say(live)
        #expect(try await live.settleReactions(within: .seconds(60)))
        #expect(try await store.list(.all, of: "echoes", after: nil, limit: 1).first?.watermark == 1)
        await live.stop()
        await system.shutdown()
    }

    @Test("an action that does not come to an end in time is told, and that it may still be done")
    func unanswered() async throws {
        let door = Door()
        let live = try live(On(Echo.Said.self, "stay").void { _ in await door.pass() })
        let error = try await #require(throws: AskError.self) { try await say(live, within: .milliseconds(20)) }
        guard case .outcomeUnknown(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(
            "\(cause)"
                == "the action on Echo|e-1 was not done within 0.02 seconds, and may still be; look at the stream first"
        )
        await door.open()
        await live.stop()
        await system.shutdown()
    }
}
