import StateMachines
import Testing

@Suite("A document that is reviewed, approved and published")
struct DocumentTests {
    private let machine: Machine<DocumentState, DocumentEvent>

    init() throws { machine = try documents() }

    private func path(_ events: DocumentEvent...) throws -> [DocumentState] {
        let history = try machine.history(of: events)
        return history.past.reversed() + [history.current]
    }

    @Test("machines 66: from a draft to the archive")
    func published() throws {
        #expect(
            try path(.submit, .assign, .approveReview, .approvePublication, .archive)
                == [.draft, .pendingReview, .underReview, .pendingApproval, .published, .archived])
    }

    @Test("machines 67: what is rejected can be submitted again")
    func rejected() throws {
        let history = try machine.history(of: .submit, .assign, .approveReview, .rejectPublication)
        #expect(history.current == .rejected)
        #expect(try machine.leads(.submit, in: .rejected) == "PendingReview")
    }

    @Test("machines 68: what is to be changed comes back to the review")
    func changes() throws {
        #expect(
            try path(.submit, .assign, .requestChanges, .resubmit)
                == [.draft, .pendingReview, .underReview, .changesRequested, .pendingReview])
    }

    @Test("machines 69: a review can be cancelled from all its states, and an approval be abandoned from all of its")
    func groups() throws {
        for state in CaseGroup.inReview.cases { #expect(try machine.leads(.cancelReview, in: state) == "Draft") }
        for state in CaseGroup.approval.cases { #expect(try machine.leads(.abandon, in: state) == "Cancelled") }
    }

    @Test("machines 70: there are nine states, a group is none of them, and stands for its own alone")
    func cases() {
        #expect(machine.outline.states.count == 9 && Set(machine.outline.states).count == 9)
        #expect(!machine.outline.states.contains("InReview") && !machine.outline.states.contains("Approval"))
        #expect(CaseGroup.inReview.cases == [.pendingReview, .underReview, .changesRequested])
    }

    @Test("nothing is found that its author did not mean")
    func findings() { #expect(machine.findings.isEmpty, "\(machine.findings)") }

    @Test("machines 21: the states that were left stand in a history with the last one first")
    func past() throws {
        let history = try lights().history(of: .timer, .timer, .timer)
        #expect(history.current == .red)
        #expect(history.past == [.yellow, .green, .red])
        #expect(history.visited == [.red, .green, .yellow])
        #expect(history.records.map(\.sequenceNumber) == [1, 2, 3])
    }
}
