package import EventSourcing
package import Inspection

/// The streams of the store, in the Timeline's place: a window of heads, and where the cursor stands.
package struct StreamList: Hashable, Sendable {
    package var heads: [StreamHead] = []
    /// Whether the last answer was full, so that there may be more behind it.
    package var hasMore = false
    package var isLoading = false
    package var prefix = ""
    package var order = StreamQuery.Order.newest
    package var selected = 0
    package var top = 0

    /// How many heads are asked for at once.
    package static let page = 200
}

/// All events by global position, in the Timeline's place.
package struct GlobalLog: Hashable, Sendable {
    package var rows: [EventRow] = []
    /// The positions that were read; nil before the first answer.
    package var range: ClosedRange<Int64>?
    /// The global position under the cursor.
    package var selected: Int64 = 0
    package var top: Int64 = 0
    /// The last position of the store.
    package var last: Int64 = 0
}

/// Every event that set a value, in the Timeline's place.
package struct SetterList: Hashable, Sendable {
    package var path = StatePath.root
    package var setters: [ValueSetter] = []
    package var isComplete = false
    package var selected = 0
    package var top = 0
}
