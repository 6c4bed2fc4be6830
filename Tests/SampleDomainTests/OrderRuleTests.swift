import Testing

@testable import SampleDomain

/// An order behind some requests, all of which are accepted.
private func anOrder(behind requests: [Order.Request]) throws -> OrderState {
    try requests.reduce(into: OrderState()) { order, request in
        for event in try Order.decide(request, on: order, tracking: "t-1").get() { try order.apply(event) }
    }
}

extension Order.Request {
    static let placing = Order.Request.place(customer: "c-771", city: "Basel")
    static let tea = Order.Request.addItem(sku: "tea", quantity: 2, price: 450)
    static let paying = Order.Request.pay(method: "card")
    static let shipping = Order.Request.ship(carrier: "post")
    static let cancelling = Order.Request.cancel(reason: "too late")
}

/// A request that is refused, and the clause that says why.
private struct Refused: CustomTestStringConvertible, Sendable {
    var behind: [Order.Request]
    var request: Order.Request
    var refusal: String
    var testDescription: String { refusal }

    init(_ behind: [Order.Request], _ request: Order.Request, _ refusal: String) {
        (self.behind, self.request, self.refusal) = (behind, request, refusal)
    }
}

@Suite("The rules of an order")
struct OrderRuleTests {
    private static let open: [Order.Request] = [.placing, .tea]
    private static let paid = open + [.paying]
    private static let shipped = paid + [.shipping]
    private static let cancelled = open + [.cancelling]

    fileprivate static let refusals: [Refused] = [
        Refused([], .tea, "there is no order yet; place one"),
        Refused([], .place(customer: "", city: "Basel"), "an order needs a customer"),
        Refused(open, .placing, "the order is placed already"),
        Refused(open, .addItem(sku: "", quantity: 1, price: nil), "an item needs a sku"),
        Refused(
            open, .addItem(sku: "tea", quantity: 0, price: nil),
            "at least 1 piece can be added, and 0 were asked for"),
        Refused(
            open, .addItem(sku: "tea", quantity: 98, price: nil), "at most 99 pieces of tea fit, and 2 are there"),
        Refused(
            open, .addItem(sku: "kettle", quantity: .max, price: nil),
            "at most 99 pieces of kettle fit, and 0 are there"),
        Refused(
            open, .addItem(sku: "tea", quantity: 1, price: -1), "a price is from 0 to 1000000 cents"),
        Refused(open, .removeItem(sku: "coffee"), "there is no coffee in the order"),
        Refused([.placing], .paying, "the order has no items to pay"),
        Refused(open, .shipping, "the order is not paid yet"),
        Refused(open, .cancel(reason: ""), "a cancellation needs a reason"),
        Refused(paid, .tea, "the order is paid; its items are fixed"),
        Refused(paid, .removeItem(sku: "tea"), "the order is paid; its items are fixed"),
        Refused(paid, .paying, "the order is paid already"),
        Refused(shipped, .cancelling, "the order is shipped already"),
        Refused(cancelled, .tea, "the order is cancelled"),
    ]

    @Test(
        "what an order refuses, and why",
        arguments: refusals)
    fileprivate func refused(_ refused: Refused) throws {
        let order = try anOrder(behind: refused.behind)
        guard case .failure(let refusal) = Order.decide(refused.request, on: order, tracking: "t-1") else {
            Issue.record("it is not refused")
            return
        }
        #expect(refusal.reason == refused.refusal)
    }

    @Test("an order is placed, filled, paid and shipped")
    func life() throws {
        let order = try anOrder(behind: Self.shipped)
        #expect(order.status == .shipped)
        #expect(order.customer == "c-771" && order.city == "Basel")
        #expect(order.items == [OrderState.Item(sku: "tea", qty: 2, price: 450)])
        #expect(order.total == 900 && order.paid == 900)
        #expect(order.tracking == "t-1")
    }

    @Test("more pieces of an article join those that are there, at the new price, and the total follows")
    func items() throws {
        let order = try anOrder(
            behind: Self.open + [
                .addItem(sku: "tea", quantity: 3, price: 400), .addItem(sku: "coffee", quantity: 1, price: nil),
                .removeItem(sku: "coffee"),
            ])
        #expect(order.items == [OrderState.Item(sku: "tea", qty: 5, price: 400)])
        #expect(order.total == 2_000)
    }

    @Test("a paid order can be cancelled")
    func cancelPaid() throws {
        let order = try anOrder(behind: Self.paid + [.cancelling])
        #expect(order.status == .cancelled && order.cancelledBecause == "too late")
    }

    @Test("an article without a price has one, the same each time, also one that the shop does not have")
    func listPrice() {
        #expect(Order.listPrice(of: "tea") == 450)
        #expect(Order.listPrice(of: "unheard-of") == Order.listPrice(of: "unheard-of"))
        #expect(Order.listPrice(of: "unheard-of") >= 100)
    }

    @Test("numbers in a foreign event that can't be counted with are an error and not a trap")
    func hostile() throws {
        var state = try anOrder(behind: Self.open)
        #expect(throws: UncountableError(what: "quantity")) {
            try state.apply(.itemAdded(ItemAdded(sku: "tea", qty: .max, price: 1)))
        }
        var other = try anOrder(behind: Self.open)
        #expect(throws: UncountableError(what: "total")) {
            try other.apply(.itemAdded(ItemAdded(sku: "gold", qty: .max, price: .max)))
        }
        var negative = try anOrder(behind: [.placing])
        try negative.apply(.itemAdded(ItemAdded(sku: "tea", qty: .min, price: 0)))
        #expect(throws: Never.self) { try Order.decide(.tea, on: negative, tracking: "").get() }
    }
}
