import Actors
import EventSourcing
import Inspection
import SampleDomain

/// A small store with everything a screen can show: three writers, a hand-over, an interleaving, snapshots, hostile text.
struct StoreFixture {
    let store = InMemoryStore()
    let writers: [WriterRecord]
    /// 2025-03-02T09:00:00Z.
    static let start = Timestamp(microseconds: 1_740_906_000_000_000)
    static let order = id("Order", "order-42")
    static let basket = id("Basket", "basket-7")
    static let hostile = id("Basket", "b\u{1B}[2J \u{202E}x")

    static func id(_ type: String, _ id: String) -> PersistenceID {
        guard let id = try? PersistenceID(type, id) else { preconditionFailure("\(type)|\(id) is a name") }
        return id
    }

    init(isEmpty: Bool = false) throws {
        writers = [("web-1", 4711), ("batch-1", 815), ("ops", 90)].enumerated().map { index, writer in
            WriterRecord(
                id: WriterID(ULID(high: UInt64(index + 1) << 16, low: UInt64(index + 1))), host: "shop",
                process: Int64(writer.1), started: Self.start, program: writer.0, version: "1.0")
        }
        if isEmpty { return }
        let events = orderEvents() + basketEvents() + hostileEvents()
        try store.fill(writers: writers, events: events, snapshots: [])
        try store.fill(writers: [], events: [], snapshots: [orderSnapshot()])
    }

    // MARK: - Events

    private struct Line {
        var writer: Int
        var epoch: Int64
        var seconds: Double
        var type: String
        var payload: String
    }

    private func imported(_ lines: [Line], of id: PersistenceID) -> [ImportedEvent] {
        var time = Self.start
        return lines.enumerated().map { index, line in
            time = time.adding(.milliseconds(Int(line.seconds * 1_000)))
            let cause = ULID(high: 7 << 16, low: UInt64(index + 1))
            return ImportedEvent(
                persistenceID: id, sequenceNumber: Int64(index + 1),
                event: NewEvent(
                    type: line.type, payload: Array(line.payload.utf8),
                    metadata: Metadata(correlationID: cause, causationID: cause, values: ["user": "ada"]),
                    timestamp: time), writer: writers[line.writer].id, epoch: line.epoch)
        }
    }

    private func orderEvents() -> [ImportedEvent] {
        func add(_ writer: Int, _ epoch: Int64, _ seconds: Double, _ sku: String, _ qty: Int) -> Line {
            Line(
                writer: writer, epoch: epoch, seconds: seconds, type: "ItemAdded",
                payload: #"{"sku":"\#(sku)","qty":\#(qty),"price":\#(sku.utf8.count * 110)}"#)
        }
        func remove(_ writer: Int, _ epoch: Int64, _ seconds: Double, _ sku: String) -> Line {
            Line(
                writer: writer, epoch: epoch, seconds: seconds, type: "ItemRemoved", payload: #"{"sku":"\#(sku)"}"#)
        }
        return imported(
            [
                Line(
                    writer: 0, epoch: 1, seconds: 0, type: "OrderPlaced",
                    payload: #"{"customer":"c-771","city":"Basel"}"#),
                add(0, 1, 0.6, "tea", 2), add(0, 1, 2.2, "cups-6", 1), add(0, 1, 5.1, "SKU-104", 1),
                remove(0, 1, 1.2, "SKU-104"), add(0, 1, 0.4, "honey", 3), add(0, 1, 17, "SKU-377", 1),
                remove(0, 1, 3, "honey"), add(1, 2, 120, "kettle", 1), add(1, 2, 0.1, "filter", 10),
                add(1, 2, 41, "tea", 1), remove(0, 1, 1.1, "filter"), add(1, 2, 300, "cocoa", 2),
                add(2, 3, 0.045, "sugar", 1), remove(2, 3, 10_800, "cups-6"), add(2, 3, 2, "tea", 4),
                add(2, 3, 86_400, "coffee", 1), remove(2, 3, 86_400, "sugar"),
                Line(
                    writer: 2, epoch: 3, seconds: 17, type: "OrderPaid",
                    payload: #"{"amount":6490,"method":"card"}"#),
                Line(
                    writer: 2, epoch: 3, seconds: 0.2, type: "OrderShipped",
                    payload: #"{"carrier":"post","tracking":"99.00.112"}"#),
            ], of: Self.order)
    }

    private func basketEvents() -> [ImportedEvent] {
        let payloads = [
            #"{"customer":"c-1","address":{"city":"Basel","zip":"4051"},"notes":[]}"#,
            #"{"address":{"city":"Bern","zip":"3011"}}"#, #"{"notes":["leave at 日本橋"],"password":"hunter2"}"#,
            #"{"items":[{"sku":"SKU-220","qty":2},{"sku":"SKU-377","qty":1}]}"#,
        ]
        return imported(
            payloads.map { Line(writer: 1, epoch: 1, seconds: 1, type: "BasketChanged", payload: $0) },
            of: Self.basket)
    }

    private func hostileEvents() -> [ImportedEvent] {
        imported(
            [
                Line(
                    writer: 0, epoch: 1, seconds: 1, type: "A\u{1B}]0;pwn\u{7}B",
                    payload: "{\"text\":\"A\\u001b[2JB\\u202eabc\",\"k\\u0000\":\"\\r\\n\\t\"}")
            ], of: Self.hostile)
    }

    private func orderSnapshot() throws -> StoredSnapshot {
        let inspector = Inspector(store.reader(), domains: try SampleDomains.all())
        let state = try inspector.state(of: Self.order, at: 10).finish()
        return StoredSnapshot(
            persistenceID: Self.order, sequenceNumber: 10, stateType: "Order", writer: writers[1].id, epoch: 2,
            timestamp: Self.start, state: Array(state.tree.compactText.utf8))
    }

    /// Appends an event of another process to the order.
    func appendToOrder(_ type: String, _ payload: String) throws {
        let last = try store.reader().head(of: Self.order)?.sequenceNumber ?? 0
        try store.fill(
            writers: [],
            events: [
                ImportedEvent(
                    persistenceID: Self.order, sequenceNumber: last + 1,
                    event: NewEvent(
                        type: type, payload: Array(payload.utf8), timestamp: Self.start.adding(.seconds(400_000))),
                    writer: writers[2].id, epoch: 3)
            ], snapshots: [])
    }
}
