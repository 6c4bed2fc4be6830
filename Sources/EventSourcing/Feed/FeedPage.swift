import Actors

/// Some events in a row, and what kept the reader from going on behind them.
struct FeedPage: Sendable {
    var events: [RecordedEvent] = []
    var failure: (any Error)?

    /// How many events are read at once.
    static let mostEvents = 256
    /// With how many bytes of payload and metadata a page is full.
    static let mostBytes = 1 << 20

    /// Reads what stands behind a position.
    static func read(from store: some EventStore, after position: Int64, fields: EventFields) async -> FeedPage {
        // Collected outside the fold, whose result is lost where it throws.
        let collector = Collector()
        var failure: (any Error)?
        do {
            try await store.readAll(after: position, limit: mostEvents, fields: fields, into: ()) { _, event in
                collector.add(event)
            }
        } catch {
            failure = error
        }
        return FeedPage(events: collector.events, failure: failure)
    }

    private final class Collector: Sendable {
        private let collected = Locked<(events: [RecordedEvent], bytes: Int)>(([], 0))

        var events: [RecordedEvent] { collected.withLock { $0.events } }

        func add(_ event: borrowing StoredEvent) -> Visit {
            let copy = RecordedEvent(event)
            return collected.withLock { collected in
                collected.events.append(copy)
                collected.bytes += copy.payload.count + copy.metadata.count
                return collected.bytes < mostBytes ? .next : .stop
            }
        }
    }
}
