import Actors
import EventSourcing

/// Events as they came out of the log, copied with their bytes, so that they are folded while the next ones are read.
struct LogStretch: Sendable {
    /// An event that something folds.
    struct Entry: Sendable {
        let event: FoldedEvent
        let version: Int
        let isIntact: Bool
        /// Where its folds stand in the table; nil where it can't be said whether there are any, for it is damaged.
        let steps: Int?
        /// Its payload, in the bytes of all.
        let payload: Range<Int>
        /// How many events of its window were read before it, and the position of the one before it.
        let before: (count: Int, last: Int64)
    }

    /// Events that are folded before rows and position are written, some of which nothing folds.
    struct Window: Sendable {
        /// How many events were read.
        var count = 0
        /// The position of the last of them.
        var last: Int64 = 0
        /// Those that something folds.
        var entries: Range<Int>
    }

    /// What was looked up for the name of an event, which is mostly the same as for one of the last ones.
    private struct Known: Sendable {
        let type: String
        let entityType: String
        let steps: Int?
    }

    private let table: ProjectionTable
    private var known: [Known] = []
    private(set) var windows: [Window] = []
    private(set) var entries: [Entry] = []
    private(set) var bytes: [UInt8] = []
    /// Whether it ends for its size.
    private var isCut = false

    /// How many bytes of payloads are copied at most before a window and a stretch end, but for the last event.
    private static let mostBytes = 8 << 20

    private init(of table: ProjectionTable) { self.table = table }

    /// Reads events behind a position.
    ///
    /// Throws what the store throws.
    static func read(
        _ table: ProjectionTable, from store: any EventStore, behind position: Int64
    ) async throws -> LogStretch {
        try await store.readAll(
            after: position, limit: size(of: table), fields: .all, into: LogStretch(of: table)
        ) { stretch, event in
            stretch.take(event)
        }
    }

    /// Reads events behind a position up to an obstacle, which may be one that can't be read.
    ///
    /// Throws what the store throws at another place.
    static func read(
        _ table: ProjectionTable, from store: any EventStore, behind position: Int64, below obstacle: Int64
    ) async throws -> LogStretch {
        // What was read stays where the store throws.
        let box = Box(LogStretch(of: table))
        do {
            try await store.readAll(after: position, limit: size(of: table), fields: .all, into: ()) { _, event in
                guard event.position < obstacle else { return .stop }
                return box.stretch.withLock { $0.take(event) }
            }
        } catch let error as StoreError where error.reason == .corrupt && error.position == obstacle {}
        return box.stretch.withLock { $0 }
    }

    private final class Box: Sendable {
        let stretch: Locked<LogStretch>

        init(_ stretch: LogStretch) { self.stretch = Locked(stretch) }
    }

    /// How many events are read at once: some windows, so that whoever folds and whoever reads seldom wait for each other.
    private static func size(of table: ProjectionTable) -> Int {
        let window = table.declaration.window
        return window < 1_024 ? window * 4 : window
    }

    /// The position of the last event; nil where there is none.
    var last: Int64? { windows.last?.last }

    /// Whether there may be more.
    var isFull: Bool { isCut || windows.reduce(0) { $0 + $1.count } == Self.size(of: table) }

    private mutating func take(_ event: borrowing StoredEvent) -> Visit {
        if windows.last?.count ?? table.declaration.window == table.declaration.window {
            windows.append(Window(entries: entries.count..<entries.count))
        }
        let place = windows.count - 1
        let steps = steps(for: event)
        if steps != nil || table.mayFold(event) {
            let start = bytes.count
            event.withPayload { bytes.append(contentsOf: $0) }
            entries.append(
                Entry(
                    event: FoldedEvent(event), version: event.schemaVersion, isIntact: event.isIntact, steps: steps,
                    payload: start..<bytes.count, before: (windows[place].count, windows[place].last)))
        }
        windows[place].count += 1
        windows[place].last = event.position
        windows[place].entries = windows[place].entries.lowerBound..<entries.count
        isCut = bytes.count >= Self.mostBytes
        return isCut ? .stop : .next
    }

    private mutating func steps(for event: borrowing StoredEvent) -> Int? {
        let (type, entityType) = (event.type, event.persistenceID.entityType)
        for entry in known where entry.type == type && entry.entityType == entityType { return entry.steps }
        let found = table.place(of: type, of: entityType)
        if known.count == 16 { known.removeAll(keepingCapacity: true) }
        known.append(Known(type: type, entityType: entityType, steps: found))
        return found
    }
}
