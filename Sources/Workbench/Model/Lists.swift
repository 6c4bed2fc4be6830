package import EventSourcing
package import Inspection

/// The streams of the store, in the Timeline's place: a window of heads, and where the cursor stands.
package struct StreamList: Hashable, Sendable {
    package var heads: [StreamHead] = []
    /// Whether the last answer was full, so that there may be more behind it.
    package var hasMore = false
    /// Whether there was an answer.
    package var isLoaded = false
    package var prefix = ""
    /// No stream begins with `prefix`: those that contain it are shown, in capitals or not.
    package var isContaining = false
    /// The last head that was read, shown or not.
    package var lastRead: StreamHead?
    /// How many heads were read, shown or not.
    package var readCount = 0
    package var order = StreamQuery.Order.newest
    package var cursor = ListCursor()
    /// How many were taken in before the list was full; `/` shows others.
    package static let longest = 5_000
    /// How many heads are asked for at once.
    package static let page = 200

    /// What the store is asked for.
    var queriedPrefix: String { isContaining ? "" : prefix }

    /// Takes a page of heads in, and shows of it what fits.
    mutating func take(_ page: [StreamHead], isFirst: Bool) {
        if isFirst {
            heads = []
            readCount = 0
            lastRead = nil
        }
        readCount += page.count
        lastRead = page.last ?? lastRead
        guard isContaining else {
            heads += page
            return
        }
        let text = prefix.lowercased()
        heads += page.filter { $0.persistenceID.description.lowercased().contains(text) }
    }
}

/// All events by global position, in the Timeline's place.
package struct GlobalLog: Hashable, Sendable {
    package var rows: [EventRow] = []
    /// The positions that were read; nil before the first answer.
    package var range: ClosedRange<Int64>?
    /// The global position under the cursor.
    package var selected: Int64 = 0
    /// The cursor's line in the pane.
    package var line = 0
    /// How many positions are asked for to each side.
    package var reach: Int64 = 200
}

/// Every event that set a value, in the Timeline's place.
package struct SetterList: Hashable, Sendable {
    package var path = StatePath.root
    package var setters: [ValueSetter] = []
    package var isComplete = false
    package var cursor = ListCursor()
}

/// The chosen line of a list, and the first that is shown.
package struct ListCursor: Hashable, Sendable {
    package var selected = 0
    package var top = 0

    /// Moves within so many lines, of which so many are seen; scrolls by a third of them where needed.
    package mutating func move(to line: Int, of count: Int, seen rows: Int) {
        selected = max(0, min(line, count - 1))
        top = Scrolling.top(from: top, showing: selected, in: 0...max(0, count - 1), rows: rows)
    }
}
