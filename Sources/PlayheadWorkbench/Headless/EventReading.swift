import EventSourcing

/// Goes along the events of a stream, or of a store by global position, and past what can't be read.
struct EventReading {
    /// A place at which no event could be read.
    struct Lost {
        var stream: PersistenceID?
        var sequenceNumber: Int64?
        var position: Int64?
        var sentence: String
    }

    /// A file in which so many places can't be read has no end of them.
    private static let mostLost = 1_000

    let reader: any StoreReader
    let stream: PersistenceID?

    /// Visits events from one number or position through another, both included.
    ///
    /// Throws `StoreError` where the store as a whole can't be read.
    func visit(
        from: Int64, through: Int64, event: (borrowing StoredEvent) throws -> Visit, lost: (Lost) throws -> Visit
    ) throws {
        var low = max(from, 1)
        var failures = 0
        while low <= through {
            do {
                if let stream {
                    try reader.read(stream, from: low, through: through, reversed: false, fields: .all) { stored in
                        let wish = try event(stored)
                        low = max(low, stored.sequenceNumber) + 1
                        return wish
                    }
                } else {
                    try reader.readAll(from: low, through: through, reversed: false, fields: .all) { stored in
                        let wish = try event(stored)
                        low = max(low, stored.position) + 1
                        return wish
                    }
                }
                return
            } catch let error as StoreError where error.reason == .corrupt {
                failures += 1
                if failures > Self.mostLost { throw error }
                let place = min(max((stream == nil ? error.position : error.sequenceNumber) ?? low, low), through)
                let report = Lost(
                    stream: stream ?? error.stream, sequenceNumber: stream == nil ? nil : place,
                    position: stream == nil ? place : nil, sentence: error.description)
                if try lost(report) == .stop { return }
                guard place < .max else { return }
                low = place + 1
            }
        }
    }
}
