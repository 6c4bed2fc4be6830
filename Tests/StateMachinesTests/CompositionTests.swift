import StateMachines
import Testing

@Suite("Definitions made of parts")
struct CompositionTests {
    private let base = LetterPart { From(.a) { On(.e1).goto(.b) } }
    private let other = LetterPart { From(.a) { On(.e1).goto(.c) } }

    @Test("machines 55: fragments stand among rows, and within one another")
    func including() throws {
        let one = try letters {
            base
            From(.b) { On(.e2).goto(.c) }
        }
        #expect(one.outline.rows.count == 2)
        let two = try letters {
            base
            LetterPart { From(.b) { On(.e2).goto(.c) } }
        }
        #expect(two.outline.rows.count == 2)
        let middle = LetterPart {
            base
            From(.b) { On(.e2).goto(.c) }
        }
        let three = try letters {
            middle
            From(.c) { On(.e3).goto(.d) }
        }
        #expect(three.outline.rows.count == 3)
        #expect(try three.history(of: .e1, .e2, .e3).current == .d)
    }

    @Test("machines 56: two fragments with rows for one pair are refused, unless one of them says that it overrides")
    func duplicates() throws {
        let findings = refusal { () throws(MachineDefinitionError) in
            try letters {
                base
                other
            }
        }
        #expect(findings.count == 1 && findings.first?.places.count == 2)
        let overriding = LetterPart { From(.a) { On(.e1).goto(.c).overriding() } }
        let machine = try letters {
            base
            overriding
        }
        #expect(try machine.leads(.e1, in: .a) == "C")
        let inline = try letters {
            base
            From(.a) { On(.e1).goto(.c).overriding() }
        }
        #expect(try inline.leads(.e1, in: .a) == "C")
    }

    @Test("machines 57: rows that are kept in variables stand among others, overriding where they are used or defined")
    func variables() throws {
        let row: TransitionRow<Letter, Push> = On(.e1).goto(.c)
        let overriding = row.overriding()
        for definition in [
            LetterPart {
                base
                other.overriding()
            },
            LetterPart {
                base
                From(.a) { overriding }
            },
            LetterPart {
                base
                From(.a) { row.overriding() }
            },
        ] {
            let machine = try letters { definition }
            #expect(machine.outline.rows.count == 2)
            #expect(try machine.leads(.e1, in: .a) == "C")
        }
    }

    @Test("parts may depend on conditions and come from loops")
    func control() throws {
        for isLong in [false, true] {
            let machine = try letters {
                for state in [Letter.a, .b] {
                    From(state) { On(.e1).goto(.c) }
                }
                if isLong {
                    From(.c) { On(.e2).goto(.d) }
                } else {
                    Final(.c)
                }
            }
            #expect(machine.outline.edges.count == (isLong ? 3 : 2))
        }
    }
}
