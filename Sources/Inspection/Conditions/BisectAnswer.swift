public import EventSourcing

/// Where a condition holds for the first time along a stream.
public struct BisectAnswer: Hashable, Sendable {
    /// A value as it was before.
    public struct Before: Hashable, Sendable {
        /// The value; nil where there was none.
        public var value: JSONValue?
        /// Whether it stands under a key like `password`.
        public var isSecret: Bool

        /// Describes a value.
        public init(value: JSONValue?, isSecret: Bool = false) {
            self.value = value
            self.isSecret = isSecret
        }
    }

    /// The condition's text.
    public var condition: String
    /// The first event after which it holds, 0 for the empty state; nil where it holds after none that is known.
    public var sequenceNumber: Int64?
    /// What the value that it asks for was one event before; nil where that is not known, or it asks for several.
    public var before: Before?
    /// After how many events it was tried.
    public var looked: Int64
    /// After how many of them it could not be told whether it holds.
    public var untold: Int64
    /// Why it could not, the last time, as a clause; nil where it always could.
    public var reason: String?
    /// The highest number among those that were passed over, because events were deleted or don't fold; 0 where none was.
    public var unknownThrough: Int64
    /// Where the fold stopped and did not go on; nil where it came to the end or to a hit.
    public var problem: StateView.Problem?

    /// Describes an answer.
    public init(
        condition: String, sequenceNumber: Int64?, before: Before? = nil, looked: Int64, untold: Int64 = 0,
        reason: String? = nil, unknownThrough: Int64 = 0, problem: StateView.Problem? = nil
    ) {
        self.condition = condition
        self.sequenceNumber = sequenceNumber
        self.before = before
        self.looked = looked
        self.untold = untold
        self.reason = reason
        self.unknownThrough = unknownThrough
        self.problem = problem
    }
}
