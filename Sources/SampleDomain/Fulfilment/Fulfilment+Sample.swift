import Actors
public import EventSourcing
import Reactions

extension Fulfilment {
    /// Has sales placed and everything that follows happen, in a time of its own: the same numbers give the same events.
    ///
    /// Some are out of stock, some can't be paid; the railway is on strike in the end, so that what is heavy waits, blocked.
    ///
    /// - Parameters:
    ///   - sales: how many.
    ///   - store: where; its log goes on with them.
    ///   - seed: where chance comes from.
    ///   - start: the time of the first event.
    public static func happen(
        _ sales: Int, in store: InMemoryStore, seed: UInt64, startingAt start: Timestamp
    ) throws {
        guard sales > 0 else { return }
        let scheduler = StepScheduler(startingAt: start, seed: seed)
        let system = ActorSystem(name: name, scheduler: scheduler)
        let app = try application(on: store, in: system)
        var random = SeededRandom(seed: seed)
        try scheduler.run {
            try await store.register(
                WriterRecord(id: system.writerID, host: "shop", started: start, program: name, version: "1.0"))
            for item in items { try await app.do(Stock.Receive(quantity: 8), on: Stock.id(item.name)) }
        }
        for number in 1...sales {
            if number == max(1, sales - 1) {
                _ = try scheduler.run { try await app.do(Carrier.Strike(), on: Carrier.id("rail")) }
            }
            // The last one is heavy, and can be paid, so that something waits for the railway.
            let item = number == sales ? items[0] : items.pick(&random)
            let quantity = number == sales ? 1 : Int.random(in: 1...3, using: &random)
            let place = Sale.Place(item: item.name, quantity: quantity, amount: quantity * item.price)
            _ = try scheduler.run { try await app.do(place, on: Sale.id("sale-\(number)")) }
            scheduler.advance(by: .seconds(Int.random(in: 20...400, using: &random)))
        }
        try scheduler.run { await app.shutdown() }
        try scheduler.run { await system.shutdown() }
    }

    /// What is sold; an anvil is heavy, and three of them are dearer than a card allows.
    private static let items: [(name: String, price: Int)] = [("anvil", 19_900), ("cup", 900), ("tea", 450)]
}
