import EventSourcing
import Inspection
import Reactions

@testable import Workbench

/// The stages of a drain as an application would tell them: what follows a sale that is placed.
enum DrainFixture {
    static let application = "fulfilment"
    private static let sale = StoreFixture.id("Sale", "sale-7")
    private static let stock = StoreFixture.id("Stock", "cup")
    private static let shipment = StoreFixture.id("Shipment", "sale-6")
    private static let placed = DrainStage.Event(type: "SalePlaced", stream: sale, sequenceNumber: 1, position: 33)

    private static func row(
        _ target: PersistenceID, _ watermark: Int64, _ mark: Int64, claim number: Int64, priority: Int64 = 0
    ) -> Subscription {
        var row = Subscription(NewSubscription(target, priority: priority, workMark: mark), of: application)
        row.watermark = watermark
        row.fencingNumber = number
        return row
    }

    private static func claim(_ row: Subscription, isLagging: Bool) -> SubscriptionClaim {
        var row = row
        row.holding = .init(holder: WriterID(ULID(high: 1, low: 1)), until: StoreFixture.start.adding(.seconds(10)))
        return SubscriptionClaim(row, isLagging: isLagging)
    }

    static let correlate = DrainStage.correlate(
        .init(
            positions: 31...33, count: 3,
            targets: [.init(stock, markBefore: 28, mark: 33), .init(shipment, markBefore: nil, mark: 32)],
            checkpointBefore: 30, checkpoint: 33))

    static let claimed = DrainStage.claim(
        .init(
            lane: Subscription.defaultLane, places: ClaimPlaces(lagging: 6, leading: 4),
            claims: [
                claim(row(shipment, 0, 32, claim: 5, priority: 3), isLagging: true),
                claim(row(stock, 28, 33, claim: 12), isLagging: false),
            ]))

    static let fetch = DrainStage.fetch(.init(target: stock, watermark: 28, through: 33, events: [placed]))
    static let call = DrainStage.Call(reaction: "reserve stock", target: stock, event: placed)
    static let handle = DrainStage.handle(call)

    static let handled = DrainStage.handled(
        call, wrote: [.init(type: "StockReserved", stream: stock, sequenceNumber: 9, position: 34)], failure: nil)

    static let failed = DrainStage.handled(
        call, wrote: [], failure: "Carrier|rail is on strike\u{1B}[2J and has been for a good while by now")

    static let acked = DrainStage.ack(.init(acked: [row(stock, 33, 33, claim: 12)], blocked: [], lost: []))

    /// One that is tried again, one that is blocked, and one that is another's.
    static let ended: DrainStage = {
        var (again, blocked) = (row(stock, 28, 33, claim: 12), row(shipment, 0, 32, claim: 5))
        again.retries = 1
        again.due = StoreFixture.start.adding(.seconds(2))
        blocked.retries = 4
        blocked.blocked = StoreFixture.start
        blocked.failure = SubscriptionFailure(
            reaction: "ship", position: 32,
            attempts: (0..<4).map { _ in .init(time: StoreFixture.start, message: "Carrier|rail is on strike") })
        return .ack(.init(acked: [again], blocked: [blocked], lost: [sale]))
    }()

    static var totals: SettledTotals {
        var totals = SettledTotals()
        (totals.handled, totals.failed, totals.blocked) = (4, 1, 1)
        return totals
    }
}
