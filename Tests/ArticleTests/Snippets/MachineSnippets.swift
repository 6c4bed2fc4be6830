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

@Suite("Snippets about machines")
struct MachineSnippets {
    @Test("a table decides, is checked, and is drawn")
    func machines() throws {
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
}
