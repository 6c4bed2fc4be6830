public import StateMachines

extension Purchase {
    /// The table of a purchase.
    ///
    /// Throws `MachineDefinitionError`, which it never does.
    public static func machine() throws -> Machine<PurchaseState, PurchaseEvent> {
        try Machine("Purchase", initial: .pending(Bill())) {
            From(.pending) {
                On(.add).where("a price from 1 to 1000000 cents") { _, event in event.hasPrice }
                    .goto(.pending, compute: adding)
                On(.pay).where("the whole total") { state, event in event.pays(all: state) }
                    .goto(.paid, with: \.payment) { _, payment in .paid(payment) }
                On(.paymentTimedOut).goto(.cancelled(Cancellation(reason: "not paid in time")))
            }
            .timeout("payment", after: patience, send: .paymentTimedOut)
            From(.paid) {
                On(.pack).goto(.packed) { state, _ in
                    if case .paid(let payment) = state { .packed(payment) } else { state }
                }
            }
            From(.packed) { On(.ship).goto(.shipped, with: \.parcel) { _, parcel in .shipped(parcel) } }
            From(.pending, .paid, .packed) {
                On(.cancel).goto(.cancelled, with: \.cancellation) { _, cancellation in .cancelled(cancellation) }
            }
            From(.shipped) {
                On(.deliver).goto(.delivered) { state, _ in
                    if case .shipped(let parcel) = state { .delivered(parcel) } else { state }
                }
                On(.lose).stop("lost on the way")
                On(.deliveryTimedOut).goto(.cancelled(Cancellation(reason: "never arrived")))
            }
            .timeout("delivery", after: longestWay, send: .deliveryTimedOut)
            Final(.delivered, .cancelled)
        }
    }

    /// The most articles that a purchase takes, so that its total can be counted.
    private static let mostArticles = 1_000

    @Sendable private static func adding(_ state: PurchaseState, _ event: PurchaseEvent) throws -> PurchaseState {
        guard case .pending(let bill) = state, case .add(let article) = event else { return state }
        if bill.articles >= mostArticles {
            throw Refusal(stringLiteral: "a purchase has at most \(mostArticles) articles")
        }
        return .pending(
            Bill(articles: bill.articles + 1, total: try bill.total.adding(article.price, as: "total")))
    }
}

extension PurchaseEvent {
    /// What the event says was paid.
    var payment: Payment? { if case .pay(let payment) = self { payment } else { nil } }

    /// What the event sends out.
    var parcel: Parcel? { if case .ship(let parcel) = self { parcel } else { nil } }

    /// Why the event calls the purchase off.
    var cancellation: Cancellation? { if case .cancel(let cancellation) = self { cancellation } else { nil } }

    fileprivate var hasPrice: Bool {
        if case .add(let article) = self { (1...1_000_000).contains(article.price) } else { false }
    }

    fileprivate func pays(all state: PurchaseState) -> Bool {
        guard case .pending(let bill) = state, let payment else { return false }
        return bill.total > 0 && payment.amount == bill.total
    }
}
