import EventSourcing
import StateMachines

struct Payment: Codable, Equatable, Sendable {
    var amount: Int
    var card: Sensitive<String>

    init(_ amount: Int, card: String = "4111 1111") {
        self.amount = amount
        self.card = Sensitive(card)
    }
}

/// An order whose states and events carry values.
enum OrderState: MachineState {
    case pending(total: Int)
    case paid(Payment)
    case shipped
    case cancelled

    enum CaseName: String, CaseIterable {
        case pending, paid, shipped, cancelled
    }

    var name: CaseName {
        switch self {
        case .pending: .pending
        case .paid: .paid
        case .shipped: .shipped
        case .cancelled: .cancelled
        }
    }

    var total: Int { if case .pending(let total) = self { total } else { 0 } }
}

enum OrderEvent: MachineEvent {
    case pay(Payment)
    case ship
    case cancel
    case paymentTimedOut(reminders: Int)

    enum CaseName: String, CaseIterable {
        case pay, ship, cancel, paymentTimedOut
    }

    var name: CaseName {
        switch self {
        case .pay: .pay
        case .ship: .ship
        case .cancel: .cancel
        case .paymentTimedOut: .paymentTimedOut
        }
    }

    var payment: Payment? { if case .pay(let payment) = self { payment } else { nil } }
}

func orders() throws -> Machine<OrderState, OrderEvent> {
    try Machine("Order", initial: .pending(total: 30)) {
        From(.pending) {
            On(.pay).where("the whole total") { order, event in event.payment?.amount == order.total }
                .goto(.paid, with: \.payment) { _, payment in .paid(payment) }
            On(.pay).stay()
            On(.paymentTimedOut).goto(.cancelled)
        }
        .timeout("payment", after: .seconds(1_800), send: .paymentTimedOut(reminders: 2))
        From(.paid) { On(.ship).goto(.shipped) }
        From(.pending, .paid) { On(.cancel).goto(.cancelled) }
        Final(.shipped, .cancelled)
    }
}

extension OrderState: StoredCases {
    struct Pending: Codable, Sendable { var total: Int }

    static var registry: EventRegistry<OrderState> {
        get throws {
            try EventRegistry(
                EventType("pending", embed: { (it: Pending) in .pending(total: it.total) }) {
                    if case .pending(let total) = $0 { Pending(total: total) } else { nil }
                },
                EventType("paid", embed: OrderState.paid) { if case .paid(let it) = $0 { it } else { nil } },
                EventType("shipped", .shipped), EventType("cancelled", .cancelled))
        }
    }
}

extension OrderEvent: StoredCases {
    struct TimedOut: Codable, Sendable { var reminders: Int }

    static var registry: EventRegistry<OrderEvent> {
        get throws {
            try EventRegistry(
                // Its amount was once called sum.
                EventType(
                    "pay", formerly: ["checkOut"], version: 2,
                    upcasters: [
                        .object(from: 1) { payment in
                            payment["amount"] = payment["sum"]
                            payment["sum"] = nil
                        }
                    ],
                    embed: OrderEvent.pay
                ) { $0.payment },
                EventType("ship", .ship), EventType("cancel", .cancel),
                EventType("paymentTimedOut", embed: { (it: TimedOut) in .paymentTimedOut(reminders: it.reminders) }) {
                    if case .paymentTimedOut(let reminders) = $0 { TimedOut(reminders: reminders) } else { nil }
                })
        }
    }
}
