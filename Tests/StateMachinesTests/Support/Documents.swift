import StateMachines

/// DOC of the cases.
enum DocumentState: String, CaseIterable, MachineState {
    case draft = "Draft"
    case pendingReview = "PendingReview"
    case underReview = "UnderReview"
    case changesRequested = "ChangesRequested"
    case pendingApproval = "PendingApproval"
    case rejected = "Rejected"
    case published = "Published"
    case archived = "Archived"
    case cancelled = "Cancelled"
}

enum DocumentEvent: String, CaseIterable, MachineEvent {
    case submit, assign, requestChanges, approveReview, resubmit, approvePublication, rejectPublication, archive
    case cancelReview, abandon
}

extension CaseGroup<DocumentState> {
    static var inReview: Self { Self("InReview", .pendingReview, .underReview, .changesRequested) }
    static var approval: Self { Self("Approval", .pendingApproval, .rejected) }
}

func documents() throws -> Machine<DocumentState, DocumentEvent> {
    try Machine("Document", initial: .draft) {
        From(.draft, .rejected) { On(.submit).goto(.pendingReview) }
        From(.pendingReview) { On(.assign).goto(.underReview) }
        From(.underReview) {
            On(.requestChanges).goto(.changesRequested)
            On(.approveReview).goto(.pendingApproval)
        }
        From(.changesRequested) { On(.resubmit).goto(.pendingReview) }
        From(.pendingApproval) {
            On(.approvePublication).goto(.published)
            On(.rejectPublication).goto(.rejected)
        }
        From(.published) { On(.archive).goto(.archived) }
        From(allOf: .inReview) { On(.cancelReview).goto(.draft) }
        From(allOf: .approval) { On(.abandon).goto(.cancelled) }
        Final(.archived, .cancelled)
    }
}
