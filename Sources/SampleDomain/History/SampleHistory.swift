public import Actors
public import EventSourcing

/// A history of orders and accounts as a shop writes it: made by the real rules, the same for the same seed.
///
/// Three writers share the streams; each hand-over raises the epoch. One stream holds an event of a writer that had
/// been superseded, which is what a store without fencing lets happen.
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

        /// Describes a history; left-out parts follow from the number of events, at most 1,000 a stream.
        public init(
            events: Int, streams: Int? = nil, snapshotEvery: Int? = nil, seed: UInt64 = 42,
            start: Timestamp = Timestamp(microseconds: 1_740_902_400_000_000)
        ) {
            self.events = max(0, events)
            self.streams = max(1, min(streams ?? max(12, events / 1_000), max(1, events)))
            self.snapshotEvery = max(0, snapshotEvery ?? (events > 50_000 ? 100 : 10))
            self.seed = seed
            self.start = start
        }
    }

    /// The writers, to be registered before the events are written.
    public let writers: [WriterRecord]
    private let plan: Plan
    private var random: SeededRandom
    private var ids: ULIDGenerator
    private var streams: [SampleStream] = []
    private var written = 0
    private var time: Timestamp
    private var waiting: Item?

    /// Begins a history; throws only what naming its streams throws.
    public init(_ plan: Plan) throws {
        self.plan = plan
        random = SeededRandom(seed: plan.seed)
        ids = ULIDGenerator(random: SeededRandom(seed: plan.seed ^ 0x5EED))
        time = plan.start
        let boot = plan.start
        writers = [("web-1", 4711), ("batch-1", 815), ("ops", 90)].map { [ids] program, process in
            WriterRecord(
                id: WriterID(ids.next(at: boot)), host: "shop", process: Int64(process), started: boot,
                program: program, version: "1.0")
        }
        for index in 0..<plan.streams {
            let length = plan.events / plan.streams + (index < plan.events % plan.streams ? 1 : 0)
            // Orders are what the first look is about; every third stream is an account.
            let number = String(index + 1)
            let padded = String(repeating: "0", count: max(0, 5 - number.count)) + number
            streams.append(
                index % 3 == 2
                    ? .account(try AccountStream(PersistenceID("Account", "account-\(padded)"), length: length))
                    : .order(try OrderStream(PersistenceID("Order", "order-\(padded)"), length: length)))
        }
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
        let index = nextStream()
        advanceTime()
        let turn = streams[index].number
        let writer = nextWriter(for: index)
        let epoch = streams[index].epoch(for: writer)
        var event = try streams[index].nextEvent(at: time, random: &random)
        let cause = ids.next(at: time)
        event.event.metadata = Metadata(correlationID: cause, causationID: cause, values: metadata(of: turn))
        event.writer = writers[writer].id
        event.epoch = epoch
        written += 1
        if plan.snapshotEvery > 0, event.sequenceNumber % Int64(plan.snapshotEvery) == 0 {
            let state = try streams[index].encodedState()
            waiting = .snapshot(
                StoredSnapshot(
                    persistenceID: event.persistenceID, sequenceNumber: event.sequenceNumber,
                    stateType: state.type, writer: event.writer, epoch: epoch, timestamp: time, state: state.bytes))
        }
        return .event(event)
    }

    /// Streams take turns, with bursts, until each has its length.
    private mutating func nextStream() -> Int {
        var index = Int.random(in: 0..<streams.count, using: &random)
        while streams[index].isFinished { index = (index + 1) % streams.count }
        return index
    }

    private mutating func advanceTime() {
        let pace = Int.random(in: 0..<100, using: &random)
        let milliseconds: Int64 =
            switch pace {
            case 0: .random(in: 3_600_000...86_400_000, using: &random)
            case 1..<15: .random(in: 30_000...600_000, using: &random)
            default: .random(in: 20...5_000, using: &random)
            }
        time = Timestamp(microseconds: time.microseconds + milliseconds * 1_000 + Int64(pace))
    }

    /// Mostly the writer stays; the first stream of a length worth it has the one interleaving.
    private mutating func nextWriter(for index: Int) -> Int {
        if index == 0, streams[0].number == streams[0].conflictAt { return streams[0].supersededWriter }
        if streams[index].number == 0 { return 0 }
        let handsOver = Int.random(in: 0..<24, using: &random) == 0
        return handsOver ? Int.random(in: 0..<writers.count, using: &random) : streams[index].writer
    }

    private func metadata(of turn: Int64) -> JSONObject {
        turn % 4 == 0 ? ["source": "shop", "session": .number(JSONNumber(turn * 7 + 13))] : [:]
    }
}
