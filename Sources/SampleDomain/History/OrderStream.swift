import Actors
import EventSourcing

/// A sample order while it grows: placed, filled and changed for as long as it has to last, then paid and shipped.
struct OrderStream: Sendable {
    var progress: StreamProgress
    private(set) var state = OrderState()
    private let registry: EventRegistry<OrderEvent>

    private static let articles = [
        "tea", "coffee", "cocoa", "sugar", "cups-6", "kettle", "filter", "honey", "SKU-104", "SKU-220", "SKU-377",
    ]
    private static let customers = ["c-771", "c-102", "c-355", "c-018", "c-640"]
    private static let cities = ["Basel", "Bern", "Zürich", "Genève", "Lugano", "Chur"]

    init(_ id: PersistenceID, length: Int) throws {
        progress = StreamProgress(id: id, length: Int64(length))
        registry = try OrderEvent.registry()
    }

    mutating func nextEvent(at time: Timestamp, random: inout SeededRandom) throws -> ImportedEvent {
        let event = nextEvent(random: &random)
        state.apply(event)
        return progress.next(try registry.encode(event), at: time)
    }

    private func nextEvent(random: inout SeededRandom) -> OrderEvent {
        // A request that the rules refuse is replaced by one that they never do; so every history is a legal one.
        let request = nextRequest(random: &random)
        let tracking = "99.00.\(progress.number + 100)"
        if case .success(let events) = Order.decide(request, on: state, tracking: tracking), let event = events.first {
            return event
        }
        return .itemAdded(ItemAdded(sku: "gift", qty: 1, price: 0))
    }

    private func nextRequest(random: inout SeededRandom) -> Order.Request {
        let left = progress.length - progress.number
        switch state.status {
        case .new:
            return .place(
                customer: pick(Self.customers, &random), city: pick(Self.cities, &random))
        case .paid: return .ship(carrier: "post")
        case .open where left == 2 && !state.items.isEmpty: return .pay(method: "card")
        case .open where left == 1 && progress.number % 5 == 0: return .cancel(reason: "no longer wanted")
        default: break
        }
        let article = pick(Self.articles, &random)
        let present = state.items.first { $0.sku == article }
        if let present, present.qty > 4 || Int.random(in: 0..<4, using: &random) == 0 {
            return .removeItem(sku: article)
        }
        return .addItem(sku: article, quantity: .random(in: 1...3, using: &random), price: nil)
    }

    private func pick(_ words: [String], _ random: inout SeededRandom) -> String {
        words[Int.random(in: 0..<words.count, using: &random)]
    }
}
