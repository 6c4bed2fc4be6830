public import Inspection
import StateMachines

extension Purchase {
    /// The purchase as the workbench knows it; its timeouts are sent by its timers.
    public static func domain() throws -> Domain {
        try Domain(
            machine(),
            commands: [
                DomainCommand(
                    .add, "Put an article in", .text("sku", "the article"), .optional(.integer("price", "cents"))
                ) { sku, price in
                    .add(Article(sku: sku, price: price ?? Order.listPrice(of: sku)))
                },
                DomainCommand(
                    .pay, "Pay the whole total", .integer("amount", "cents"),
                    .optional(.choice("method", of: ["card", "invoice", "cash"], "how it is paid"))
                ) { amount, method in
                    .pay(Payment(amount: amount, method: method ?? "card"))
                },
                DomainCommand(.pack, "Pack what is paid") { .pack },
                DomainCommand(
                    .ship, "Send the parcel out", .text("tracking", "the carrier's number"),
                    .optional(.choice("carrier", of: ["post", "rail", "bike"], "who carries it"))
                ) { tracking, carrier in
                    .ship(Parcel(carrier: carrier ?? "post", tracking: tracking))
                },
                DomainCommand(.deliver, "Hand the parcel over") { .deliver },
                DomainCommand(.lose, "Lose the parcel for good") { .lose },
                DomainCommand(.cancel, "Call the purchase off", .text("reason", "why")) { reason in
                    .cancel(Cancellation(reason: reason))
                },
            ])
    }
}
