import EventSourcing

/// Which rows of a projection are at hand and which were changed, whatever their type.
///
/// An object that one pass has to itself. What depends on the type of the rows is in `FoldedRows`: looking generic types up
/// takes longer than folding an event.
@usableFromInline
class KeptRows {
    /// Compared byte by byte, as in the store.
    private struct Key: Hashable {
        let text: String

        static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(bytesOf: text) }
    }

    /// What is known of a row.
    @usableFromInline
    struct Standing {
        /// Whether the row, or that there is none, is at hand; otherwise it has to be read.
        @usableFromInline var isKnown: Bool
        /// The position of the last event that changed it; nil where it is as it is in the store.
        @usableFromInline var changedBy: Int64?

        @usableFromInline
        init(isKnown: Bool, changedBy: Int64?) {
            self.isKnown = isKnown
            self.changedBy = changedBy
        }
    }

    private var places: [Key: Int] = [:]
    private var keys: [String] = []
    @usableFromInline final var standings: [Standing] = []
    /// The rows that are not as they are in the store, in the order in which they were changed first.
    @usableFromInline final var changed: [Int] = []
    /// The position of the event that is folded.
    @usableFromInline final var position: Int64 = 0
    /// How many times the event has changed a row.
    @usableFromInline final var changesOfEvent = 0
    /// Whether a row that is not kept is not in the store either.
    private var isWhole: Bool
    /// The row that the present event wants and that has to be read first.
    private(set) final var missing: String?

    init(isWhole: Bool) { self.isWhole = isWhole }

    // MARK: - For folds

    @usableFromInline
    final func place(of key: String) throws -> Int {
        let key = Key(text: key)
        if let place = places[key] { return place }
        try Projection.require(key.text)
        places[key] = keys.count
        keys.append(key.text)
        standings.append(Standing(isKnown: isWhole, changedBy: nil))
        return keys.count - 1
    }

    /// The error of a fold that wants a row that has to be read first.
    @usableFromInline
    final func wait(for place: Int) -> any Error {
        missing = keys[place]
        return RowNotAtHand(key: keys[place])
    }

    // MARK: - For whoever folds

    /// Begins with an event: what is changed from now on is changed by it.
    final func begin(at position: Int64) {
        self.position = position
        missing = nil
        changesOfEvent = 0
    }

    /// What is to be written, in the order in which the rows were changed first.
    ///
    /// Throws `UnwritableRow` for a row that can't be written.
    final func changes(by codec: JSONCodec) throws(UnwritableRow) -> [ProjectionChange] {
        var changes: [ProjectionChange] = []
        changes.reserveCapacity(changed.count)
        for place in changed {
            do {
                guard let row = try encoded(at: place, by: codec) else {
                    changes.append(.delete(keys[place]))
                    continue
                }
                changes.append(.put(keys[place], String(decoding: row, as: UTF8.self)))
            } catch {
                throw UnwritableRow(
                    key: keys[place], position: standings[place].changedBy ?? position, cause: error)
            }
        }
        return changes
    }

    /// Notes that the changes are on their way into the store.
    final func noteWritten() {
        changesOfEvent = 0
        for place in changed { standings[place].changedBy = nil }
        changed.removeAll(keepingCapacity: true)
    }

    /// Keeps a row as it stands in the store, nil where there is none, for the event that waits for it.
    final func keep(_ text: String?, by codec: JSONCodec) throws {
        guard let place = missing.flatMap({ places[Key(text: $0)] }) else { return }
        try read(text, at: place, by: codec)
        standings[place].isKnown = true
    }

    /// Lets go of all rows where there are more than may be kept; none must be changed.
    final func letGo(keeping limit: Int) {
        guard keys.count > limit else { return }
        keys.removeAll(keepingCapacity: true)
        standings.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        isWhole = false
        forget()
    }

    // MARK: - What depends on the type of the rows

    /// The text of a row; nil where there is none.
    func encoded(at place: Int, by codec: JSONCodec) throws -> [UInt8]? { nil }

    /// Reads a row from its text; nil where there is none.
    func read(_ text: String?, at place: Int, by codec: JSONCodec) throws {}

    /// Takes back what the event has changed.
    func takeBack() {}

    /// Lets go of all rows.
    func forget() {}
}

/// The rows of a projection.
@usableFromInline
final class FoldedRows<Row: Codable & Sendable>: KeptRows {
    /// A row as it was before the present event changed it.
    @usableFromInline
    struct Former {
        let place: Int
        let row: Row?
        let standing: Standing

        @usableFromInline
        init(place: Int, row: Row?, standing: Standing) {
            self.place = place
            self.row = row
            self.standing = standing
        }
    }

    /// Nil for a row that is not there; those of the last keys may be left out.
    @usableFromInline var rows: [Row?] = []
    /// The first `changesOfEvent` are what the present event has changed, in its order.
    @usableFromInline var former: [Former] = []

    @inlinable
    func row(at place: Int) throws -> Row? {
        guard standings[place].isKnown else { throw wait(for: place) }
        return place < rows.count ? rows[place] : nil
    }

    @inlinable
    func set(_ row: Row?, at place: Int) {
        while rows.count <= place { rows.append(nil) }
        let standing = standings[place]
        let before = Former(place: place, row: rows[place], standing: standing)
        if changesOfEvent < former.count { former[changesOfEvent] = before } else { former.append(before) }
        changesOfEvent += 1
        if standing.changedBy == nil { changed.append(place) }
        rows[place] = row
        standings[place] = Standing(isKnown: true, changedBy: position)
    }

    override func encoded(at place: Int, by codec: JSONCodec) throws -> [UInt8]? {
        try rows[place].map { try codec.encode($0) }
    }

    override func read(_ text: String?, at place: Int, by codec: JSONCodec) throws {
        while rows.count <= place { rows.append(nil) }
        guard var text else {
            rows[place] = nil
            return
        }
        rows[place] = try text.withUTF8 { try codec.decode(Row.self, from: UnsafeRawBufferPointer($0)) }
    }

    override func takeBack() {
        for change in former[..<changesOfEvent].reversed() {
            // What it changed first stands last.
            if change.standing.changedBy == nil { changed.removeLast() }
            rows[change.place] = change.row
            standings[change.place] = change.standing
        }
        changesOfEvent = 0
    }

    override func forget() {
        rows.removeAll(keepingCapacity: true)
        former.removeAll(keepingCapacity: true)
    }
}

/// A row has to be read before an event can be folded.
struct RowNotAtHand: Error, CustomStringConvertible {
    let key: String

    var description: String { "the row '\(key)' has to be read first; let what the rows throw pass" }
}

/// A row that was folded can't be written.
struct UnwritableRow: Error, CustomStringConvertible {
    let key: String
    /// The position of the last event that changed it.
    let position: Int64
    let cause: any Error

    var description: String { "the row '\(key)' can't be written: \(cause)" }
}
