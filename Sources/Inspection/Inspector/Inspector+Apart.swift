import EventSourcing

extension Inspector {
    /// How many numbers are read at a time.
    private static let page = 10_000

    /// The numbers of a stream's events that are set apart, which recovery leaves out.
    func eventsApart(in id: PersistenceID) throws -> Set<Int64> {
        var numbers: Set<Int64> = []
        try eachApart(in: id) { numbers.insert($0.sequenceNumber) }
        return numbers
    }

    /// Visits a stream's events that are set apart, by rising number.
    func eachApart(in id: PersistenceID, visit: (QuarantinedEvent) -> Void) throws {
        var last: Int64 = 0
        while true {
            let events = try reader.quarantined(of: id, after: last, limit: Self.page)
            for event in events { visit(event) }
            guard events.count == Self.page, let highest = events.last?.sequenceNumber else { return }
            last = highest
        }
    }
}
