import EventSourcing
import Reactions
import Testing

/// Was called Went, and had no floor, before its second version.
private struct Elevator: Aggregate, Equatable {
    struct Moved: Codable, Hashable {
        var to: Int
        var isExpress: Bool
    }

    static let entityType = "Elevator"
    var floor = 0

    static var parts: [AggregatePart<Self>] {
        Emits(
            Moved.self, formerly: ["Went"], version: 2,
            upcasters: [.object(from: 1) { $0["isExpress"] = false }]
        ) { elevator, moved in elevator.floor = moved.to }
    }
}

/// Events of an entity that is no aggregate.
private enum OrderEvent: Sendable {
    struct Placed: Codable, Hashable, Sendable { var item: String }
    struct Shipped: Codable, Hashable, Sendable { var by: String }
    struct Paid: Codable, Hashable, Sendable {}

    case placed(Placed)
    case shipped(Shipped)
    case paid(Paid)

    static var registry: EventRegistry<OrderEvent> {
        get throws {
            try EventRegistry([
                EventType("Placed", formerly: ["Ordered"], embed: OrderEvent.placed) {
                    if case .placed(let payload) = $0 { payload } else { nil }
                },
                EventType("Shipped", embed: OrderEvent.shipped) {
                    if case .shipped(let payload) = $0 { payload } else { nil }
                },
                EventType("Paid", embed: OrderEvent.paid) { if case .paid(let payload) = $0 { payload } else { nil } },
            ])
        }
    }
}

@Suite("Events are heard")
struct HearingTests {
    @Test("an event under a former name and an older version is heard as it is today", arguments: StoreKind.allCases)
    func formerNames(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let id = try Elevator.id("e-1")
        try stage.append("Went", #"{"to":3}"#, to: id)
        try stage.append("Moved", #"{"to":4}"#, to: id)
        try stage.append("Moved", #"{"to":5,"isExpress":true}"#, to: id, version: 2)
        let app = try stage.application {
            Elevator.self
            On(Elevator.Moved.self, "watch").do { event, _, _ in
                record.add("\(event.type) \(event.to) \(event.isExpress)")
            }
        }
        try stage.run { try await app.settle() }
        #expect(record.words == ["Went 3 false", "Moved 4 false", "Moved 5 true"])
        #expect(try stage.run { try await app.load(Elevator.self, id).state.floor } == 5)
        try stage.shutdown(app)
    }

    @Test(
        "events of an entity that is no aggregate are heard, each by the reactions to it", arguments: StoreKind.allCases
    )
    func others(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let registry = try OrderEvent.registry
        let id = try PersistenceID("Order", "o-1")
        try stage.append("Ordered", #"{"item":"a"}"#, to: id)
        try stage.append("Shipped", #"{"by":"sea"}"#, to: id)
        try stage.append("Paid", "{}", to: id)
        try stage.append("Placed", #"{"item":"b"}"#, to: id)
        let app = try stage.application {
            Hears(OrderEvent.Placed.self, of: "Order", in: registry) {
                if case .placed(let placed) = $0 { placed } else { nil }
            }
            Hears(OrderEvent.Shipped.self, of: "Order", in: registry) {
                if case .shipped(let shipped) = $0 { shipped } else { nil }
            }
            On(OrderEvent.Placed.self, "place").do { event, _, _ in record.add("placed \(event.item)") }
            On(OrderEvent.Shipped.self, "ship").to { event in .stream(try PersistenceID("Ship", event.by)) }
                .do { event, stream, _ in record.add("shipped to \(stream)") }
        }
        let totals = try stage.run { try await app.settle() }
        #expect(Set(record.words) == ["placed a", "placed b", "shipped to Ship|sea"] && record.words.count == 3)
        #expect(totals.handled == 3)
        #expect(try stage.subscriptions().allSatisfy { $0.failure == nil && $0.blocked == nil })
        try stage.shutdown(app)
    }

    @Test("an event that two hear in two ways is heard in both")
    func twoWays() throws {
        let (stage, record) = (try SteppedStage(.memory), Record())
        let registry = try OrderEvent.registry
        try stage.append("Placed", #"{"item":"a"}"#, to: PersistenceID("Order", "o-1"))
        try stage.append("Paid", "{}", to: PersistenceID("Order", "o-1"))
        let app = try stage.application {
            Hears(OrderEvent.Placed.self, of: "Order", in: registry) {
                if case .placed(let placed) = $0 { placed } else { nil }
            }
            Hears(OrderEvent.self, of: "Order", in: registry) { $0 }
            On(OrderEvent.Placed.self, "place").do { event, _, _ in record.add("placed \(event.item)") }
            On(OrderEvent.self, "any").do { event, _, _ in record.add("any \(event.type)") }
        }
        try stage.run { try await app.settle() }
        #expect(record.words == ["placed a", "any Placed", "any Paid"])
        try stage.shutdown(app)
    }
}
