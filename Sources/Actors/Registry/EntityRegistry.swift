/// Starts an entity's actor when its first message comes, and lets idle ones go without losing a message.
///
///     let orders = EntityRegistry<OrderID, OrderCommand>(in: system, name: "orders", passivatingAfter: .seconds(60)) {
///         id in order(id)
///     }
///     orders.ref(for: id).tell(.pay)
///
/// Of one id there is one actor at a time, however many send to it at once. An actor of the registry may stop at any
/// time: what it has not come to, and what arrives while it stops, goes to its successor in the order it came in. Only
/// when an actor can't start, what waited for it goes to dead letters and asks are rejected with the cause; the next
/// message tries again. The actors are children of one at the top level that has the registry's name, and stop with it.
public final class EntityRegistry<ID: Hashable & Sendable, Message: Sendable>: Sendable {
    private struct WeakPlace: Sendable {
        weak let place: EntityPlace<ID, Message>?
    }

    private let region: EntityRegion
    private let rules: EntityRules
    private let make: @Sendable (ID) -> Behavior<Message>
    private let places = Locked<[ID: WeakPlace]>([:])

    /// A registry without any actor yet.
    ///
    /// - Parameters:
    ///   - system: where the actors live.
    ///   - name: of the actor above them; a living one of the same name makes it `name#2` or the like.
    ///   - idle: an actor that got no message for so long, and has none stashed, is stopped unless it handles
    ///     `ReceiveTimeout`; nil never stops one. An actor that sets a receive time-out of its own has that one instead.
    ///   - backOff: how long the successor of an actor that failed, or that stopped before it handled anything, waits
    ///     to start; messages wait with it. Begins anew once an actor was well for the quiet period (one minute
    ///     unless it is set).
    ///   - behavior: what the actor of an id does; it is spawned anew each time.
    public init(
        in system: ActorSystem, name: String, passivatingAfter idle: Duration? = nil,
        backOff: SupervisionStrategy.BackOff = .init(initial: .milliseconds(100), maximum: .seconds(30)),
        behavior: @escaping @Sendable (ID) -> Behavior<Message>
    ) {
        region = EntityRegion.spawn(in: system, name: name)
        rules = EntityRules(idle: idle, backOff: backOff)
        make = behavior
    }

    /// The address of the entity with an id, which stays valid while its actors come and go; starts nothing.
    ///
    /// It is equal to every other address of the same id. To stop it stops the actor that runs, if one does. To watch
    /// it watches that actor, not its successors.
    public func ref(for id: ID) -> ActorRef<Message> {
        if let place = places.withLock({ $0[id]?.place }) { return ActorRef(recipient: place) }
        // Made outside the lock, for the behavior's maker may use the registry.
        let made = EntityPlace(id: id, behavior: make(id), region: region, rules: rules, registry: self)
        let place = places.withLock { places in
            if let other = places[id]?.place { return other }
            places[id] = WeakPlace(place: made)
            return made
        }
        return ActorRef(recipient: place)
    }

    /// Sends an entity a message, and starts its actor if it does not run.
    public func tell(_ message: Message, to id: ID) {
        ref(for: id).tell(message)
    }

    /// How many actors run or stop.
    public var activeCount: Int { region.children.withLock { $0.count } }

    /// The actor above those of the entities.
    public var parent: AnyActorRef { AnyActorRef(recipient: region) }

    /// Stops the entity's actor after the message it handles, if one runs; the next message starts another.
    public func passivate(_ id: ID) {
        places.withLock({ $0[id]?.place })?.control(.stop)
    }

    /// Stops all the actors for good; what is sent afterwards goes to dead letters.
    public func stop() {
        region.enqueue(.stop)
    }

    /// Nobody knows the place any more.
    func forget(_ id: ID) {
        // Another place of the id may have followed; it leaves the lock with us, for its end must not come within it.
        _ = places.withLock { places in
            let successor = places[id]?.place
            if successor == nil { places[id] = nil }
            return successor
        }
    }
}

/// How a registry's actors come and go.
struct EntityRules: Sendable {
    let idle: Duration?
    let backOff: SupervisionStrategy.BackOff

    /// How long an actor must be well for the back-off to begin anew.
    var quietPeriod: Duration { backOff.quietPeriod ?? .seconds(60) }
}
