import Actors
import EventSourcing
import Testing

@testable import Inspection

@Suite("A live entity")
struct LiveEntityTests {
    private struct Noted: Codable, Sendable { var text: String }

    private struct Note: Sendable {
        var text: String
        var replyTo: ActorRef<Int>
    }

    private static func domain() throws -> Domain {
        try Domain(
            "Notes",
            behavior: { id in
                try EventSourcedBehavior<Note, Noted, [String]>(
                    id: id, emptyState: [], events: EventRegistry(EventType("Noted", of: Noted.self)),
                    commandHandler: { _, note, _ in
                        .persist([Noted(text: note.text)]).thenReply(to: note.replyTo) { $0.count }
                    },
                    eventHandler: { notes, noted in notes.append(noted.text) }
                ).withSnapshots(.onStop, codec: .json("Notes"))
            },
            commands: [
                DomainCommand("note", "Note something", .text("text")) { replyTo, text in
                    Note(text: text, replyTo: replyTo)
                }
            ])
    }

    @Test("has stopped when its stop returns, with the snapshot that it takes then, and goes on with the next command")
    func stopping() async throws {
        let (store, system) = (InMemoryStore(), ActorSystem(name: "test"))
        let id = try PersistenceID("Notes", "n")
        let entity = try #require(
            try Self.domain().open(
                id, on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)))
        await entity.stop()
        for number in 1...20 {
            let command = ParsedCommand(name: "note", arguments: ["text": .string("\(number)")])
            #expect(try await entity.send(command, timeout: .seconds(600)).reply == "\(number)")
            await entity.stop()
            #expect(try await store.list(of: id).last?.sequenceNumber == Int64(number))
            await entity.stop()
        }
        _ = try await entity.send(
            ParsedCommand(name: "note", arguments: ["text": .string("last")]), timeout: .seconds(600))
        await system.shutdown()
        await entity.stop()
        #expect(try await store.list(of: id).last?.sequenceNumber == 21)
    }
}
