import EventSourcing

/// Finds the event that last set a value: the last one, at or below a number, after which the value differs from before.
///
/// Setting the same value again can't be seen in a state.
public final class SetterJob: InspectionJob {
    private let search: SetterSearch

    init(_ search: SetterSearch) { self.search = search }

    public var progress: Double { search.progress }

    public func step(budget events: Int) throws -> ValueSetter? {
        guard try search.step(budget: events) else { return nil }
        return search.found.first
            ?? ValueSetter(path: search.path, sequenceNumber: nil, unknownThrough: search.unknownThrough)
    }
}

/// Finds all events that ever set a value, the newest first.
public final class SettersJob: InspectionJob {
    private let search: SetterSearch

    init(_ search: SetterSearch) { self.search = search }

    public var progress: Double { search.progress }

    /// Those that were found so far.
    public var found: [ValueSetter] { search.found }

    /// The number up to which nothing is known, because events were deleted or don't fold; 0 where all is known.
    public var unknownThrough: Int64 { search.unknownThrough }

    public func step(budget events: Int) throws -> [ValueSetter]? {
        try search.step(budget: events) ? search.found : nil
    }
}

/// Finds what differs between a stream's states after two of its events.
public final class DiffJob: InspectionJob {
    /// Both states, and what differs between them.
    public struct Difference: Hashable, Sendable {
        /// The state that counts as before.
        public var old: StateView
        /// The state that counts as after.
        public var new: StateView
        /// What differs.
        public var changes: [StateChange]
    }

    private let old: StateJob
    private let new: StateJob

    init(_ old: StateJob, _ new: StateJob) {
        self.old = old
        self.new = new
    }

    public var progress: Double { (old.progress + new.progress) / 2 }

    public func step(budget events: Int) throws -> Difference? {
        guard let before = try old.step(budget: events), let after = try new.step(budget: events) else { return nil }
        return Difference(
            old: before, new: after, changes: StateDiff.changes(from: before.tree, to: after.tree))
    }
}
