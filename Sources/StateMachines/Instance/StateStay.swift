import EventSourcing

/// What an instance whose timeouts are in memory knows of its time in the present state.
///
/// An object, as is a mark, because those whose timeouts are rows have none.
@usableFromInline
final class StateStay: Sendable {
    /// When the state was entered; nil where no event has said so.
    let since: Timestamp?
    /// The timeouts whose event was taken meanwhile, and which did not lead away.
    let elapsed: [String]

    init(since: Timestamp?, elapsed: [String]) {
        self.since = since
        self.elapsed = elapsed
    }
}

/// What stands beside a transition for timeouts in memory.
@usableFromInline
final class TimeoutMark: Sendable {
    /// When the state that it led to was entered, where that has timeouts.
    let since: Timestamp?
    /// The timeout whose event it is.
    let timeout: String?

    init(since: Timestamp?, timeout: String?) {
        self.since = since
        self.timeout = timeout
    }
}

/// One time in a state: another entering, also of the same state, is another one.
struct StayKey: Hashable, Sendable {
    var entered: Int64?
    var since: Timestamp?
}

extension MachineInstance {
    /// The present time in a state.
    var stayKey: StayKey { StayKey(entered: place?.entered, since: stay?.since) }

    /// Whether a timeout of the present state has fired already.
    func hasElapsed(_ name: String) -> Bool { stay?.elapsed.contains(name) ?? false }

    /// The stay behind a transition with a mark, or one that ends a stay.
    @usableFromInline
    func stay(behind mark: TimeoutMark?, entering: Bool) -> StateStay? {
        let since = entering ? mark?.since : stay?.since
        var elapsed = entering ? [] : stay?.elapsed ?? []
        if !entering, let name = mark?.timeout { elapsed.append(name) }
        return since == nil && elapsed.isEmpty ? nil : StateStay(since: since, elapsed: elapsed)
    }
}
