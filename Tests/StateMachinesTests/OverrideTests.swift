import StateMachines
import Testing

@Suite("Several rows for the same state and event")
struct OverrideTests {
    @Test("machines 47: a second row without override is refused, and both are named with file and line")
    func duplicate() throws {
        let line = #line + 3
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters {
                From(.a) { On(.e1).goto(.b) }
                From(.a) { On(.e1).goto(.c) }
            }
        }
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.places.map(\.line) == [line, line + 1])
        #expect(finding.places.allSatisfy { $0.fileID == "StateMachinesTests/OverrideTests.swift" })
        // What the case calls a spec is a row here.
        for part in ["without override", "row 1", "row 2", "overriding", "goes to B", "goes to C"] {
            #expect(finding.description.contains(part), "\(finding)")
        }
        guard case .duplicateRow("A", "E1", let first, let second) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect([first.number, second.number] == [1, 2])
    }

    @Test("machines 48: a second row that is overriding takes the place of the first one")
    func overriding() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b)
                On(.e1).goto(.c).overriding()
            }
        }
        #expect(machine.outline.rows.count == 2)
        #expect(try machine.leads(.e1, in: .a) == "C")
    }

    @Test("machines 49: an overriding row that a plain one follows does not allow that one")
    func plainBehindOverriding() throws {
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters {
                From(.a) {
                    On(.e1).goto(.b).overriding()
                    On(.e1).goto(.c)
                }
            }
        }
        guard case .duplicateRow("A", "E1", _, let second)? = findings.first, findings.count == 1 else {
            Issue.record("\(findings)")
            return
        }
        // The second row, which the case counts from 0.
        #expect(second.number == 2)
    }

    @Test("machines 51: a machine without overrides has no notes, and an override is one, with both rows")
    func notes() throws {
        let plain = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) { On(.e2).goto(.c) }
        }
        #expect(plain.findings(.note).isEmpty)
        let overridden = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.a) { On(.e1).goto(.c).overriding() }
        }
        let notes = overridden.findings(.note)
        guard case .overridden("A", "E1", let replaced, let row)? = notes.first, notes.count == 1 else {
            Issue.record("\(notes)")
            return
        }
        #expect(replaced.map(\.number) == [1] && row.number == 2)
        #expect(replaced.map(\.target) == [.goto(["B"])] && row.target == .goto(["C"]))
    }

    @Test("machines 52: of a product of states and events one pair is overridden, and there is one note")
    func onePairOfProduct() throws {
        let machine = try letters {
            From(.a, .b) { On(.e1, .e2).goto(.c) }
            From(.a) { On(.e1).goto(.d).overriding() }
        }
        #expect(machine.findings(.note).count == 1)
        #expect(try machine.leads(.e1, in: .a) == "D")
        #expect(try machine.leads(.e2, in: .a) == "C" && machine.leads(.e1, in: .b) == "C")
    }

    @Test("machines 65: an override may stay or stop where the earlier row went somewhere")
    func otherTargets() throws {
        let machine = try letters {
            From(.a) {
                On(.e1, .e2).goto(.b)
                On(.e1).stay().overriding()
                On(.e2).stop("done").overriding()
            }
        }
        #expect(try machine.leads(.e1, in: .a) == "stay")
        #expect(try machine.leads(.e2, in: .a) == "stop: done")
    }

    @Test("an overriding row replaces all that was produced and every condition of the earlier ones")
    func wholeRow() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).where { _, _ in false }.goto(.b).producing(.e2)
                On(.e1).goto(.b).producing(.e3)
                On(.e1).goto(.c).overriding()
            }
        }
        let decision = try machine.decide(.e1, in: .a)
        #expect(decision.produced.isEmpty && decision.row == 3)
        #expect(machine.outline.edges(from: "A", on: "E1").map(\.row) == [3])
    }

    @Test("a row behind one without a condition is refused, also where it has a condition itself")
    func behindClosed() {
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters {
                From(.a) {
                    On(.e1).goto(.b)
                    On(.e1).where { _, _ in true }.goto(.c)
                }
            }
        }
        #expect(findings.count == 1)
    }

    @Test("a block that is overriding replaces what stood before it, and its own rows stand together")
    func block() throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(1), send: .e1)
            From(.a) {
                On(.e1).where("never") { _, _ in false }.goto(.c)
                On(.e1).goto(.d)
            }
            .timeout("t", after: .seconds(2), send: .e1).overriding()
        }
        #expect(machine.outline.edges(from: "A", on: "E1").map(\.row) == [2, 3])
        #expect(try machine.leads(.e1, in: .a) == "D")
        #expect(try machine.timers(entering: .a) == [.arm("t", after: .seconds(2), send: .e1)])
    }

    @Test("what is overriding and replaces nothing is warned of once, with its place")
    func orphans() throws {
        let line = #line + 3
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.a) { On(.e2).goto(.c).overriding() }
            // It replaces one row, so its other row is no orphan.
            From(.a) {
                On(.e1).goto(.c)
                On(.e3).goto(.d)
            }
            .overriding()
        }
        let orphans = machine.findings.filter { if case .orphanOverride = $0 { true } else { false } }
        #expect(orphans.map(\.places) == [[SourcePlace(fileID: #fileID, line: line)]])
    }

    @Test("two timeouts of one state under one name are refused, in two states they are not")
    func timeouts() throws {
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters {
                From(.a, .b) { On(.e1).goto(.b) }.timeout("t", after: .seconds(1), send: .e1)
                From(.a) { On(.e2).goto(.b) }.timeout("t", after: .seconds(2), send: .e1)
            }
        }
        guard case .duplicateTimeout(let first, let second)? = findings.first, findings.count == 1 else {
            Issue.record("\(findings)")
            return
        }
        #expect(first.state == "A" && first.delay == .seconds(1) && second.delay == .seconds(2))
    }
}
