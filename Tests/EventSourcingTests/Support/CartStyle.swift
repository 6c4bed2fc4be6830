import Actors
import EventSourcing
import Testing

/// The two ways to describe the cart of the tests.
enum CartStyle: CaseIterable, Sendable, CustomTestStringConvertible {
    case functional
    case byType

    var testDescription: String { self == .functional ? "functional" : "by type" }
}

/// The cart of the tests, described by a type.
struct CartActor: EventSourcedActor {
    let persistenceID: PersistenceID
    let emptyState = Cart()

    static var registry: EventRegistry<CartEvent> { get throws { try CartEvent.registry() } }

    func decide(
        _ context: CommandContext<CartCommand>, _ command: CartCommand, _ state: Cart
    ) throws -> CartEffect { try command.decide(context, state) }

    func fold(_ state: inout Cart, _ event: CartEvent) throws { try state.apply(event) }
}

extension CartStage {
    /// The cart in a style, with the store for events and snapshots.
    func cart(_ style: CartStyle) throws -> CartBehavior {
        switch style {
        case .functional: try cart()
        case .byType: try CartActor(persistenceID: id).behavior(on: cartStore)
        }
    }

    func spawn(_ style: CartStyle) throws -> ActorRef<CartCommand> { spawn(try cart(style)) }
}
