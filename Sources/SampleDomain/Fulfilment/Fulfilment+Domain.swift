public import Inspection
import Reactions

extension Fulfilment {
    /// Its aggregates as the workbench knows them.
    public static func domains() throws -> [Domain] {
        let application = DomainApplication(name) { store, system in
            try self.application(on: store, in: system)
        }
        return [
            try Domain(
                Sale.self, of: application,
                commands: [
                    DomainAction(
                        "place", "Place it", .text("item", "the article"), .integer("qty", "how many"),
                        .optional(.integer("amount", "cents"))
                    ) { item, quantity, amount in
                        Sale.Place(
                            item: item, quantity: quantity, amount: amount ?? quantity * Order.listPrice(of: item))
                    },
                    DomainAction("cancel", "Call it off", .text("reason", "why")) { reason in
                        Sale.Cancel(reason: reason)
                    },
                ]),
            try Domain(
                Stock.self, of: application,
                commands: [
                    DomainAction("receive", "Take more in", .integer("qty", "how many")) { quantity in
                        Stock.Receive(quantity: quantity)
                    }
                ]),
            try Domain(Charge.self, of: application, commands: []),
            try Domain(Shipment.self, of: application, commands: []),
            try Domain(
                Carrier.self, of: application,
                commands: [
                    DomainAction("strike", "Carry nothing from now on") { Carrier.Strike() },
                    DomainAction("resume", "Carry again; what was blocked meanwhile is to be unblocked") {
                        Carrier.Resume()
                    },
                ]),
        ]
    }
}
