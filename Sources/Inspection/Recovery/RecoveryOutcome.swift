public import EventSourcing

/// What recovery makes of a stream with some replay filter: what it tried, read, left out and folded, and how it ended.
public struct RecoveryOutcome: Hashable, Sendable {
    /// The most numbers and conflicts that are kept; all of them are counted.
    public static let mostKept = 1_000

    /// The filter that it ran with.
    public var filter: ReplayFilter
    /// The stream's head; nil for a stream that is not there.
    public var head: StreamHead?
    /// Whether snapshots were looked for: nobody said how those of an undescribed domain are to be read.
    public var looksForSnapshots: Bool
    /// The snapshots that were tried, the newest first, as far as they are kept; the last one is used unless it has a
    /// problem.
    public var snapshots: [SnapshotTry] = []
    /// The last event that was read, or the number of the snapshot.
    public var readThrough: Int64 = 0
    /// How many events were read.
    public var readCount: Int64 = 0
    /// How many of them were folded.
    public var foldedCount: Int64 = 0
    /// The numbers that the filter left out, as far as they are kept.
    public var leftOut: [Int64] = []
    /// How many it left out.
    public var leftOutCount: Int64 = 0
    /// The conflicts that it found, as far as they are kept.
    public var conflicts: [WriterConflictError] = []
    /// How many it found.
    public var conflictCount: Int64 = 0
    /// What the recovery policy lets it go on without, as far as they are kept.
    public var omissions: [Omission] = []
    /// How many there are.
    public var omissionCount: Int64 = 0
    /// The events that were set apart before and are left out for that, as far as they are kept.
    public var apart: [Int64] = []
    /// How many there are.
    public var apartCount: Int64 = 0
    /// Why there is no entity; nil where recovery ends well.
    public var failure: Failure?
    /// The state that was reached; the last good one where recovery failed.
    public var tree = JSONValue.null
    /// What took how long, in microseconds.
    public var times = Times()

    /// A snapshot that was tried.
    public struct SnapshotTry: Hashable, Sendable {
        /// What is known of it.
        public var description: SnapshotDescription
        /// Why it can't be used, as a clause; nil for the one that is used.
        public var problem: String?
    }

    /// Something that could not be taken, and that recovery goes on without.
    public struct Omission: Hashable, Sendable {
        /// The number.
        public var sequenceNumber: Int64
        /// A clause that says why it could not be taken.
        public var reason: String
        /// Whether an entity would set the event apart for good.
        public var isForGood: Bool
    }

    /// Where and why recovery stopped.
    public struct Failure: Hashable, Sendable {
        /// The event.
        public var sequenceNumber: Int64
        /// The step.
        public var phase: RecoveryError.Phase
        /// A clause that says why.
        public var reason: String
    }

    /// What took how long, in microseconds.
    public struct Times: Hashable, Sendable {
        /// Looking for a snapshot, and decoding it.
        public var snapshot: Int64 = 0
        /// Reading events, and comparing numbers and checksums.
        public var reading: Int64 = 0
        /// The replay filter.
        public var filter: Int64 = 0
        /// Decoding and folding.
        public var fold: Int64 = 0

        /// All of it.
        public var total: Int64 { snapshot + reading + filter + fold }
    }

    /// The snapshot that recovery begins with; nil for the empty state.
    public var start: SnapshotDescription? {
        guard let last = snapshots.last, last.problem == nil else { return nil }
        return last.description
    }

    /// Whether anything was left out, so that no strategy takes a snapshot of the state.
    public var isRepaired: Bool { leftOutCount + omissionCount + apartCount > 0 }

    init(filter: ReplayFilter, looksForSnapshots: Bool) {
        self.filter = filter
        self.looksForSnapshots = looksForSnapshots
    }
}
