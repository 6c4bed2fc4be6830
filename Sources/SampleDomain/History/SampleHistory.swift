public import Actors
public import EventSourcing

/// A history of orders and accounts as a shop writes it: made by the real rules, the same for the same seed.
///
/// Three writers share the streams; each hand-over raises the epoch. The first stream holds one event of a writer that had
/// been superseded, which is what a store without fencing lets happen; the last event of all belongs to the second
/// stream, an order that is still open. Purchases come only where a plan asks for them, and change nothing of the others.
public struct SampleHistory: Sendable {
    /// One thing to be written, in the order of writing.
    public enum Item: Sendable {
        case event(ImportedEvent)
        case snapshot(StoredSnapshot)
    }

    /// How large the history is and what it is made from.
    public struct Plan: Hashable, Sendable {
        /// How many events there will be.
        public var events: Int
        /// Over how many streams.
        public var streams: Int
        /// A snapshot after so many events of a stream; 0 for none.
        public var snapshotEvery: Int
        /// The same seed gives the same bytes.
        public var seed: UInt64
        /// The time of the first event.
        public var start: Timestamp
        /// How many purchases there are beside; their events come on top.
        public var purchases: Int

        /// Describes a history; left-out parts follow from the number of events, about 1,000 a stream where there are many.
        public init(
            events: Int, streams: Int? = nil, snapshotEvery: Int? = nil, seed: UInt64 = 42,
            start: Timestamp = Timestamp(microseconds: 1_740_902_400_000_000), purchases: Int = 0
        ) {
            self.events = max(0, events)
            self.streams = max(1, min(streams ?? max(12, events / 1_000), max(1, events)))
            self.snapshotEvery = max(0, snapshotEvery ?? (events > 50_000 ? 100 : 10))
            self.seed = seed
            self.start = start
            self.purchases = max(0, purchases)
        }
    }

    /// The writers, to be registered before the events are written.
    public let writers: [WriterRecord]
    private let plan: Plan
    private var random: SeededRandom
    private let ids: ULIDGenerator
    private var streams: [SampleStream] = []
    /// The streams that are not finished, by their index.
    private var unfinished: [Int] = []
    /// The place in `unfinished` of the stream that was written last.
    private var place = 0
    private var written = 0
    private var time: Timestamp
    private var waiting: Item?
    private var purchases: Purchases

    /// The stream that is written last.
    private static let newest = 1

    /// Begins a history; throws only what naming its streams throws.
    public init(_ plan: Plan) throws {
        self.plan = plan
        random = SeededRandom(seed: plan.seed)
        ids = ULIDGenerator(random: SeededRandom(seed: plan.seed ^ 0x5EED))
        time = plan.start
        purchases = try Purchases(plan)
        writers = [("web-1", 4711), ("batch-1", 815), ("ops", 90)].map { [ids] program, process in
            WriterRecord(
                id: WriterID(ids.next(at: plan.start)), host: "shop", process: Int64(process), started: plan.start,
                program: program, version: "1.0")
        }
        try makeStreams()
    }

    /// How many events have been made.
    public var progress: Int { written }

    /// The next thing to be written, nil at the end; throws only what encoding throws.
    public mutating func next() throws -> Item? {
        if let item = waiting {
            waiting = nil
            return item
        }
        guard written < plan.events else { return nil }
        if let event = try purchases.next(behind: written, at: time, by: writers[0].id) { return .event(event) }
        let index = nextStream()
        if written > 0 { advanceTime() }
        let (writer, epoch) = streams[index].nextWriter(of: writers.count, random: &random)
        let (type, version, payload) = try streams[index].nextEvent(random: &random)
        let number = streams[index].number
        let cause = ids.next(at: time)
        written += 1
        if streams[index].left == 0 { finish(index) }
        if plan.snapshotEvery > 0, number % Int64(plan.snapshotEvery) == 0, streams[index].takesSnapshots {
            let (stateType, state) = try streams[index].story.snapshot()
            waiting = .snapshot(
                StoredSnapshot(
                    persistenceID: streams[index].id, sequenceNumber: number, stateType: stateType,
                    writer: writers[writer].id, epoch: epoch, timestamp: time, state: state))
        }
        return .event(
            ImportedEvent(
                persistenceID: streams[index].id, sequenceNumber: number,
                event: NewEvent(
                    type: type, schemaVersion: version, payload: payload,
                    metadata: Metadata(correlationID: cause, causationID: cause, values: metadata(at: number)),
                    timestamp: time),
                writer: writers[writer].id, epoch: epoch))
    }
}

// MARK: - Streams

extension SampleHistory {
    private mutating func makeStreams() throws {
        let orders = try OrderEvent.registry()
        let accounts = try AccountEvent.registry()
        var endings = OrderStory.Ending.allCases
        for (index, length) in lengths().enumerated() {
            let number = String(index + 1)
            let padded = String(repeating: "0", count: max(0, 5 - number.count)) + number
            // Orders are what the first look is about; every third stream is an account.
            let story: any SampleStory
            if index % 3 == 2 {
                story = AccountStory(closes: index % 6 == 5, registry: accounts, snapshots: .json("Account"))
            } else {
                story = OrderStory(ending: endings[0], registry: orders, snapshots: .json("Order"))
                endings.append(endings.removeFirst())
            }
            streams.append(
                SampleStream(
                    try index % 3 == 2
                        ? PersistenceID("Account", "account-\(padded)") : PersistenceID("Order", "order-\(padded)"),
                    length: length, hasConflict: index == 0 && plan.streams > 1, story: story))
        }
        unfinished = streams.indices.filter { streams[$0].length > 0 }
    }

    /// How many events each stream will have: equal shares of which one of two gives the other a part.
    private mutating func lengths() -> [Int64] {
        var lengths = (0..<plan.streams).map {
            Int64(plan.events / plan.streams + ($0 < plan.events % plan.streams ? 1 : 0))
        }
        // The first two are what is looked at first, and stay as long as any.
        for index in stride(from: 2, to: lengths.count - 1, by: 2) {
            let given = Int64.random(in: 0...lengths[index] / 2, using: &random)
            lengths[index] -= given
            lengths[index + 1] += given
        }
        return lengths
    }

    /// Streams take turns in bursts until each has its length; the last event of all is the newest stream's.
    private mutating func nextStream() -> Int {
        if place >= unfinished.count || Int.random(in: 0..<3, using: &random) == 0 {
            place = Int.random(in: 0..<unfinished.count, using: &random)
        }
        if unfinished[place] == Self.newest, streams[Self.newest].left == 1 {
            place = (place + 1) % unfinished.count
        }
        return unfinished[place]
    }

    private mutating func finish(_ index: Int) {
        unfinished.swapAt(place, unfinished.count - 1)
        unfinished.removeLast()
    }
}

// MARK: - Time and origin

extension SampleHistory {
    /// Seconds mostly, minutes now and then, hours seldom; in a long history all of them shorter, so that it ends within
    /// a year of its start.
    private mutating func advanceTime() {
        let pace = Int64.random(in: 0..<100, using: &random)
        let milliseconds: Int64 =
            switch pace {
            case 0: .random(in: 3_600_000...86_400_000, using: &random)
            case 1..<15: .random(in: 30_000...600_000, using: &random)
            default: .random(in: 20...5_000, using: &random)
            }
        let events = Int64(plan.events)
        let microseconds = (milliseconds * 1_000 + pace) * min(20_000, events) / events
        time = Timestamp(microseconds: time.microseconds + max(1, microseconds))
    }

    private func metadata(at number: Int64) -> JSONObject {
        number % 4 == 0 ? ["source": "shop", "session": .number(JSONNumber(number * 7 + 13))] : [:]
    }
}
