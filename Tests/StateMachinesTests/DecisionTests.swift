import StateMachines
import Testing

@Suite("What comes with a transition")
struct DecisionTests {
    private let machine: Letters

    init() throws {
        machine = try letters {
            From(.a) {
                On(.e1).goto(.a)
                On(.e2).stay().producing(.e3, .e1) { state, _ in state == .a ? [.e3] : [] }
                On(.e3).goto(.b)
            }
            .timeout("short", after: .seconds(1), send: .e1)
            .timeout("long", after: .seconds(9), send: .e3)
            From(.b) {
                On(.e1).goto(.a)
                On(.e2).goto(.c).producing(.e2).producing(.e3) { _, _ in [.e2] }
                On(.e3).stop("done")
            }
            .timeout("short", after: .seconds(2), send: .e1)
        }
    }

    @Test("machines 79: going to itself arms timeouts anew, staying leaves them, and entering arms whatever row it was")
    func timers() throws {
        let armed: [MachineTimer<Push>] = [
            .arm("short", after: .seconds(1), send: .e1), .arm("long", after: .seconds(9), send: .e3),
        ]
        #expect(try machine.timers(entering: .a) == armed)
        #expect(try machine.decide(.e1, in: .a).timers == armed)
        #expect(try machine.decide(.e2, in: .a).timers.isEmpty)
        #expect(try machine.decide(.e1, in: .b).timers == armed)
    }

    @Test("leaving a state cancels its timeouts, but the one that is armed anew under the same name")
    func cancelling() throws {
        #expect(
            try machine.decide(.e3, in: .a).timers
                == [.cancel("long"), .arm("short", after: .seconds(2), send: .e1)])
        #expect(try machine.decide(.e2, in: .b).timers == [.cancel("short")])
        #expect(try machine.decide(.e3, in: .b).timers == [.cancel("short")])
    }

    @Test("machines 43: a row that stays produces from the present state")
    func stayProduces() throws {
        #expect(try machine.decide(.e2, in: .a).produced == [.e3])
    }

    @Test("a production that fails, or makes what it does not name, leaves the transition and the other productions")
    func failing() throws {
        let decision = try machine.decide(.e2, in: .b)
        #expect(decision.target == .goto(.c) && decision.produced == [.e2])
        #expect(decision.failures.count == 1 && decision.failures.first is UndeclaredEvent)
    }

    @Test("a timeout may send an event that is made from the state, of the case that it names")
    func computedTimeouts() throws {
        let machine = try Machine<OrderState, OrderEvent>("Order", initial: .pending(total: 7)) {
            From(.pending) { On(.paymentTimedOut).goto(.cancelled) }
                .timeout("payment", after: .seconds(60), send: .paymentTimedOut) { state in
                    .paymentTimedOut(reminders: state.total)
                }
            From(.paid) { On(.ship).goto(.shipped) }
                .timeout("shipping", after: .seconds(60), send: .ship) { _ in .cancel }
        }
        #expect(
            try machine.timers(entering: machine.initial)
                == [.arm("payment", after: .seconds(60), send: .paymentTimedOut(reminders: 7))])
        let error = #expect(throws: UndeclaredEvent.self) { try machine.timers(entering: .paid(Payment(1))) }
        #expect(error?.event == "cancel")
    }

    @Test("nothing comes to a history that has stopped")
    func stopped() throws {
        let history = try machine.history(of: .e3, .e3)
        #expect(history.stopReason == "done" && history.current == .b)
        #expect(throws: MachineStopped(machine: "Letters", reason: "done")) { try machine.history(of: .e3, .e3, .e1) }
    }
}
