import EventSourcing

/// A sample order while it grows: placed, filled and changed for as long as it has to last, then brought to its end.
struct OrderStory: SampleStory {
    /// How the order stands behind its last event.
    enum Ending: Sendable, CaseIterable {
        case shipped, open, cancelled, paid
    }

    private(set) var state = OrderState()
    let ending: Ending
    let registry: EventRegistry<OrderEvent>
    let snapshots: SnapshotCodec<OrderState>

    private static let customers = ["c-771", "c-102", "c-355", "c-018", "c-640", "c-229", "c-483"]
    private static let cities = ["Basel", "Bern", "Zürich", "Genève", "Lugano", "Chur"]
    private static let methods = ["card", "invoice", "cash"]
    private static let carriers = ["post", "rail", "bike"]
    private static let reasons = ["no longer wanted", "ordered twice", "too late"]

    init(ending: Ending, registry: EventRegistry<OrderEvent>, snapshots: SnapshotCodec<OrderState>) {
        self.ending = ending
        self.registry = registry
        self.snapshots = snapshots
    }

    mutating func nextEvent(
        of id: PersistenceID, at number: Int64, left: Int64, random: inout SeededRandom
    ) throws -> (type: String, version: Int, payload: [UInt8]) {
        let request = nextRequest(left: left, random: &random)
        let events = try Order.decide(request, on: state, tracking: Order.tracking(of: id, at: number)).get()
        guard let event = events.first else { throw Refusal(stringLiteral: "nothing came of the request") }
        try state.apply(event)
        return try registry.encode(event)
    }

    func snapshot() throws -> (stateType: String, state: [UInt8]) {
        (snapshots.stateType, try snapshots.encode(state))
    }

    private func nextRequest(left: Int64, random: inout SeededRandom) -> Order.Request {
        switch (state.status, ending) {
        case (.new, _):
            return .place(customer: Self.customers.pick(&random), city: Self.cities.pick(&random))
        case (.paid, _): return .ship(carrier: Self.carriers.pick(&random))
        case (_, .shipped) where left <= 2 && !state.items.isEmpty,
            (_, .paid) where left == 1 && !state.items.isEmpty:
            return .pay(method: Self.methods.pick(&random))
        case (_, .cancelled) where left == 1: return .cancel(reason: Self.reasons.pick(&random))
        default: return changeOfItems(&random)
        }
    }

    /// Never more than a few pieces of an article, so that no limit is ever met.
    private func changeOfItems(_ random: inout SeededRandom) -> Order.Request {
        let article = Order.articles.pick(&random)
        if let present = state.items.first(where: { $0.sku == article.sku }),
            present.qty > 4 || Int.random(in: 0..<4, using: &random) == 0
        {
            return .removeItem(sku: article.sku)
        }
        // Now and then at a reduced price.
        let price = Int.random(in: 0..<6, using: &random) == 0 ? article.price * 9 / 10 : article.price
        return .addItem(sku: article.sku, quantity: .random(in: 1...3, using: &random), price: price)
    }
}

extension Array {
    /// One of the elements of an array that is not empty.
    func pick(_ random: inout SeededRandom) -> Element { self[Int.random(in: 0..<count, using: &random)] }
}
