public import EventSourcing

/// Where the demo store and `playhead sample` get their history from.
public struct SampleSource: Sendable {
    /// One thing to be written, in the order of writing.
    public enum Item: Sendable {
        case event(ImportedEvent)
        case snapshot(StoredSnapshot)
    }

    /// A history that is being made.
    public struct History {
        /// The writers, to be registered first.
        public let writers: [WriterRecord]
        /// The next thing, nil at the end.
        public let next: () throws -> Item?

        /// Describes a history.
        public init(writers: [WriterRecord], next: @escaping () throws -> Item?) {
            self.writers = writers
            self.next = next
        }
    }

    let begin: @Sendable (_ events: Int, _ streams: Int?, _ seed: UInt64) throws -> History

    /// Takes a closure that begins a history of so many events over so many streams; the same seed gives the same bytes.
    public init(
        _ begin: @escaping @Sendable (_ events: Int, _ streams: Int?, _ seed: UInt64) throws -> History
    ) {
        self.begin = begin
    }

    /// What the demo store holds: a few hundred events of several aggregates.
    static let demoSize = (events: 400, streams: 12, seed: UInt64(42))

    /// Fills an empty store with the demo's history.
    func fill(_ store: InMemoryStore) throws {
        let history = try begin(Self.demoSize.events, Self.demoSize.streams, Self.demoSize.seed)
        var (events, snapshots): ([ImportedEvent], [StoredSnapshot]) = ([], [])
        while let item = try history.next() {
            switch item {
            case .event(let event): events.append(event)
            case .snapshot(let snapshot): snapshots.append(snapshot)
            }
        }
        try store.fill(writers: history.writers, events: events, snapshots: snapshots)
    }
}
