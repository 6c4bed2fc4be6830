import EventSourcing
import StateMachines

/// A sample purchase while it grows: each ends elsewhere in the machine.
struct PurchaseStory: Sendable {
    /// How a purchase ends.
    enum Ending: Sendable, CaseIterable {
        case shipped, delivered, open, unpaid, lost
    }

    let id: PersistenceID
    private(set) var number: Int64 = 0
    private let events: [PurchaseEvent]
    private let machine: Machine<PurchaseState, PurchaseEvent>
    private let registry: EventRegistry<MachineTransition<PurchaseState, PurchaseEvent>>
    private var state: PurchaseState

    /// Decides what will happen; throws only what naming the instance throws.
    ///
    /// - Parameters:
    ///   - index: the purchase's place among all, from 0.
    ///   - machine: what decides.
    ///   - registry: how its transitions are stored.
    ///   - random: where chance comes from.
    init(
        _ index: Int, by machine: Machine<PurchaseState, PurchaseEvent>,
        _ registry: EventRegistry<MachineTransition<PurchaseState, PurchaseEvent>>, random: inout SeededRandom
    ) throws {
        let name = "purchase-" + String(repeating: "0", count: max(0, 5 - "\(index + 1)".count)) + "\(index + 1)"
        let endings = Ending.allCases
        self.machine = machine
        self.registry = registry
        id = try PersistenceID(machine.name, name)
        state = machine.initial
        let articles = (0..<Int.random(in: 1...3, using: &random)).map { _ -> Article in
            let article = Order.articles.pick(&random)
            return Article(sku: article.sku, price: article.price)
        }
        let payment = Payment(
            amount: articles.reduce(0) { $0 + $1.price }, method: ["card", "invoice", "cash"].pick(&random))
        let parcel = Parcel(
            carrier: ["post", "rail", "bike"].pick(&random),
            tracking: "99.\(Int.random(in: 100...999, using: &random))")
        let sent: [PurchaseEvent] = [.pay(payment), .pack, .ship(parcel)]
        let rest: [PurchaseEvent] =
            switch endings[index % endings.count] {
            case .shipped: sent
            case .delivered: sent + [.deliver]
            case .open: []
            case .unpaid: [.paymentTimedOut]
            case .lost: sent + [.lose]
            }
        events = articles.map(PurchaseEvent.add) + rest
    }

    /// How many events are still to come.
    var left: Int { events.count - Int(number) }

    /// Takes the next event by the machine itself, and encodes it as an instance would.
    ///
    /// Throws the machine's refusal, which never comes, and what encoding throws.
    mutating func nextEvent() throws -> (type: String, version: Int, payload: [UInt8]) {
        let event = events[Int(number)]
        let target = try machine.decide(event, in: state).target
        if case .goto(let next) = target { state = next }
        number += 1
        return try registry.encode(MachineTransition(event: event, target: target))
    }
}
