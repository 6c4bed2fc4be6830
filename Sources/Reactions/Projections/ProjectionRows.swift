import EventSourcing

/// The rows of a projection while events are folded into them: what was read or changed is kept, and written once a window.
public struct ProjectionRows<Row: Codable & Sendable>: Sendable {
    // Whoever declares folds gets code for its own row, and what does not depend on that is not generic: looking generic types
    // up takes longer than folding an event.
    @usableFromInline var kept: KeptRows

    @inlinable
    init(_ kept: KeptRows) { self.kept = kept }

    /// The row of a key; nil where there is none.
    ///
    /// Throws where the row has to be read from the store first: let it pass, and the fold is called again with it. Throws
    /// `StoreError.invalid` for a key that is empty or longer than `Projection.longestName` bytes.
    @inlinable
    public mutating func get(_ key: String) throws -> Row? { try kept.row(at: kept.place(of: key)) as? Row }

    /// Puts a row at a key, in place of what was there; throws `StoreError.invalid` for a key that no row can have.
    @inlinable
    public mutating func put(_ row: Row, at key: String) throws { kept.set(row, at: try kept.place(of: key)) }

    /// Takes the row of a key away, where there is one; throws `StoreError.invalid` for a key that no row can have.
    @inlinable
    public mutating func delete(_ key: String) throws { kept.set(nil, at: try kept.place(of: key)) }

    /// Changes the row of a key, from an initial one where there is none; throws what `get` and the change throw.
    @inlinable
    public mutating func change(
        _ key: String, from initial: @autoclosure () throws -> Row, _ change: (inout Row) throws -> Void
    ) throws {
        let place = try kept.place(of: key)
        var row = try kept.row(at: place) as? Row ?? initial()
        try change(&row)
        kept.set(row, at: place)
    }
}

/// The rows of a projection, whatever their type.
@usableFromInline
struct KeptRows: Sendable {
    /// Compared byte by byte, as in the store.
    private struct Key: Hashable, Sendable {
        let text: String

        static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(bytesOf: text) }
    }

    private struct Slot: Sendable {
        let key: Key
        /// Nil for a row that is not there.
        var row: (any Sendable)?
        /// Whether that is known; otherwise it has to be read.
        var isKnown: Bool
        /// The position of the last event that changed it; nil where it is as it is in the store.
        var changedBy: Int64?
    }

    private struct Change: Sendable {
        let place: Int
        let slot: Slot
    }

    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    /// The rows that are not as they are in the store, in the order in which they were changed first.
    private var changed: [Int] = []
    /// What the present event has changed, as it was before it.
    private var undo: [Change] = []
    private var position: Int64 = 0
    /// Whether a row that is not kept is not in the store either.
    private var isWhole: Bool
    /// The row that the present event wants and that has to be read first.
    private(set) var missing: String?

    /// Rows of a version that is new to the store, or of one that has some.
    init(isNew: Bool) { isWhole = isNew }

    /// None, in the place of those that are lent.
    @usableFromInline
    init() { isWhole = false }

    // MARK: - For folds

    @usableFromInline
    mutating func place(of key: String) throws -> Int {
        let key = Key(text: key)
        if let place = places[key] { return place }
        try Projection.require(key.text)
        places[key] = slots.count
        slots.append(Slot(key: key, row: nil, isKnown: isWhole, changedBy: nil))
        return slots.count - 1
    }

    @usableFromInline
    mutating func row(at place: Int) throws -> (any Sendable)? {
        guard slots[place].isKnown else {
            missing = slots[place].key.text
            throw RowNotAtHand(key: slots[place].key.text)
        }
        return slots[place].row
    }

    @usableFromInline
    mutating func set(_ row: (any Sendable)?, at place: Int) {
        undo.append(Change(place: place, slot: slots[place]))
        if slots[place].changedBy == nil { changed.append(place) }
        slots[place].row = row
        slots[place].isKnown = true
        slots[place].changedBy = position
    }

    // MARK: - For whoever folds

    /// Begins with an event: what is changed from now on is changed by it.
    mutating func begin(at position: Int64) {
        self.position = position
        missing = nil
        undo.removeAll(keepingCapacity: true)
    }

    /// Takes back what the event has changed.
    mutating func takeBack() {
        for change in undo.reversed() {
            // What it changed first stands last.
            if change.slot.changedBy == nil { changed.removeLast() }
            slots[change.place] = change.slot
        }
        undo.removeAll(keepingCapacity: true)
    }

    /// Keeps a row as it was read; nil where there is none.
    mutating func keep(_ row: (any Sendable)?, at key: String) {
        guard let place = places[Key(text: key)] else { return }
        slots[place].row = row
        slots[place].isKnown = true
    }

    /// What is to be written, in the order in which the rows were changed first.
    ///
    /// Throws `UnwritableRow` for a row that can't be written.
    func changes(_ encode: (any Sendable) throws -> [UInt8]) throws(UnwritableRow) -> [ProjectionChange] {
        var changes: [ProjectionChange] = []
        changes.reserveCapacity(changed.count)
        for place in changed {
            let (key, changedBy) = (slots[place].key.text, slots[place].changedBy ?? position)
            guard let row = slots[place].row else {
                changes.append(.delete(key))
                continue
            }
            do {
                changes.append(.put(key, String(decoding: try encode(row), as: UTF8.self)))
            } catch {
                throw UnwritableRow(key: key, position: changedBy, cause: error)
            }
        }
        return changes
    }

    /// Notes that the changes are in the store, and lets go of all rows where there are more than may be kept.
    mutating func noteWritten(keeping limit: Int) {
        undo.removeAll(keepingCapacity: true)
        for place in changed { slots[place].changedBy = nil }
        changed.removeAll(keepingCapacity: true)
        guard slots.count > limit else { return }
        slots.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        isWhole = false
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
