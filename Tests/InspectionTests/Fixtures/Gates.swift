import Actors
import EventSourcing
import Inspection
import StateMachines

/// A gate that opens for money, shuts behind who passes after ten seconds, counts who passed, and ends when it is kicked; while it is open, guards are called for that.
enum Gate {
    enum State: MachineState, StoredCases {
        case shut
        case open(Ticket)

        enum CaseName: String, CaseIterable { case shut, open }

        var name: CaseName {
            switch self {
            case .shut: .shut
            case .open: .open
            }
        }

        static var registry: EventRegistry<State> {
            get throws {
                try EventRegistry(
                    EventType("shut", .shut),
                    EventType("open", embed: State.open) { if case .open(let it) = $0 { it } else { nil } })
            }
        }
    }

    enum Event: MachineEvent, StoredCases {
        case pay(Ticket)
        case pass
        case timedOut
        case kick
        case count

        enum CaseName: String, CaseIterable { case pay, pass, timedOut, kick, count }

        var name: CaseName {
            switch self {
            case .pay: .pay
            case .pass: .pass
            case .timedOut: .timedOut
            case .kick: .kick
            case .count: .count
            }
        }

        static var registry: EventRegistry<Event> {
            get throws {
                try EventRegistry(
                    EventType("pay", embed: Event.pay) { if case .pay(let it) = $0 { it } else { nil } },
                    EventType("pass", .pass), EventType("timedOut", .timedOut), EventType("kick", .kick),
                    EventType("count", .count))
            }
        }
    }

    struct Ticket: Codable, Hashable, Sendable {
        var coins: Int
        var holder: Sensitive<String>
    }

    static func machine(wait: Duration = .seconds(10)) throws -> Machine<State, Event> {
        try Machine("Gate", initial: .shut) {
            From(.shut) {
                On(.pay).where("three coins") { _, event in
                    if case .pay(let ticket) = event { ticket.coins >= 3 } else { false }
                }.goto(.open, with: { if case .pay(let ticket) = $0 { ticket } else { nil } }) { _, ticket in
                    .open(ticket)
                }
                On(.kick).stop("kicked in")
                On(.count).stay()
            }
            From(.open) {
                On(.pass).where("one at a time") { state, _ in
                    if case .open(let ticket) = state { ticket.coins < 9 } else { false }
                }.goto(.shut).producing(.count)
                On(.timedOut).goto(.shut)
                On(.kick).stay().posting { _, _ in [NewOutboxEntry(to: "guards", payload: [])] }
            }
            .timeout("shutting", after: wait, send: .timedOut)
        }
    }

    static func domain(wait: Duration = .seconds(10)) throws -> Domain {
        try Domain(
            machine(wait: wait),
            commands: [
                DomainCommand(.pay, "Put coins in", .integer("coins"), .text("holder", "who pays")) { coins, holder in
                    .pay(Ticket(coins: coins, holder: Sensitive(holder)))
                },
                DomainCommand(.pass, "Walk through") { .pass },
                DomainCommand(.kick, "Kick it") { .kick },
            ])
    }
}
