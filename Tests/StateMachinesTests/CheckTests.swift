import StateMachines
import Testing

@Suite("A changed table over a history")
struct CheckTests {
    private let history: MachineHistory<Letter, Push>

    init() throws {
        history = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e2).goto(.c)
                On(.e3).stay()
            }
            From(.c) { On(.e1).stop("end") }
        }.history(of: .e1, .e3, .e2, .e1)
    }

    @Test("the same table has no difference")
    func same() throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e3).stay()
                On(.e2).goto(.c)
            }
            From(.c) { On(.e1).stop("end") }
        }
        #expect(machine.check(history: history).isEmpty)
    }

    @Test("each event is looked at where it came, whatever today's table would have made of those before")
    func differences() throws {
        struct Broken: Error {}
        let machine = try letters {
            From(.a) { On(.e1).goto(.d) }
            From(.b) {
                On(.e3).where { _, _ in false }.stay()
                On(.e2).goto(.c) { _, _ in throw Broken() }
            }
        }
        let differences = machine.check(history: history)
        #expect(differences.map(\.sequenceNumber) == [1, 2, 3, 4])
        #expect(differences.map(\.kind) == [.leads(to: "goes to D"), .guardRejected, .fails("Broken"), .noRow])
        #expect(
            differences.map(\.description) == [
                "#1: E1 in A goes to B, as it is recorded; today it goes to D",
                "#2: E3 in B stays, as it is recorded; today no condition holds",
                "#3: E2 in B goes to C, as it is recorded; today it fails with Broken",
                "#4: E1 in C stops (end), as it is recorded; today there is no row for it",
            ])
    }

    @Test("a target with other values is a difference too, which does not tell what is sensitive")
    func values() throws {
        var history = MachineHistory<OrderState, OrderEvent>(startingIn: .pending(total: 30), at: 7)
        history.append(.pay(Payment(30)), .goto(.paid(Payment(31, card: "4242"))))
        let differences = try orders().check(history: history)
        #expect(
            differences.map(\.description) == [
                "#8: pay in pending goes to paid(Payment(amount: 31, card: {redacted})), as it is recorded; "
                    + "today it goes to paid(Payment(amount: 30, card: {redacted}))"
            ])
    }

    @Test("what comes after the end is a difference")
    func stopped() throws {
        var history = history
        history.append(.e1, .goto(.a))
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e3).stay()
                On(.e2).goto(.c)
            }
            From(.c) { On(.e1).stop("end") }
        }
        #expect(machine.check(history: history).map(\.kind) == [.stopped])
    }
}
