/// Some events in the order that was asked for, and whether that was all of them.
struct EventPage: Sendable {
    var rows: [EventRow] = []
    var isLast = true

    /// How many rows a page has at most.
    static let rowLimit = 256
    /// With how many bytes of payload and metadata a page of copied rows is full.
    static let byteLimit = 1 << 20
}

/// A store that hands its events out in pages, so that its lock is never held while a visitor runs.
///
/// A visitor may therefore use the store itself. What is appended while a visit runs is not part of the visit.
protocol PagedEvents {
    /// A stream's last sequence number, 0 where there is none.
    func lastNumber(of id: PersistenceID) throws -> Int64
    /// The highest global position ever given.
    func lastPosition() throws -> Int64
    /// The next events of a stream between two numbers, both included.
    func page(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) throws -> EventPage
    /// The next events between two positions, both included.
    func page(from: Int64, through: Int64, reversed: Bool, fields: EventFields) throws -> EventPage
}

extension PagedEvents {
    /// Visits a stream page by page.
    func visitStream(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        let last = try lastNumber(of: id)
        try visitPages(from: max(from, 1), through: min(through, last), reversed: reversed, fields: fields) {
            (try page(of: id, from: $0, through: $1, reversed: reversed, fields: fields), \.row.sequenceNumber)
        } visit: {
            try visit($0)
        }
    }

    /// Visits the whole log page by page.
    func visitLog(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        let last = try lastPosition()
        try visitPages(from: max(from, 1), through: min(through, last), reversed: reversed, fields: fields) {
            (try page(from: $0, through: $1, reversed: reversed, fields: fields), \.position)
        } visit: {
            try visit($0)
        }
    }

    private func visitPages(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        next: (Int64, Int64) throws -> (EventPage, KeyPath<EventRow, Int64>),
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        var (low, high) = (from, through)
        while low <= high {
            let (page, key) = try next(low, high)
            for row in page.rows where try row.lend(fields, to: { try visit($0) }) == .stop { return }
            guard !page.isLast, let last = page.rows.last?[keyPath: key] else { return }
            // Neither can overflow: `last` lies between `low` and `high`, and the loop ends where they meet.
            if reversed {
                if last == low { return }
                high = last - 1
            } else {
                if last == high { return }
                low = last + 1
            }
        }
    }
}

// MARK: - Folding

extension PagedEvents {
    /// Folds a stream's events, ascending.
    func foldStream<Result>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: (inout Result, borrowing StoredEvent) throws -> Visit
    ) throws -> Result {
        var result = initial
        try visitStream(id, from: from, through: through, reversed: false, fields: fields) { try visit(&result, $0) }
        return result
    }

    /// Folds at most `limit` events above a position.
    func foldLog<Result>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: (inout Result, borrowing StoredEvent) throws -> Visit
    ) throws -> Result {
        guard limit > 0, position < .max else { return initial }
        var (result, seen) = (initial, 0)
        try visitLog(from: position + 1, through: .max, reversed: false, fields: fields) { event in
            seen += 1
            let wish = try visit(&result, event)
            return seen == limit ? .stop : wish
        }
        return result
    }
}
