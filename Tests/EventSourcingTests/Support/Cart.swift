import Actors
import EventSourcing

struct CartItemAdded: Codable, Hashable, Sendable {
    var item: String
}

struct CartCleared: Codable, Hashable, Sendable {}

/// What happens to the cart of the tests.
enum CartEvent: Hashable, Sendable {
    case added(CartItemAdded)
    case cleared(CartCleared)

    static func added(_ item: String) -> CartEvent { .added(CartItemAdded(item: item)) }

    static func registry() throws -> EventRegistry<CartEvent> {
        try EventRegistry(
            EventType("ItemAdded", embed: CartEvent.added) { if case .added(let it) = $0 { it } else { nil } },
            EventType("ItemsCleared", embed: CartEvent.cleared) { if case .cleared(let it) = $0 { it } else { nil } })
    }
}

/// The cart of the tests.
struct Cart: Codable, Hashable, Sendable {
    var items: [String] = []

    /// Throws for an item named `poison`.
    mutating func apply(_ event: CartEvent) throws {
        switch event {
        case .added(let event):
            if event.item == "poison" { throw Failure("poison does not fold") }
            items.append(event.item)
        case .cleared: items = []
        }
    }
}

typealias CartEffect = Effect<CartEvent, Cart>
typealias CartBehavior = EventSourcedBehavior<CartCommand, CartEvent, Cart>

/// A command that says itself what is to be done, so that each test reads as one thing.
struct CartCommand: Sendable, CustomStringConvertible {
    let description: String
    let decide: @Sendable (CommandContext<CartCommand>, Cart) throws -> CartEffect

    init(_ description: String, _ decide: @escaping @Sendable (CommandContext<CartCommand>, Cart) throws -> CartEffect)
    {
        self.description = description
        self.decide = decide
    }

    static func add(_ items: String...) -> CartCommand {
        CartCommand("add \(items.joined(separator: ","))") { _, _ in .persist(items.map { .added($0) }) }
    }

    static func doing(_ effect: CartEffect) -> CartCommand { CartCommand("\(effect.kind)") { _, _ in effect } }
}

/// An error with a name.
struct Failure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
