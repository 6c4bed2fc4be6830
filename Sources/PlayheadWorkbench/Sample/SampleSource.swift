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

    /// What a history is asked to be.
    public struct Request: Hashable, Sendable {
        /// How many events there are, those of machines left out.
        public var events: Int
        /// Over how many streams; nil for what fits.
        public var streams: Int?
        /// How many instances of machines there are beside, whose events come on top.
        public var machines: Int
        /// How many processes over several streams there are beside, carried out by reactions, behind all else.
        public var processes: Int
        /// The same seed gives the same bytes.
        public var seed: UInt64

        /// Asks for a history.
        public init(events: Int, streams: Int? = nil, machines: Int = 0, processes: Int = 0, seed: UInt64 = 42) {
            self.events = events
            self.streams = streams
            self.machines = machines
            self.processes = processes
            self.seed = seed
        }
    }

    let begin: @Sendable (Request) throws -> History
    let carryOut: @Sendable (Request, InMemoryStore) throws -> Void

    /// Takes a closure that begins a history; the same request gives the same bytes.
    ///
    /// - Parameters:
    ///   - begin: begins the history.
    ///   - carryOut: has the processes that are asked for happen in a store, behind what is there.
    public init(
        _ begin: @escaping @Sendable (Request) throws -> History,
        carryingOut carryOut: @escaping @Sendable (Request, InMemoryStore) throws -> Void = { _, _ in }
    ) {
        self.begin = begin
        self.carryOut = carryOut
    }

    /// What the demo store holds: a few hundred events of several aggregates.
    static let demo = Request(events: 400, streams: 12, machines: 5, processes: 6)

    /// Fills an empty store with the demo's history.
    func fill(_ store: InMemoryStore) throws {
        let history = try begin(Self.demo)
        var (events, snapshots): ([ImportedEvent], [StoredSnapshot]) = ([], [])
        while let item = try history.next() {
            switch item {
            case .event(let event): events.append(event)
            case .snapshot(let snapshot): snapshots.append(snapshot)
            }
        }
        try store.fill(writers: history.writers, events: events, snapshots: snapshots)
        try carryOut(Self.demo, store)
    }
}
