import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead subscriptions and playhead chain")
struct SubscriptionsCommandTests {
    private let folder: TemporaryFolder
    private let file: String
    private let stream: PersistenceID
    private static let time = Timestamp(microseconds: 1_740_906_000_000_000)
    private static let chain = ULID(high: 7, low: 7)

    /// Two events of one chain in two streams; the reaction to the second is blocked with a hostile message.
    init() async throws {
        folder = try TemporaryFolder()
        file = folder.file("shop.db")
        stream = try PersistenceID("Sale", "sale-1")
        let store = try SQLiteStore.create(file)
        defer { store.close() }
        let writer = WriterID(ULID(high: 1, low: 1))
        let (first, second) = (ULID(high: 7, low: 8), ULID(high: 7, low: 9))
        func event(_ type: String, _ metadata: Metadata) -> NewEvent {
            NewEvent(type: type, payload: Array("{}".utf8), metadata: metadata, timestamp: Self.time)
        }
        _ = try await store.append(
            [event("SalePlaced", Metadata(correlationID: Self.chain, causationID: first, commandID: first))],
            to: stream, expecting: .any, by: writer, epoch: nil, with: .none)
        let reaction = Metadata(
            correlationID: Self.chain, causationID: first, commandID: second, values: ["reaction": "reserve"])
        _ = try await store.append(
            [event("StockReserved", reaction)], to: PersistenceID("Stock", "tea"), expecting: .any, by: writer,
            epoch: nil, with: .none)
        _ = try await store.subscribe(
            [
                NewSubscription(PersistenceID("Charge", "sale-1"), lane: "blocked", workMark: 2),
                NewSubscription(PersistenceID("Sale", "sale-1"), source: .prefix("Shipment|")),
            ], of: "shop")
        let claims = try await store.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: "blocked", of: "shop", for: .seconds(10), by: writer, at: Self.time
        )
        let failure = SubscriptionFailure(
            reaction: "take payment", position: 2,
            attempts: [.init(time: Self.time, message: "no"), .init(time: Self.time, message: "no\u{1B}[2J")])
        for claim in claims {
            _ = try await store.block([Acknowledgement(claim, watermark: 1, failure: failure)], at: Self.time)
        }
    }

    @Test("lists the blocked one first, with why, and says so by its exit code")
    func text() async throws {
        let run = try await playhead("subscriptions", file)
        #expect(run.code == .findings && run.talk.isEmpty)
        let lines = run.lines
        #expect(lines.count == 2)
        #expect(lines.first?.contains("Charge|sale-1") == true && lines.first?.contains("blocked") == true)
        #expect(
            lines.first?.hasSuffix("take payment at Stock|tea@1, 2 attempts: no␛[2J") == true, "\(run.data)")
        #expect(lines.last?.contains("Sale|sale-1") == true && lines.last?.contains("idle") == true)
        let narrow = try await playhead("subscriptions", file, "--prefix", "Sale|")
        #expect(narrow.code == .fine && narrow.lines.count == 1)
        let blocked = try await playhead("subscriptions", file, "--blocked")
        #expect(blocked.lines.count == 1)
        let cut = try await playhead("subscriptions", file, "--limit", "1")
        #expect(cut.lines.count == 1 && cut.talk.contains("more subscriptions than the limit of 1"))
    }

    @Test("prints every field as JSON")
    func json() async throws {
        let run = try await playhead("subscriptions", file, "--json")
        let objects = try run.objects()
        let first = try #require(objects.first)
        #expect(first["target"] == "Charge|sale-1" && first["standing"] == "blocked" && first["lag"] == 1)
        #expect(first["application"] == "shop" && first["watermark"] == 1 && first["workMark"] == 2)
        #expect(first["reaction"] == "take payment" && first["position"] == 2)
        #expect(first["stream"] == "Stock|tea" && first["sequenceNumber"] == 1)
        #expect(first["attempts"]?.array?.count == 2 && first["attempts"]?.array?[0]["message"] == "no")
        #expect(first["lane"] == "blocked" && first["source"] == .null && first["fencingNumber"] == 1)
        #expect(objects.last?["source"] == "prefix Shipment|" && objects.last?["attempts"] == [])
        #expect(Set(first.members.map(\.key)) == Set(SubscriptionsCommand.description.fields.map(\.key)))
    }

    @Test("says what there is none of")
    func none() async throws {
        let other = try await playhead("subscriptions", file, "--application", "none")
        #expect(other.code == .findings && other.talk.contains("no subscription fits"))
        let empty = folder.file("empty.db")
        #expect(try await playhead("sample", "--events", "20", empty).code == .fine)
        let nothing = try await playhead("subscriptions", empty)
        #expect(nothing.code == .findings && nothing.talk.contains("nothing reacts to the events of this store"))
        let stream = try await playhead("subscriptions", file + "#Sale|sale-1")
        #expect(stream.code == .wrongUse)
    }

    @Test("a file that is only looked at shows them on the screen, too, and says how to change them")
    func screen() async throws {
        let run = try await playhead("screenshot", file, "--keys", "gR", "--format", "text")
        #expect(run.code == .fine)
        for part in ["Charge|sale-1", "1 blocked", "take payment", "StockReserved, Stock|tea #1", "attempt 2"] {
            #expect(run.data.contains(part), "\(part)")
        }
        let refused = try await playhead("screenshot", file, "--keys", "gR u", "--format", "text")
        #expect(refused.data.contains("only looked at, no reaction runs"))
    }

    @Test("chain lists what belongs to an event, as text and as JSON")
    func chain() async throws {
        let run = try await playhead("chain", file + "#Stock|tea@1")
        #expect(run.code == .fine && run.lines.count == 2)
        #expect(run.lines.first?.contains("  SalePlaced       Sale|sale-1@1") == true, "\(run.data)")
        #expect(run.lines.last?.contains("    StockReserved  Stock|tea@1    reserve") == true, "\(run.data)")
        let objects = try await playhead("chain", file + "#Sale|sale-1", "--json").objects()
        #expect(objects.map { $0["depth"] } == [0, 1] && objects.map { $0["cause"] } == [.null, 1])
        #expect(objects.last?["reaction"] == "reserve" && objects.last?["correlationID"]?.string == "\(Self.chain)")
        #expect(Set(objects[0].members.map(\.key)) == Set(ChainCommand.description.fields.map(\.key)))
        #expect(try await playhead("chain", file + "#Sale|sale-1@9").code == .findings)
        #expect(try await playhead("chain", file).code == .wrongUse)
    }
}
