import EventSourcing

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
        // No state has so many, and a history may hold anything.
        if !entering, let name = mark?.timeout, elapsed.count < 1_000, !elapsed.contains(name) { elapsed.append(name) }
        return since == nil && elapsed.isEmpty ? nil : StateStay(since: since, elapsed: elapsed)
    }
}
