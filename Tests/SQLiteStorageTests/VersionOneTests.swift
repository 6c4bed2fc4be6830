import Actors
import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

/// `Fixtures/version-1.db` was written by a program whose events were all of version 1. It is kept as it was written: a
/// program of today must read it for good, through the upcasters that its registry has gathered since.
@Suite("A store of version 1 events")
struct VersionOneTests {
    // MARK: - As it was

    /// The events as the first program had them.
    private enum OldEvent: Hashable, Sendable {
        case articleAdded(ArticleAdded)
        case noted(Noted)
        case emptied(Emptied)

        struct ArticleAdded: Codable, Hashable, Sendable { var article: String }
        struct Noted: Codable, Hashable, Sendable { var note: String }
        struct Emptied: Codable, Hashable, Sendable {}

        static func registry() throws -> EventRegistry<OldEvent> {
            try EventRegistry(
                EventType("ArticleAdded", embed: OldEvent.articleAdded) {
                    if case .articleAdded(let it) = $0 { it } else { nil }
                },
                EventType("Noted", embed: OldEvent.noted) { if case .noted(let it) = $0 { it } else { nil } },
                EventType("Emptied", embed: OldEvent.emptied) { if case .emptied(let it) = $0 { it } else { nil } })
        }
    }

    /// Writes the fixture anew, which is needed once only: what is committed stays as it is.
    private static func writeFixture(at path: String) async throws {
        let store = try SQLiteStore.create(path)
        let registry = try OldEvent.registry()
        let history: [OldEvent] = [
            .articleAdded(.init(article: "tea")), .noted(.init(note: "a gift: 5 € \"at most\"")),
            .emptied(.init()), .articleAdded(.init(article: "Äpfel")), .articleAdded(.init(article: "pears")),
        ]
        let id = try PersistenceID("Cart", "cart-1")
        for (number, event) in zip(Int64(0)..., history) {
            let (type, version, payload) = try registry.encode(event)
            let new = NewEvent(
                type: type, schemaVersion: version, payload: payload,
                metadata: Metadata(
                    correlationID: ULID(high: 1 << 20, low: UInt64(number)), values: ["by": "version 1"]),
                timestamp: Timestamp(microseconds: 1_700_000_000_000_000 + number))
            _ = try await store.append([new], to: id, expecting: .number(number), by: .first, epoch: nil, with: .none)
        }
        store.close()
        // Most of its pages are nearly empty, so small ones make it a third as long.
        try run("PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM; PRAGMA journal_mode = WAL", on: path)
    }

    // MARK: - As it is today

    private struct ItemAdded: Codable, Hashable, Sendable {
        var sku: String
        var quantity: Int
    }

    /// How version 2 had it, which is read on the way from 1 to 3.
    private struct ItemAddedV2: Codable, Sendable {
        var article: String
        var quantity: Int
    }

    private struct NoteTaken: Codable, Hashable, Sendable {
        var text: String
        var words: [String]
    }

    private struct Emptied: Codable, Hashable, Sendable {}

    private enum Event: Hashable, Sendable {
        case itemAdded(ItemAdded)
        case noteTaken(NoteTaken)
        case emptied(Emptied)

        static func registry() throws -> EventRegistry<Event> {
            try EventRegistry(
                EventType(
                    "ItemAdded", formerly: ["ArticleAdded"], version: 3,
                    upcasters: [
                        .object(from: 1) { $0["quantity"] = 1 },
                        .typed(from: 2) { (old: ItemAddedV2) in ItemAdded(sku: old.article, quantity: old.quantity) },
                    ],
                    embed: Event.itemAdded
                ) { if case .itemAdded(let it) = $0 { it } else { nil } },
                EventType(
                    "NoteTaken", formerly: ["Noted"], version: 2,
                    upcasters: [
                        .object(from: 1) { note in
                            let text = note["note"]?.string ?? ""
                            note = [
                                "text": .string(text),
                                "words": .array(text.split(separator: " ").map { .string(String($0)) }),
                            ]
                        }
                    ],
                    embed: Event.noteTaken
                ) { if case .noteTaken(let it) = $0 { it } else { nil } },
                EventType("Emptied", embed: Event.emptied) { if case .emptied(let it) = $0 { it } else { nil } })
        }
    }

    private struct Cart: Sendable {
        var lines: [ItemAdded] = []
        var notes: [NoteTaken] = []
    }

    private struct Add: Sendable {
        var item: ItemAdded
        var replyTo: ActorRef<Cart>
    }

    private var fixture: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/version-1.db"
    }

    /// A copy in a folder of its own, because what is committed must not change.
    private func copy(in folder: TemporaryFolder) throws -> String {
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.file())
        return folder.file()
    }

    @Test("today's registry recovers it through its upcasters, and goes on with the next number")
    func recovers() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(copy(in: folder), options: MigrationTests.migrating)
        let id = try PersistenceID("Cart", "cart-1")
        let behavior = EventSourcedBehavior<Add, Event, Cart>(
            id: id, emptyState: Cart(), events: try Event.registry(),
            commandHandler: { _, command, _ in
                .persist(.itemAdded(command.item)).thenReply(to: command.replyTo) { $0 }
            },
            eventHandler: { cart, event in
                switch event {
                case .itemAdded(let item): cart.lines.append(item)
                case .noteTaken(let note): cart.notes.append(note)
                case .emptied: cart.lines = []
                }
            })
        let system = ActorSystem(name: "today")
        let ref = system.spawn(behavior.withEventStore(store).behavior, name: "cart-1")
        let new = ItemAdded(sku: "plums", quantity: 7)
        let cart = try await ref.ask(timeout: .seconds(600)) { Add(item: new, replyTo: $0) }
        #expect(cart.lines == [ItemAdded(sku: "Äpfel", quantity: 1), ItemAdded(sku: "pears", quantity: 1), new])
        #expect(
            cart.notes == [
                NoteTaken(text: "a gift: 5 € \"at most\"", words: ["a", "gift:", "5", "€", "\"at", "most\""])
            ])
        let stored = try await store.load(id, from: 1, through: .max, fields: .all, into: [String]()) { rows, event in
            rows.append("\(event.sequenceNumber) \(event.type) \(event.schemaVersion) \(event.isIntact)")
            return .next
        }
        #expect(
            stored == [
                "1 ArticleAdded 1 true", "2 Noted 1 true", "3 Emptied 1 true", "4 ArticleAdded 1 true",
                "5 ArticleAdded 1 true", "6 ItemAdded 3 true",
            ])
        await system.shutdown()
        store.close()
    }

    @Test("leases, and commands of durable states, are kept in it as in a new one")
    func takesMore() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(copy(in: folder), options: MigrationTests.migrating)
        let state = NewDurableState(stateType: "Wallet", timestamp: .epoch, state: Array("{}".utf8))
        let command = CommandRecord(id: ULID(high: 7, low: 7), reply: Array("7".utf8))
        try await store.put(
            state, of: PersistenceID("Wallet", "1"), expecting: 0, by: .first, with: Companions(command: command))
        let answer = try await store.acquire(
            "Cart|cart-1", for: .seconds(1), as: ULID(high: 7, low: 8), by: .first, at: .epoch)
        store.close()
        let again = try SQLiteStore.open(folder.file())
        #expect(try await again.command(command.id) == command)
        #expect(try await again.get("Cart|cart-1", at: .epoch).map(LeaseAnswer.acquired) == answer)
        again.close()
        _ = try SQLiteReader(folder.file())
    }

    @Test("its payloads are the very bytes that were written then")
    func bytes() async throws {
        let folder = try TemporaryFolder()
        let reader = try SQLiteReader(copy(in: folder))
        defer { reader.close() }
        var payloads: [String] = []
        try reader.read(
            PersistenceID("Cart", "cart-1"), from: 1, through: .max, reversed: false, fields: .all
        ) { event in
            payloads.append(event.withPayload { String(decoding: $0, as: UTF8.self) })
            return .next
        }
        #expect(
            payloads == [
                #"{"article":"tea"}"#, #"{"note":"a gift: 5 € \"at most\""}"#, "{}", #"{"article":"Äpfel"}"#,
                #"{"article":"pears"}"#,
            ])
    }

    @Test("by a program that takes version 3 for the first it is refused with the name and the version")
    func sinceVersionThree() throws {
        let registry = try EventRegistry(
            EventType<ItemAdded>("ItemAdded", formerly: ["ArticleAdded"], version: 3, since: 3))
        let error = #expect(throws: EventCodingError.self) {
            try Array(#"{"article":"tea"}"#.utf8).withUnsafeBytes {
                try registry.decode(type: "ArticleAdded", version: 1, payload: $0)
            }
        }
        #expect(error?.description == "ArticleAdded is stored with version 1, and this program knows 3")
    }

    @Test("what writes the fixture still writes such a store")
    func writes() async throws {
        let folder = try TemporaryFolder()
        try await Self.writeFixture(at: folder.file())
        if let path = ProcessInfo.processInfo.environment["PLAYHEAD_WRITE_FIXTURE"] {
            try FileManager.default.copyItem(atPath: folder.file(), toPath: path)
        }
        let reader = try SQLiteReader(folder.file())
        defer { reader.close() }
        #expect(try reader.head(of: PersistenceID("Cart", "cart-1"))?.sequenceNumber == 5)
    }
}
