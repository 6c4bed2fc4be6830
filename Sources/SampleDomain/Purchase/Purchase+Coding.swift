public import EventSourcing
public import StateMachines

extension PurchaseState: StoredCases {
    public static var registry: EventRegistry<PurchaseState> {
        get throws {
            try EventRegistry(
                EventType("pending", embed: PurchaseState.pending) {
                    if case .pending(let it) = $0 { it } else { nil }
                },
                EventType("paid", embed: PurchaseState.paid) { if case .paid(let it) = $0 { it } else { nil } },
                EventType("packed", embed: PurchaseState.packed) { if case .packed(let it) = $0 { it } else { nil } },
                EventType("shipped", embed: PurchaseState.shipped) {
                    if case .shipped(let it) = $0 { it } else { nil }
                },
                EventType("delivered", embed: PurchaseState.delivered) {
                    if case .delivered(let it) = $0 { it } else { nil }
                },
                EventType("cancelled", embed: PurchaseState.cancelled) {
                    if case .cancelled(let it) = $0 { it } else { nil }
                })
        }
    }
}

extension PurchaseEvent: StoredCases {
    public static var registry: EventRegistry<PurchaseEvent> {
        get throws {
            try EventRegistry(
                EventType("add", embed: PurchaseEvent.add) { if case .add(let it) = $0 { it } else { nil } },
                EventType("pay", embed: PurchaseEvent.pay) { $0.payment }, EventType("pack", .pack),
                EventType("ship", embed: PurchaseEvent.ship) { $0.parcel }, EventType("deliver", .deliver),
                EventType("lose", .lose), EventType("cancel", embed: PurchaseEvent.cancel) { $0.cancellation },
                EventType("paymentTimedOut", .paymentTimedOut), EventType("deliveryTimedOut", .deliveryTimedOut))
        }
    }
}
