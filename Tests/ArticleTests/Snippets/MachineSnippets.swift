import EventSourcing
import StateMachines
import Testing

// snippet
enum OrderState: MachineState {
    case pending(total: Int)
    case paid(amount: Int)
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
}

enum OrderEvent: MachineEvent {
    case pay(amount: Int)
    case ship
    case cancel

    enum CaseName: String, CaseIterable {
        case pay, ship, cancel
    }

    var name: CaseName {
        switch self {
        case .pay: .pay
        case .ship: .ship
        case .cancel: .cancel
        }
    }

    var amount: Int? { if case .pay(let amount) = self { amount } else { nil } }
}
// end

// snippet
extension OrderState: StoredCases {
    struct Pending: Codable, Sendable { var total: Int }
    struct Paid: Codable, Sendable { var amount: Int }

    static var registry: EventRegistry<OrderState> {
        get throws {
            try EventRegistry(
                EventType("pending", embed: { (it: Pending) in .pending(total: it.total) }) {
                    if case .pending(let total) = $0 { Pending(total: total) } else { nil }
                },
                EventType("paid", embed: { (it: Paid) in .paid(amount: it.amount) }) {
                    if case .paid(let amount) = $0 { Paid(amount: amount) } else { nil }
                },
                EventType("shipped", .shipped), EventType("cancelled", .cancelled))
        }
    }
}
// end

extension OrderEvent: StoredCases {
    struct Pay: Codable, Sendable { var amount: Int }

    static var registry: EventRegistry<OrderEvent> {
        get throws {
            try EventRegistry(
                EventType("pay", embed: { (it: Pay) in .pay(amount: it.amount) }) {
                    if case .pay(let amount) = $0 { Pay(amount: amount) } else { nil }
                },
                EventType("ship", .ship), EventType("cancel", .cancel))
        }
    }
}

@Suite("Snippets about machines")
struct MachineSnippets {
    @Test("a table decides, is checked, and is drawn")
    func machines() async throws {
        // snippet
        let orders = try Machine<OrderState, OrderEvent>("Order", initial: .pending(total: 30)) {
            From(.pending) {
                On(.pay).where("the whole total") { state, event in
                    if case .pending(let total) = state { event.amount == total } else { false }
                }
                .goto(.paid, with: \.amount) { _, amount in .paid(amount: amount) }
                On(.pay).stay()
            }
            .timeout("payment", after: .seconds(1_800), send: .cancel)
            From(.paid) { On(.ship).goto(.shipped) }
            From(.pending, .paid) { On(.cancel).goto(.cancelled) }
            Final(.shipped, .cancelled)
        }
        // end
        #expect(orders.findings.isEmpty)
        let (store, system) = (InMemoryStore(), ActorSystem(name: "shop"))
        // snippet
        let order = try orders.entity("order-1").withEventStore(store)
        let ref = system.spawn(order.behavior, name: "order-1")
        let transition = try await ref.send(.pay(amount: 30), timeout: .seconds(5))
        // end
        #expect(transition.outcome == .moved(from: .pending(total: 30), to: .paid(amount: 30)))
        // snippet
        let shared = try orders.entity("order-2").withEventStore(store).withLocking(.distributed(.fast, on: store))
        let sharedRef = system.spawn(shared.behavior, name: "order-2")
        // end
        // snippet
        let locks = LeaseLockProvider(store, .standard)
        let outcome = try await orders.atomically("order-2", at: sharedRef, under: locks, in: system) { order in
            try await order.send(.pay(amount: 30))
            return try await order.send(.ship).outcome
        }
        // end
        #expect(outcome == .moved(from: .paid(amount: 30), to: .shipped))
        // snippet
        let inMemory = try orders.entity("order-3", timeouts: .inMemory).withEventStore(store)
        // end
        #expect(inMemory.id.entityID == "order-3")
        // snippet
        let instances = EntityRegistry(in: system, name: "orders") { (id: String) in
            Behavior.setup { _ in try orders.entity(id).withEventStore(store).behavior }
        }
        let sweeper = try TimerSweeper(in: system, on: store, machines: [TimedMachine(orders, in: instances)])
        // end
        #expect(sweeper.isSweeping)
        // snippet
        await sweeper.stop()
        // end
        #expect(!sweeper.isSweeping && sweeper.metrics == TimerSweeperMetrics())
        await system.shutdown()
        // snippet
        let cancelling = Fragment<OrderState, OrderEvent> {
            From(.pending, .paid) { On(.cancel).goto(.cancelled) }
        }
        let patient = try Machine<OrderState, OrderEvent>("PatientOrder", initial: .pending(total: 30)) {
            cancelling
            From(.pending) { On(.pay).goto(.paid(amount: 30)) }
            From(.paid) { On(.cancel).stay().overriding() }
        }
        // end
        // snippet
        let warnings = patient.findings.filter { $0.severity == .warning }
        // end
        #expect(
            warnings == [.unreachable(state: "shipped"), .deadEnd(state: "paid"), .deadEnd(state: "cancelled")])
        // snippet
        let history = try orders.history(of: .pay(amount: 30), .cancel)
        let differences = patient.check(history: history)
        // end
        #expect(differences.map(\.kind) == [.leads(to: "stays")])
        // snippet
        let picture = orders.outline.mermaidStateDiagram(after: MachineTrace(history))
        // end
        #expect(picture.contains("class cancelled current"))
    }

    /// Where the letters of a test go.
    private struct Mails {
        let letters: AsyncStream<String>.Continuation

        func send(_ letter: [UInt8], once key: String) async throws {
            letters.yield("\(key): \(String(decoding: letter, as: UTF8.self))")
        }
    }

    @Test("what a transition sends is delivered")
    func outbox() async throws {
        let (store, system) = (InMemoryStore(), ActorSystem(name: "shop"))
        let (letters, continuation) = AsyncStream.makeStream(of: String.self)
        let mails = Mails(letters: continuation)
        // snippet
        let shipping = try Machine<OrderState, OrderEvent>("ShippedOrder", initial: .paid(amount: 30)) {
            From(.paid) {
                On(.ship).goto(.shipped).posting { _, _ in
                    [NewOutboxEntry(to: "mail", payload: Array("It is on its way.".utf8))]
                }
                On(.pay).stay().producing(.ship)
            }
            Final(.shipped)
        }
        let shipped = EntityRegistry(in: system, name: "shipped-orders") { (id: String) in
            Behavior.setup { _ in try shipping.entity(id).withEventStore(store).behavior }
        }
        let courier = try OutboxCourier(
            in: system, on: store,
            destinations: [
                OutboxDestination(shipping, in: shipped),
                OutboxDestination("mail", retry: try .fixed(.seconds(5), attempts: 3)) { entry in
                    try await mails.send(entry.payload, once: entry.idempotencyKey)
                    return .done
                },
            ])
        // end
        _ = try await shipped.ref(for: "1").send(.pay(amount: 30), timeout: .seconds(5))
        for await letter in letters {
            #expect(letter == "ShippedOrder|1/2/0: It is on its way.")
            break
        }
        // snippet
        await courier.stop()
        // end
        #expect(!courier.isRunning && courier.metrics.delivered == 2)
        await system.shutdown()
    }
}
