import Actors
import EventSourcing
import Reactions
import SampleDomain
import Testing

@testable import Inspection

@Suite("Drains stage by stage")
struct SteppedDrainTests {
    private let shop: SteppedShop

    init() throws { shop = try SteppedShop() }

    @Test("each stage of the engine's own drain waits, in its order, with its data, until nothing moves")
    func order() throws {
        shop.look()
        try shop.place("s")
        #expect(
            shop.walk() == [
                "correlate 3...3 Stock|cup new>3 checkpoint 0>3",
                "claim lagging Stock|cup 0/3 #1",
                "fetch Stock|cup SalePlaced@3",
                "handle reserve stock SalePlaced@3",
                "handled reserve stock StockReserved@4",
                "ack Stock|cup 3/3",
                "correlate 4...4 Charge|s new>4 checkpoint 3>4",
                "claim lagging Charge|s 3/4 #1",
                "fetch Charge|s StockReserved@4",
                "handle take payment StockReserved@4",
                "handled take payment PaymentTaken@5",
                "ack Charge|s 4/4",
                "correlate 5...5 Shipment|s new>5 checkpoint 4>5",
                "claim lagging Shipment|s 4/5 #1",
                "fetch Shipment|s PaymentTaken@5",
                "handle ship PaymentTaken@5",
                "handled ship ShipmentSent@6",
                "ack Shipment|s 5/5",
                "correlate 6...6 Sale|s new>6 checkpoint 5>6",
                "claim lagging Sale|s 5/6 #1",
                "fetch Sale|s ShipmentSent@6",
                "handle complete the sale ShipmentSent@6",
                "handled complete the sale SaleCompleted@7",
                "ack Sale|s 6/6",
                "correlate 7...7 checkpoint 6>6",
                "settled 4 handled, 0 failed",
            ])
    }

    @Test("nothing goes on behind a stage before a person says so")
    func waiting() throws {
        shop.look()
        try shop.place("s")
        #expect(shop.news().count == 1)
        shop.scheduler.advance(by: .seconds(5))
        #expect(shop.news().isEmpty)
        #expect(try shop.types("Stock", "cup") == ["StockReceived"])
        while true {
            shop.steps.perform(.goOn)
            if shop.news().last?.hasPrefix("handle ") == true { break }
        }
        #expect(try shop.types("Stock", "cup") == ["StockReceived"])
        shop.steps.perform(.goOn)
        #expect(shop.news() == ["handled reserve stock StockReserved@4"])
        #expect(try shop.subscription("Stock", "cup").watermark == 0)
        shop.steps.perform(.goOn)
        #expect(shop.news() == ["ack Stock|cup 3/3"])
    }

    @Test("of two streams that are claimed at once one comes to its end before the other begins")
    func oneAfterTheOther() throws {
        shop.look()
        try shop.place("s", "anvil", quantity: 3, amount: 59_700)
        let lines = shop.walk()
        let handling = lines.compactMap { line -> Substring? in
            let words = line.split(separator: " ")
            return ["fetch", "ack"].contains(words[0]) ? words[0] + " " + words[1] : nil
        }
        for pair in stride(from: 0, to: handling.count, by: 2) {
            #expect(handling[pair].dropFirst(6) == handling[pair + 1].dropFirst(4), "\(lines)")
        }
        #expect(lines.last == "settled 4 handled, 0 failed")
        #expect(try shop.types("Stock", "anvil") == ["StockReceived", "StockReserved", "StockReleased"])
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCancelled"])
    }

    @Test("a call that is stopped fails, and is tried again; elsewhere there is nothing to stop")
    func stopping() throws {
        shop.look()
        try shop.place("s")
        var stopped = 0
        let lines = shop.walk { line in
            if line.hasPrefix("handle "), stopped == 0 {
                stopped += 1
                return .stop
            }
            return line.hasPrefix("handle ") ? .goOn : .stop
        }
        #expect(
            lines[3...4] == [
                "handle reserve stock SalePlaced@3", "failed reserve stock stopped by hand before it was called",
            ])
        #expect(lines[5] == "ack Stock|cup 0/3")
        #expect(lines[6] == "claim lagging Stock|cup 0/3 #2")
        #expect(lines.last == "settled 4 handled, 1 failed")
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCompleted"])
    }

    @Test("a drain that runs on does so until it has settled, and the next one waits again")
    func runningOn() throws {
        shop.look()
        try shop.place("s")
        #expect(shop.walk { _ in .runOn }.count == 2)
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCompleted"])
        try shop.place("t")
        #expect(shop.news() == ["correlate 8...8 Stock|cup 3>8 checkpoint 6>8"])
    }

    @Test(
        "whoever ends it lets what waits go on, at whatever stage: by looking away, with the store, and with the application",
        arguments: ["off", "close", "stop"])
    func ending(way: String) throws {
        for stage in 0..<8 {
            let shop = try SteppedShop()
            shop.look()
            try shop.place("s")
            for _ in 0..<stage {
                _ = shop.news()
                shop.steps.perform(.goOn)
            }
            _ = shop.news()
            switch way {
            case "off": shop.steps.lookAtDrains(nil)
            case "close": #expect(!shop.steps.close(), "no command waits")
            default: break
            }
            let live = shop.live
            if way != "stop" {
                try shop.settle()
                #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCompleted"], "from stage \(stage)")
            }
            try shop.scheduler.run { await live.stop() }
            #expect(!shop.news().contains { !$0.hasPrefix("settled") }, "nothing waits any more")
        }
    }

    @Test("a reaction runs while it waits to be called, and can be cancelled there, which is a failed try")
    func cancelling() throws {
        shop.look()
        try shop.place("s")
        _ = shop.walk { $0.hasPrefix("handle ") ? nil : .goOn }
        let running = shop.live.running
        #expect(running.map(\.running.reaction) == ["reserve stock"])
        #expect(running.map(\.application) == [Fulfilment.name])
        let view = try Inspector(shop.store.reader()).reactions(now: shop.system.now, live: shop.live).finish()
        #expect(view.running.map(\.reaction) == ["reserve stock"] && view.running.map(\.position) == [3])
        let holding = try #require(try shop.subscription("Stock", "cup").holding)
        #expect(view.running.first?.until == holding.until)
        #expect(view.application(Fulfilment.name)?.presence == .runs)
        let (live, target) = (shop.live, try PersistenceID("Stock", "cup"))
        let operation = ReactionOperation(.cancel, [target], of: Fulfilment.name)
        let count = try shop.scheduler.run { try await live.operate(operation, by: "Ada") }
        #expect(count == 1)
        #expect(shop.news() == ["failed reserve stock it was cancelled"])
        #expect(try shop.types("Operations", Fulfilment.name) == ["ReactionsCancelled"])
        #expect(shop.live.running.map(\.running.reaction) == ["reserve stock"])
        shop.steps.perform(.goOn)
        #expect(shop.news() == ["ack Stock|cup 0/3"])
        #expect(shop.live.running.isEmpty)
    }

    @Test("somebody who looks at each stage for longer than a lease holds up nothing: all is done once, and in order")
    func slowPerson() throws {
        shop.look()
        try shop.place("s", "anvil", quantity: 3, amount: 59_700)
        let lines = shop.walk { _ in
            shop.scheduler.advance(by: .seconds(30))
            return .goOn
        }
        #expect(!lines.contains { $0.hasPrefix("failed") || $0.contains("lost") })
        let claims = lines.filter { $0.hasPrefix("claim") && $0.contains("Stock|anvil") }
        #expect(claims.count == 2, "what is in line is not claimed again: \(claims)")
        #expect(try shop.types("Stock", "anvil") == ["StockReceived", "StockReserved", "StockReleased"])
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCancelled"])
        #expect(try shop.types("Charge", "s") == ["PaymentDeclined"])
    }

    @Test("as long as a command is looked at no drain is shown, and what waits of one goes before no stage of it")
    func commandFirst() throws {
        shop.look()
        let stages = Told<CommitStage>()
        let id = try PersistenceID("Sale", "s")
        shop.steps.begin(of: id, before: nil, showsSecrets: false) { stages.add($0) }
        try shop.receive(1, of: "cup")
        #expect(shop.news().isEmpty)
        #expect(stages.all.isEmpty)
        shop.steps.end()
        #expect(shop.news() == ["correlate 3...3 checkpoint 0>0"])
    }

    @Test(
        "a command that waits for a drain behind its append lets the drain be shown, and comes to its end with it",
        arguments: [StepWish.goOn, .runOn])
    func commandBehindDrain(wish: StepWish) throws {
        let own = Told<Application>()
        let application = DomainApplication(Fulfilment.name) { store, system in
            let application = try Application(Fulfilment.name, on: store, in: system) {
                Fulfilment.parts
                On(Fulfilment.Sale.Placed.self, "wait").void { _ in try await own.all.first?.settle() }
            }
            own.add(application)
            return application
        }
        let cancel = DomainAction("cancel", "Call it off", .text("reason", "why")) { reason in
            Fulfilment.Sale.Cancel(reason: reason)
        }
        let shop = try SteppedShop([Domain(Fulfilment.Sale.self, of: application, commands: [cancel])])
        shop.look()
        let (stages, over, id) = (Told<CommitStage>(), Told<String>(), try Fulfilment.Sale.id("s"))
        shop.steps.begin(of: id, before: nil, showsSecrets: false) { stages.add($0) }
        let placing = try #require(own.all.first)
        Task.detached(executorPreference: shop.scheduler) {
            do {
                try await placing.do(Fulfilment.Sale.Place(item: "cup", quantity: 1, amount: 900), on: id)
                over.add("placed")
            } catch {
                over.add("\(error)")
            }
        }
        var news = shop.news()
        while stages.all.count < (wish == .runOn ? 1 : 4) {
            #expect(news.isEmpty, "the command has not written")
            shop.steps.perform(.goOn)
            news = shop.news()
        }
        #expect(news.isEmpty && stages.all.count == (wish == .runOn ? 1 : 4))
        shop.steps.perform(wish)
        let lines = shop.walk()
        #expect(lines.first?.hasPrefix("correlate ") == true)
        #expect(lines.last == "settled 4 handled, 0 failed")
        shop.work()
        #expect(over.all == ["placed"])
        shop.steps.end()
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCompleted"])
    }

    @Test("a command to an aggregate goes through its commit, and what a reaction writes does not")
    func commits() throws {
        shop.look()
        let stages = Told<CommitStage>()
        let (steps, id) = (shop.steps, try PersistenceID("Sale", "s"))
        steps.begin(of: id, before: nil, showsSecrets: false) { stage in
            stages.add(stage)
            steps.perform(.goOn)
        }
        try shop.place("s")
        let names = stages.all.map { stage in
            switch stage {
            case .decide(let events): "decide \(events.map(\.type))"
            case .foldDry: "fold"
            case .append(let count, let expecting, let epoch): "append \(count) \(expecting ?? -1) \(epoch ?? -1)"
            case .advance(let receipt, _): "advance \(receipt.sequenceNumbers)"
            default: "\(stage)"
            }
        }
        #expect(names == ["decide [\"SalePlaced\"]", "fold", "append 1 0 -1", "advance 1..<2"])
        // The drain ends with an event of the same entity, while its steps are still looked at.
        steps.end()
        steps.begin(of: id, before: nil, showsSecrets: false) { stages.add($0) }
        steps.lookAtDrains(nil)
        try shop.settle()
        #expect(try shop.types("Sale", "s") == ["SalePlaced", "SaleCompleted"])
        #expect(stages.all.count == 4)
    }
}
