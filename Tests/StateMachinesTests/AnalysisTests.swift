import EventSourcing
import StateMachines
import Testing

@Suite("What is found in a definition")
struct AnalysisTests {
    private func texts(_ machine: Letters) -> [String] { machine.findings.map(\.description) }

    @Test("states that nothing leads to, and states without a way out")
    func reach() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b)
                On(.e2).stay()
            }
            From(.b) { On(.e1).stay() }
            From(.c) { On(.e1).goto(.d) }
        }
        #expect(
            machine.findings == [.unreachable(state: "C"), .unreachable(state: "D"), .deadEnd(state: "B")])
        #expect(texts(machine)[2] == "B has no way out; if that is meant, say Final(B)")
    }

    @Test("a computed target leads to all the states that it names, and stopping is a way out")
    func computed() throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b, .c) { _, _ in .b } }
            From(.b) { On(.e1).stop("end") }
            Final(.c)
        }
        #expect(machine.findings == [.unreachable(state: "D")])
    }

    @Test("a final state that has a way out")
    func final() throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b, .c, .d) { _, _ in .c } }
            From(.b) { On(.e1).goto(.a) }
            Final(.b, .c, .d)
        }
        guard case .finalWithWayOut("B", let row)? = machine.findings.first, machine.findings.count == 1 else {
            Issue.record("\(machine.findings)")
            return
        }
        #expect(row.number == 2)
    }

    @Test("timeouts and produced events without a row where the machine is then")
    func unhandled() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b).producing(.e2)
                On(.e3).stop("end").producing(.e1)
            }
            .timeout("t", after: .seconds(5), send: .e2)
            From(.b) { On(.e1).goto(.a).producing(.e3) }
            Final(.c, .d)
        }
        let found = texts(machine).filter { $0.contains("no row") || $0.contains("nothing comes") }
        #expect(found.count == 3)
        #expect(found[0].hasPrefix("the timeout t of A (StateMachinesTests/AnalysisTests.swift:"))
        #expect(found[0].hasSuffix(") sends E2, and A has no row for it"))
        #expect(found[1].hasPrefix("E2 is produced by row 1 ") && found[1].hasSuffix(", and B has no row for it"))
        #expect(found[2].hasPrefix("E1 is produced by row 2 ") && found[2].hasSuffix(", and nothing comes after that"))
    }

    @Test("timeouts that can't be, groups without cases and names that no entity has are errors, all told at once")
    func errors() throws {
        let empty = CaseGroup<Letter>("Nobody")
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters("Let|ters") {
                From(.a) {
                    On(.e1).goto(.b)
                    On(allOf: CaseGroup("Nothing")).goto(.c)
                }
                .timeout("", after: .seconds(1), send: .e1)
                .timeout("t", after: .zero, send: .e1)
                .timeout("(opened)", after: .seconds(1), send: .e1)
                From(allOf: empty) { On(.e1).goto(.b) }
            }
        }
        let kinds = findings.map { String(describing: $0).prefix(30) }
        #expect(findings.count == 6, "\(kinds)")
        #expect(findings.contains(.machineName("Let|ters", .pipeInEntityType)))
        #expect(findings.contains { $0.description.contains("the group 'Nobody'") })
        #expect(findings.contains { $0.description.contains("the group 'Nothing'") })
        #expect(findings.contains { $0.description.hasSuffix("has a name of 0 bytes; it needs from 1 to 1024") })
        #expect(
            findings.contains { $0.description.hasSuffix("the name '(opened)', which the engine keeps for itself") })
        #expect(findings.contains { $0.description.hasSuffix("comes after 0.0 seconds; it needs a time above zero") })
    }

    @Test("a value that says that it is another case than it is")
    func misnamed() {
        let findings = refusal { () throws(MachineDefinitionError) in
            try Machine<Liar, Push>("Liar", initial: .one) {
                From(.one) {
                    On(.e1).goto(.two(2))
                    On(.e2).goto(.three)
                }
            }
        }
        #expect(
            findings == [
                .misnamedCase(family: "Liar", declared: "two", said: "three"),
                .misnamedCase(family: "Liar", declared: "three", said: "two"),
            ])
    }

    @Test("an error tells everything that was found, and describes the errors alone")
    func error() {
        let error = #expect(throws: MachineDefinitionError.self) {
            try letters {
                From(.a) {
                    On(.e1).goto(.b)
                    On(.e1).goto(.c)
                }
            }
        }
        #expect(error?.findings.map(\.severity).contains(.warning) == true)
        #expect(error?.description.hasPrefix("the machine Letters can't be built:\nA has a second row for E1") == true)
        #expect(error?.description.contains("no way out") == false)
    }

    @Test("a machine without findings")
    func clean() throws {
        #expect(try parcels().findings.isEmpty)
        #expect(try orders().findings.isEmpty)
    }
}

/// Its two last cases are mixed up.
private enum Liar: MachineState {
    case one
    case two(Int)
    case three

    enum CaseName: String, CaseIterable { case one, two, three }

    var name: CaseName {
        switch self {
        case .one: .one
        case .two: .three
        case .three: .two
        }
    }
}
