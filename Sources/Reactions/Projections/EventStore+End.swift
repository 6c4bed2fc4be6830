import EventSourcing

extension EventStore {
    /// The first event behind a position.
    func event(after position: Int64) async throws -> (position: Int64, timestamp: Timestamp)? {
        try await readAll(
            after: position, limit: 1, fields: [], into: (position: Int64, timestamp: Timestamp)?.none
        ) { found, event in
            found = (event.position, event.timestamp)
            return .stop
        }
    }

    /// The position of the last event, which is at one that is known to be there, or behind it.
    func lastPosition(from known: Int64) async throws -> Int64 {
        // Ever longer steps until there is nothing, and then halves: no scan.
        var (low, step) = (known, Int64(1))
        var high: Int64?
        while high.map({ low < $0 }) ?? true {
            let probe: Int64
            if let high {
                probe = low + (high - low) / 2
            } else {
                let (sum, isOver) = low.addingReportingOverflow(step)
                probe = isOver ? .max - 1 : sum
            }
            if let found = try await event(after: probe) {
                // Nothing stands behind the greatest of positions.
                if found.position == low { return low }
                low = found.position
                step = step > .max / 2 ? step : step * 2
            } else {
                high = probe
                if probe == low { break }
            }
        }
        return low
    }
}
