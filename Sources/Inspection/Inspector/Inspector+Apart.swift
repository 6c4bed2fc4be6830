import Actors
import EventSourcing

extension Inspector {
    /// How many numbers are read at a time.
    private static let page = 10_000

    /// A stream's events that are set apart, which recovery leaves out, by rising number.
    func eventsApart(in id: PersistenceID) throws -> [QuarantinedEvent] {
        var events: [QuarantinedEvent] = []
        while true {
            let read = try reader.quarantined(of: id, after: events.last?.sequenceNumber ?? 0, limit: Self.page)
            events += read
            if read.count < Self.page { return events }
        }
    }
}
