import Actors
public import EventSourcing
public import Inspection

extension Order {
    /// The entity's actor: snapshots every 10 events.
    public static func behavior(
        _ id: PersistenceID
    ) throws -> EventSourcedBehavior<Asked<Request>, OrderEvent, OrderState> {
        try EventSourcedBehavior(
            id: id, emptyState: OrderState(), events: OrderEvent.registry(),
            commandHandler: { context, asked, order in
                let tracking = tracking(of: id, at: context.sequenceNumber + 1)
                switch decide(asked.request, on: order, tracking: tracking) {
                case .success(let events):
                    return .persist(events).thenReply(to: asked.replyTo) { order in
                        .done("\(order.status.rawValue), total \(order.total)")
                    }
                case .failure(let refusal): return .reply(to: asked.replyTo, .refused(refusal.reason))
                }
            },
            eventHandler: { order, event in try order.apply(event) }
        ).withSnapshots(.every(10), codec: .json("Order"))
    }

    /// The order as the workbench knows it.
    public static func domain() throws -> Domain {
        try Domain(
            "Order", behavior: behavior,
            commands: [
                DomainCommand(
                    "place", "Begin an order", .text("customer", "who orders"),
                    .optional(.text("city", "where it goes"))
                ) { replyTo, customer, city in
                    Asked(.place(customer: customer, city: city ?? "Basel"), replyTo: replyTo)
                },
                DomainCommand(
                    "add-item", "Put pieces of an article into the order", .text("sku", "the article"),
                    .integer("qty", "how many pieces"), .optional(.integer("price", "cents for one piece"))
                ) { replyTo, sku, quantity, price in
                    Asked(.addItem(sku: sku, quantity: quantity, price: price), replyTo: replyTo)
                },
                DomainCommand("remove-item", "Take an article out of the order", .text("sku", "the article")) {
                    replyTo, sku in Asked(.removeItem(sku: sku), replyTo: replyTo)
                },
                DomainCommand(
                    "pay", "Pay the whole total",
                    .optional(.choice("method", of: ["card", "invoice", "cash"], "how it is paid"))
                ) { replyTo, method in Asked(.pay(method: method ?? "card"), replyTo: replyTo) },
                DomainCommand(
                    "ship", "Send the paid order out",
                    .optional(.choice("carrier", of: ["post", "rail", "bike"], "who carries it"))
                ) { replyTo, carrier in Asked(.ship(carrier: carrier ?? "post"), replyTo: replyTo) },
                DomainCommand("cancel", "Call the order off", .text("reason", "why")) { replyTo, reason in
                    Asked(.cancel(reason: reason), replyTo: replyTo)
                },
            ])
    }
}
