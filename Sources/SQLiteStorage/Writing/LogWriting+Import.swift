internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Takes over events of another history; heads are written once each, at the end.
    func importHistory(_ events: [ImportedEvent]) throws {
        // The index's pages are many, and would be written to the log again and again with SQLite's 2 MiB of them.
        try connection.execute("PRAGMA cache_size = -65536")
        defer { try? connection.execute("PRAGMA cache_size = -2000") }
        var history = HistoryImport()
        let places = try history.check(events, in: self)
        try insert(events, at: places, into: &history)
        try history.finish(in: self)
    }

    /// Inserts events that were checked.
    func insert(_ events: [ImportedEvent], at places: [Int], into history: inout HistoryImport) throws {
        try slots.insertEvent.use(on: connection) { statement in
            for (event, place) in zip(events, places) {
                let stream = try history.moveOn(place, behind: event, in: self)
                try statement.bind(stream.key, at: 2)
                try statement.bind(try key(of: event.writer), at: 7)
                try statement.bind(event.epoch, at: 8)
                let encoded = try EncodedEvent(
                    event.event, of: event.persistenceID, streamDigest: stream.digest, writer: event.writer)
                try insert(encoded, number: event.sequenceNumber, epoch: event.epoch, with: statement)
            }
        }
    }
}

/// The streams of a history that is being taken over, with the heads they will have.
struct HistoryImport {
    private struct Stream {
        /// Nil for a new one until its first event is written.
        var key: Int64?
        var digest: UInt64
        var head: StreamHead
        /// The number of the last event that was checked.
        var reached: Int64
    }

    private var places: [PersistenceID: Int] = [:]
    private var streams: [Stream] = []

    /// Checks events before any of them is written, and answers the places of their streams.
    mutating func check(_ events: [ImportedEvent], in log: LogWriting) throws -> [Int] {
        try events.map { event in
            let place = try places[event.persistenceID] ?? adopt(event.persistenceID, in: log)
            let reached = streams[place].reached
            guard event.sequenceNumber > reached else {
                throw ConcurrentModificationError(
                    persistenceID: event.persistenceID, expected: .any, actual: reached)
            }
            guard event.epoch >= 0, event.sequenceNumber < .max else {
                throw StoreError(
                    .invalid, stream: event.persistenceID, sequenceNumber: event.sequenceNumber,
                    detail: "an epoch is 0 or more, and a number leaves room for one above it")
            }
            try Self.require(event)
            streams[place].reached = event.sequenceNumber
            return place
        }
    }

    /// Throws `StoreError.invalid` for an event that is too large to be read again.
    static func require(_ event: ImportedEvent) throws {
        guard event.event.payload.count <= EncodedEvent.largest / 2 else {
            throw StoreError(
                .invalid, stream: event.persistenceID, sequenceNumber: event.sequenceNumber,
                detail: "an imported event has at most \(EncodedEvent.largest / 2) bytes")
        }
    }

    private mutating func adopt(_ id: PersistenceID, in log: LogWriting) throws -> Int {
        let known = try log.reading.keyedHead(of: id)
        let head = known?.head ?? StreamHead(new: id)
        places[id] = streams.count
        streams.append(
            Stream(
                key: known?.key, digest: EventChecksum.digest(id.description), head: head,
                reached: head.sequenceNumber))
        return streams.count - 1
    }

    /// Moves a stream on behind an event, and answers what the event's row needs of it.
    mutating func moveOn(
        _ place: Int, behind event: ImportedEvent, in log: LogWriting
    ) throws -> (key: Int64, digest: UInt64) {
        let key = try streams[place].key ?? log.write(streams[place].head, at: nil, writerKey: nil)
        // In a history that two writers wrote, the head's epoch is the highest one, so that it fences both.
        let epoch = max(event.epoch, streams[place].head.epoch)
        streams[place].key = key
        streams[place].head.note(
            1, through: event.sequenceNumber, first: event.event.timestamp, last: event.event.timestamp,
            writer: event.writer, epoch: epoch)
        return (key, streams[place].digest)
    }

    /// Writes the heads.
    func finish(in log: LogWriting) throws {
        for stream in streams {
            let writer = try stream.head.lastWriter.map { try log.key(of: $0) }
            _ = try log.write(stream.head, at: stream.key, writerKey: writer)
        }
    }
}
