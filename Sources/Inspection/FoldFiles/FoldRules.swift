import EventSourcing

/// What a fold file says of one entity type.
struct FoldRules: Sendable {
    let entityType: String
    /// What the empty state is made by.
    var start: [RuleOperation] = []
    /// What each event type does; nothing for an empty list.
    var events: [String: [RuleOperation]] = [:]
    /// The event types in the file's order.
    var eventTypes: [String] = []
    /// What every other event type does; nil where another one is an error.
    var others: [RuleOperation]?
    /// Whether the store's snapshots hold the same state, so that folds may begin with them and are compared with them.
    var usesSnapshots = false

    init(_ entityType: String) { self.entityType = entityType }
}
