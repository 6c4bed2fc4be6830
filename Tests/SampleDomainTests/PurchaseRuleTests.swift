import StateMachines
import Testing

@testable import SampleDomain

@Suite("The rules of a purchase")
struct PurchaseRuleTests {
    private let machine: Machine<PurchaseState, PurchaseEvent>

    init() throws { machine = try Purchase.machine() }

    private static let tea = PurchaseEvent.add(Article(sku: "tea", price: 450))
    private static let paying = PurchaseEvent.pay(Payment(amount: 900, method: "card"))
    private static let shipping = PurchaseEvent.ship(Parcel(carrier: "post", tracking: "99.1"))
    private static let cancelling = PurchaseEvent.cancel(Cancellation(reason: "too late"))

    @Test("is filled, paid as a whole, packed, shipped and delivered")
    func way() throws {
        let history = try machine.history(
            of: Self.tea, Self.tea, Self.paying, .pack, Self.shipping, .deliver)
        #expect(history.current == .delivered(Parcel(carrier: "post", tracking: "99.1")))
        #expect(history.past.first == .shipped(Parcel(carrier: "post", tracking: "99.1")))
        #expect(history.visited == [.pending, .paid, .packed, .shipped, .delivered])
    }

    @Test("takes nothing but the whole total, and nothing for nothing")
    func payment() throws {
        #expect(throws: GuardRejected.self) { try machine.history(of: Self.tea, Self.paying) }
        #expect(throws: GuardRejected.self) { try machine.history(of: .pay(Payment(amount: 0, method: "card"))) }
        #expect(throws: GuardRejected.self) { try machine.history(of: .add(Article(sku: "tea", price: -1))) }
    }

    @Test("is cancelled until it is shipped, and not after")
    func cancelling() throws {
        for events in [[], [Self.tea, Self.tea, Self.paying], [Self.tea, Self.tea, Self.paying, .pack]] {
            let current = try machine.history(of: events + [Self.cancelling]).current
            #expect(current == .cancelled(Cancellation(reason: "too late")))
        }
        let refusal = #expect(throws: InvalidTransition.self) {
            try machine.history(of: Self.tea, Self.tea, Self.paying, .pack, Self.shipping, Self.cancelling)
        }
        #expect(
            refusal?.description
                == "Purchase in shipped takes no cancel; it takes deliver, lose, deliveryTimedOut")
    }

    @Test("has half an hour for its payment from the last article on, and a fortnight for its way")
    func timeouts() throws {
        #expect(
            try machine.decide(Self.tea, in: machine.initial).timers
                == [.arm("payment", after: .seconds(1_800), send: .paymentTimedOut)])
        #expect(
            try machine.decide(Self.shipping, in: .packed(Payment(amount: 900, method: "card"))).timers
                == [.arm("delivery", after: .seconds(1_209_600), send: .deliveryTimedOut)])
        #expect(
            try machine.history(of: .paymentTimedOut).current == .cancelled(Cancellation(reason: "not paid in time")))
        #expect(
            try machine.decide(.deliveryTimedOut, in: .shipped(Parcel(carrier: "", tracking: ""))).target
                == .goto(.cancelled(Cancellation(reason: "never arrived"))))
    }

    @Test("ends where its parcel is lost, and takes no more articles than can be counted")
    func ends() throws {
        #expect(
            try machine.decide(.lose, in: .shipped(Parcel(carrier: "", tracking: ""))).target
                == .stop("lost on the way"))
        #expect(throws: Refusal.self) {
            try machine.decide(Self.tea, in: .pending(Bill(articles: 1_000, total: 1_000)))
        }
    }

    @Test("is a machine of which only its two conditions are to be said")
    func findings() {
        let said = machine.findings.map(\.description)
        #expect(said.count == 2 && said.allSatisfy { $0.contains("has conditions only") })
        #expect(said.map { $0.prefix { $0 != " " } } == ["add", "pay"])
    }
}
