import Actors
import EventSourcing
import Inspection
import Reactions
import SampleDomain
import Testing

@Suite("A sale is fulfilled")
struct FulfilmentTests {
    let store = InMemoryStore()
    let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_740_902_400_000_000), seed: 5)

    /// Places a sale of so many cups where there are three, and lets everything happen.
    private func place(_ quantity: Int, at price: Int) throws -> Fulfilment.Sale {
        let app = try Fulfilment.application(on: store, in: ActorSystem(name: "shop", scheduler: scheduler))
        return try scheduler.run {
            try await app.do(Fulfilment.Stock.Receive(quantity: 3), on: Fulfilment.Stock.id("cup"))
            try await app.do(
                Fulfilment.Sale.Place(item: "cup", quantity: quantity, amount: quantity * price),
                on: Fulfilment.Sale.id("sale-1"))
            let totals = try await app.settle()
            #expect(totals.failed == 0 && totals.blocked == 0)
            return try await app.load(Fulfilment.Sale.self, Fulfilment.Sale.id("sale-1")).state
        }
    }

    private func stock() throws -> Fulfilment.Stock {
        let app = try Fulfilment.application(on: store, in: ActorSystem(name: "shop", scheduler: scheduler))
        return try scheduler.run {
            try await app.load(Fulfilment.Stock.self, Fulfilment.Stock.id("cup")).state
        }
    }

    private func types() throws -> [String] {
        try scheduler.run { [store] in
            try await store.readAll(after: 0, limit: 100, fields: [], into: [String]()) { types, event in
                types.append(event.type)
                return .next
            }
        }
    }

    @Test("stock is reserved, payment taken, the parcel shipped, and the sale completed")
    func completed() throws {
        #expect(try place(2, at: 500).status == .completed)
        #expect(try stock().available == 1)
        #expect(
            try types() == [
                "StockReceived", "SalePlaced", "StockReserved", "PaymentTaken", "ShipmentSent", "SaleCompleted",
            ])
    }

    @Test("without stock the sale is cancelled, and nothing is taken")
    func outOfStock() throws {
        let sale = try place(4, at: 500)
        #expect(sale.status == .cancelled && sale.reason == "out of stock")
        #expect(try stock().available == 3)
        #expect(try types() == ["StockReceived", "SalePlaced", "StockRefused", "SaleCancelled"])
    }

    @Test("without money the stock is released and the sale cancelled")
    func declined() throws {
        let sale = try place(3, at: 50_000)
        #expect(sale.status == .cancelled && sale.reason == "above the card's limit of 50000")
        #expect(try stock() == stock(with: 3))
        #expect(Set(try types()).isSuperset(of: ["PaymentDeclined", "StockReleased", "SaleCancelled"]))
    }

    private func stock(with available: Int) -> Fulfilment.Stock {
        var stock = Fulfilment.Stock()
        stock.available = available
        return stock
    }

    @Test("the whole chain of a sale has one correlation, and each event names the action that it came of")
    func chain() throws {
        _ = try place(1, at: 500)
        let events = try scheduler.run { [store] in
            try await store.readAll(after: 1, limit: 100, fields: .metadata, into: [RecordedEvent]()) { events, event in
                events.append(RecordedEvent(event))
                return .next
            }
        }
        #expect(Set(events.map(\.correlationID)).count == 1)
        for (cause, event) in zip(events, events.dropFirst()) { #expect(event.causationID == cause.commandID) }
    }

    @Test("the workbench tries and sends the actions of an aggregate, and its reactions happen")
    func domain() async throws {
        let system = ActorSystem(name: "shop")
        let host = EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)
        let live = LiveEntities(try Fulfilment.domains(), on: host)
        let (sale, stock) = (try Fulfilment.Sale.id("sale-1"), try Fulfilment.Stock.id("cup"))
        let domains = try Fulfilment.domains()
        let place = try CommandText.parse("place item=cup qty=2 amount=700", for: domains[0].commands)
        #expect(
            domains[0].decide(place, on: domains[0].emptyState(), of: sale, at: 0) == .append(types: ["SalePlaced"]))
        let none = try CommandText.parse("place item=cup qty=0", for: domains[0].commands)
        #expect(
            domains[0].decide(none, on: domains[0].emptyState(), of: sale, at: 0)
                == .refused("a quantity is 1 or more, and not 0"))
        let receive = try CommandText.parse("receive 5", for: domains[1].commands)
        _ = try await live.entity(stock)?.send(receive, timeout: .seconds(5))
        let outcome = try #require(try await live.entity(sale)?.send(place, timeout: .seconds(5)))
        #expect(outcome.appended == [.init(sequenceNumber: 1, type: "SalePlaced")])
        let again = try #require(try await live.entity(sale)?.send(place, timeout: .seconds(5)))
        #expect(again.refusal == "it must hold that it is new")
        #expect(try await live.settleReactions(within: .seconds(60)))
        #expect(try await store.head(of: sale)?.sequenceNumber == 2)
        await live.stop()
        await system.shutdown()
    }

    @Test("sample sales give the same events each time, and the last one waits for a carrier on strike, blocked")
    func sample() throws {
        let other = InMemoryStore()
        let start = Timestamp(microseconds: 1_740_902_400_000_000)
        for store in [store, other] { try Fulfilment.happen(6, in: store, seed: 42, startingAt: start) }
        let logs = try [store, other].map { store in
            try scheduler.run {
                try await store.readAll(after: 0, limit: 1_000, fields: .all, into: [RecordedEvent]()) { all, event in
                    all.append(RecordedEvent(event))
                    return .next
                }
            }
        }
        #expect(logs[0].count > 20 && logs[0] == logs[1])
        let blocked = try scheduler.run { [store] in
            try await store.list(
                SubscriptionFilter(isBlocked: true), of: Fulfilment.name, after: nil, limit: 10)
        }
        #expect(blocked.map(\.target) == [try Fulfilment.Shipment.id("sale-6")])
        #expect(blocked.first?.failure?.reaction == "ship")
        #expect(
            blocked.first?.failure?.attempts.map(\.message)
                == Array(repeating: "Carrier|rail is on strike", count: 4))
    }

    @Test("reactions happen in a sandbox copy, also what was blocked beneath, and nothing beneath changes")
    func sandbox() async throws {
        try Fulfilment.happen(6, in: store, seed: 42, startingAt: Timestamp(microseconds: 1_740_902_400_000_000))
        let before = try await store.readAll(after: 0, limit: 1_000, fields: [], into: 0) { count, _ in
            count += 1
            return .next
        }
        let copy = SandboxStore(over: store.reader())
        let system = ActorSystem(name: "shop")
        let host = EntityHost(system: system, events: copy, snapshots: copy, writer: system.writerID)
        let live = LiveEntities(try Fulfilment.domains(), on: host)
        let carriers = try #require(try Fulfilment.domains().last)
        let resume = try CommandText.parse("resume", for: carriers.commands)
        _ = try await live.entity(Fulfilment.Carrier.id("rail"))?.send(resume, timeout: .seconds(5))
        let shipment = try Fulfilment.Shipment.id("sale-6")
        _ = try await live.operate(ReactionOperation(.unblock, [shipment], of: Fulfilment.name), by: "Ada")
        #expect(try await live.settleReactions(within: .seconds(60)))
        #expect(try await copy.head(of: shipment)?.sequenceNumber == 1)
        #expect(try await copy.head(of: Fulfilment.Sale.id("sale-6"))?.sequenceNumber == 2)
        #expect(try await store.head(of: shipment) == nil)
        let after = try await store.readAll(after: 0, limit: 1_000, fields: [], into: 0) { count, _ in
            count += 1
            return .next
        }
        #expect(after == before)
        await live.stop()
        await system.shutdown()
    }
}
