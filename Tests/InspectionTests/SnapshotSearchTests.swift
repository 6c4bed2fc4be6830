import Actors
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@testable import EventSourcing
@testable import Inspection

@Suite("The snapshot that a fold begins with")
struct SnapshotSearchTests {
    private static let stale: JSONValue = ["name": "stale", "items": [], "notes": []]

    @Test("is none of a history that was set back and went on in another way")
    func setBack() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .added("rye"), .named("Ann")], writers: "B")
        try await store.snapshot(2, Self.stale)
        let view = try store.inspector().state(of: store.id, at: 3).finish()
        #expect(view.source == .emptyState)
        #expect(try view.tree == store.inspector().recovery(of: store.id).finish().tree)
        #expect(view.tree["name"] == "Ann")
        #expect(view.tree["total"] == 2)
    }

    @Test("is the one before where the newest can't be read, also where the events in it were deleted")
    func unreadable() async throws {
        let store = try Store()
        let steps: [Step] = [.added("tea"), .added("rye"), .named("Ann"), .added("cup")]
        let trees = try plainTrees(steps)
        try await store.fill(steps)
        for number in [2, 3] { try await store.snapshot(Int64(number), trees[number]) }
        try await store.memory.deleteEvents(of: store.id, upTo: 2)
        let inspector = store.inspector { $0.unreadableSnapshots = [3] }
        let view = try inspector.state(of: store.id, at: 4).finish()
        #expect(view.problem == nil)
        #expect(view.source == .snapshot(sequenceNumber: 2))
        #expect(view.tree == trees[4])
        let outcome = try inspector.recovery(of: store.id).finish()
        #expect(outcome.failure == nil)
        #expect(outcome.tree == trees[4])
        #expect(outcome.snapshots.map(\.description.sequenceNumber) == [3, 2])
        #expect(outcome.snapshots.first?.problem == "it can't be read: Cart|c is damaged: a page is lost")
        #expect(outcome.start?.sequenceNumber == 2)
    }

    @Test("is looked for behind any number of unusable ones where nothing else holds what was deleted")
    func many() async throws {
        let store = try Store()
        let steps = (1...100).map { Step.noted("\($0)") }
        let trees = try plainTrees(steps)
        try await store.fill(steps)
        try await store.snapshot(4, trees[4])
        for number in Int64(5)...95 { try await store.snapshot(number, text: "no") }
        try await store.memory.deleteEvents(of: store.id, upTo: 4)
        let view = try store.inspector().state(of: store.id, at: 100).finish()
        #expect(view.source == .snapshot(sequenceNumber: 4))
        #expect(view.tree == trees[100])
    }

    @Test("is the engine's own on a store file, of which a page is lost and whose log was set back")
    func onFile() async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID("Notes", "n")
        let store = try SQLiteStore.create(folder.file())
        defer { store.close() }
        for number in Int64(1)...6 {
            let payload = Array("{\"text\":\"note \(number)\"}".utf8)
            _ = try await store.append(
                [NewEvent(type: "Noted", payload: payload, timestamp: .epoch)], to: id, expecting: .number(number - 1),
                by: .letter("A"), epoch: nil, with: Companions())
        }
        let epoch = try #require(try await store.head(of: id)).epoch
        func snapshot(_ number: Int64, _ writer: Character, _ notes: [String]) async throws {
            let state = try JSONCodec().encode(notes)
            try await store.save(
                StoredSnapshot(
                    persistenceID: id, sequenceNumber: number, stateType: "Notes", writer: .letter(writer),
                    epoch: epoch, timestamp: .epoch, state: state))
        }
        let lost = Array(repeating: "a page that is lost ", count: 2_000)
        try await snapshot(2, "A", ["note 1", "note 2"])
        try await snapshot(3, "B", ["of another history"])
        try await snapshot(4, "A", lost)
        try await store.deleteEvents(of: id, upTo: 2)
        store.close()
        try Self.cutChain(through: "a page that is lost ", in: folder.file())

        let behavior = { @Sendable (id: PersistenceID) in try Self.behavior(id) }
        let damaged = try SQLiteStore.open(folder.file())
        defer { damaged.close() }
        let warnings = Locked<[String]>([])
        let ground = EntityGround(
            events: damaged, snapshots: damaged, writer: .letter("Z"), now: { .epoch },
            warn: { message, _ in warnings.withLock { $0.append(message) } })
        let entity = try await Entity.recover(try behavior(id).definition, on: ground)
        #expect(entity.state == (1...6).map { "note \($0)" })
        #expect(warnings.withLock { $0.count } == 2)

        let domain = try Domain("Notes", behavior: behavior, commands: [DomainCommand<Int, Int>]())
        let inspector = Inspector(try SQLiteReader(folder.file()), domains: [domain])
        let tree = JSONValue.array(entity.state.map(JSONValue.string))
        let outcome = try inspector.recovery(of: id).finish()
        #expect(outcome.failure == nil)
        #expect(outcome.tree == tree)
        #expect(outcome.snapshots.map(\.description.sequenceNumber) == [4, 3, 2])
        let view = try inspector.state(of: id, at: 6).finish()
        #expect(view.source == .snapshot(sequenceNumber: 2))
        #expect(view.problem == nil)
        #expect(view.tree == tree)
    }

    private struct Noted: Codable, Sendable {
        var text: String
    }

    private static func behavior(_ id: PersistenceID) throws -> EventSourcedBehavior<Int, Noted, [String]> {
        try EventSourcedBehavior(
            id: id, emptyState: [], events: EventRegistry(EventType("Noted", of: Noted.self)),
            commandHandler: { _, _, _ in .none }, eventHandler: { notes, event in notes.append(event.text) }
        ).withSnapshots(.never, codec: .json("Notes"))
    }

    /// Lets a chain of pages end in its middle: SQLite begins each with the number of the next.
    private static func cutChain(through text: String, in path: String) throws {
        let pageSize = 4_096
        let url = URL(filePath: path)
        var file = try Data(contentsOf: url)
        let pages = stride(from: 0, to: file.count, by: pageSize).filter { start in
            file[start..<start + pageSize].range(of: Data(text.utf8)) != nil
        }
        let page = try #require(pages.dropLast(2).last)
        file.replaceSubrange(page..<page + 4, with: [0, 0, 0, 0])
        try file.write(to: url)
    }
}
