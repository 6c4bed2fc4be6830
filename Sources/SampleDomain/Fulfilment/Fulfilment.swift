public import EventSourcing
public import Reactions

/// A process over several aggregates: a sale is placed, its stock is reserved, its payment is taken, and it is shipped; where
/// there is no stock or no money, what was done by then is undone.
///
///     Sale placed ──> Stock reserved ──> Charge taken ──> Shipment sent ──> Sale completed
///                       │ refused          │ declined
///                       v                  v
///                     Sale cancelled     Stock released, Sale cancelled
public enum Fulfilment {
    /// What the application is called in a store.
    public static let name = "fulfilment"

    /// The application on a store; throws only for a mistake in what it declares.
    ///
    /// - Parameters:
    ///   - store: keeps everything.
    ///   - system: where it lives; nil for a system of its own.
    ///   - settings: how it works; nil for the usual ones.
    public static func application(
        on store: any ReactionStore, in system: ActorSystem? = nil, settings: ApplicationSettings? = nil
    ) throws -> Application {
        try Application(name, on: store, in: system, settings: settings) { parts }
    }

    /// What the application declares.
    @ApplicationBuilder public static var parts: [ApplicationPart] {
        Sale.self
        Stock.self
        Charge.self
        Shipment.self
        Carrier.self
        forward
        compensation
    }

    /// What leads from a placed sale to a completed one.
    @ApplicationBuilder private static var forward: [ApplicationPart] {
        On(Sale.Placed.self, "reserve stock")
            .to { placed in .stream(try Stock.id(placed.item)) }
            .do { placed, stock, app in
                try await app.do(
                    Stock.Reserve(sale: placed.stream.entityID, quantity: placed.quantity), on: stock,
                    reactingTo: placed)
            }
        On(Stock.Reserved.self, "take payment")
            .to { reserved in .stream(try Charge.id(reserved.sale)) }
            .retry(ReactionRetry(backoff: .exponential(base: .seconds(1), cap: .seconds(30))))
            .do { reserved, charge, app in
                let sale = try await app.load(Sale.self, Sale.id(reserved.sale)).state
                try await app.do(
                    Charge.Take(amount: sale.amount, item: reserved.stream.entityID), on: charge, reactingTo: reserved)
            }
        On(Charge.Taken.self, "ship")
            .to { taken in .stream(try Shipment.id(taken.stream.entityID)) }
            .retry(ReactionRetry(backoff: .exponential(base: .seconds(1), cap: .seconds(30))))
            .do { taken, shipment, app in
                let sale = try await app.load(Sale.self, Sale.id(taken.stream.entityID)).state
                let carrier = try await app.load(Carrier.self, Carrier.id(Carrier.name(for: sale.item)))
                if carrier.state.isOnStrike { throw CarrierOnStrike(carrier: carrier.stream.entityID) }
                try await app.do(
                    Shipment.Send(carrier: carrier.stream.entityID), on: shipment, reactingTo: taken)
            }
        On(Shipment.Sent.self, "complete the sale")
            .to { sent in .stream(try Sale.id(sent.stream.entityID)) }
            .do { sent, sale, app in try await app.do(Sale.Complete(), on: sale, reactingTo: sent) }
    }

    /// What undoes what was done for a sale that can't go on.
    @ApplicationBuilder private static var compensation: [ApplicationPart] {
        On(Stock.Refused.self, "cancel for want of stock")
            .to { refused in .stream(try Sale.id(refused.sale)) }
            .do { refused, sale, app in
                try await app.do(Sale.Cancel(reason: "out of stock"), on: sale, reactingTo: refused)
            }
        On(Charge.Declined.self, "release stock")
            .to { declined in .stream(try Stock.id(declined.item)) }
            .do { declined, stock, app in
                try await app.do(Stock.Release(sale: declined.stream.entityID), on: stock, reactingTo: declined)
            }
        On(Charge.Declined.self, "cancel for want of money")
            .to { declined in .stream(try Sale.id(declined.stream.entityID)) }
            .do { declined, sale, app in
                try await app.do(Sale.Cancel(reason: declined.reason), on: sale, reactingTo: declined)
            }
    }
}
