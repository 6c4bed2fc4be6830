internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Takes over events of another history; heads are written once each, at the end.
    func importHistory(_ events: [ImportedEvent]) throws {
        var history = HistoryImport()
        for event in events { try history.check(event, in: self) }
        try insert(events, into: &history)
        try history.finish(in: self)
    }

    /// Inserts events whose numbers were checked.
    func insert(_ events: [ImportedEvent], into history: inout HistoryImport) throws {
        try slots.insertEvent.use(on: connection) { statement in
            for event in events {
                let id = event.persistenceID
                let stream = try history.stream(of: event, in: self)
                try statement.bind(stream.key, at: 2)
                try statement.bind(try key(of: event.writer), at: 7)
                try statement.bind(event.epoch, at: 8)
                let encoded = try EncodedEvent(event.event, of: id, streamDigest: stream.digest, writer: event.writer)
                try insert(encoded, number: event.sequenceNumber, epoch: event.epoch, with: statement)
            }
        }
    }
}

/// The streams of a history that is being taken over, with the heads they will have.
struct HistoryImport {
    struct Stream {
        var key: Int64
        var digest: UInt64
        var head: StreamHead
    }

    private var reached: [PersistenceID: Int64] = [:]
    private var places: [PersistenceID: Int] = [:]
    private var streams: [Stream] = []

    /// Checks an event before anything is written.
    mutating func check(_ event: ImportedEvent, in log: LogWriting) throws {
        let id = event.persistenceID
        let number = try reached[id] ?? log.reading.keyedHead(of: id)?.head.sequenceNumber ?? 0
        guard event.sequenceNumber > number else {
            throw ConcurrentModificationError(persistenceID: id, expected: .any, actual: number)
        }
        guard event.epoch >= 0, event.sequenceNumber < .max else {
            throw StoreError(
                .invalid, stream: id, sequenceNumber: event.sequenceNumber,
                detail: "an epoch is 0 or more, and a number leaves room for one above it")
        }
        guard event.event.payload.count <= EncodedEvent.largest / 2 else {
            throw StoreError(
                .invalid, stream: id, sequenceNumber: event.sequenceNumber,
                detail: "an imported event has at most \(EncodedEvent.largest / 2) bytes")
        }
        reached[id] = event.sequenceNumber
    }

    /// The stream of an event, moved on behind it.
    mutating func stream(of event: ImportedEvent, in log: LogWriting) throws -> Stream {
        let place = try places[event.persistenceID] ?? adopt(event.persistenceID, in: log)
        // In a history that two writers wrote, the head's epoch is the highest one, so that it fences both.
        let epoch = max(event.epoch, streams[place].head.epoch)
        streams[place].head.note(
            1, through: event.sequenceNumber, first: event.event.timestamp, last: event.event.timestamp,
            writer: event.writer, epoch: epoch)
        return streams[place]
    }

    private mutating func adopt(_ id: PersistenceID, in log: LogWriting) throws -> Int {
        let known = try log.reading.keyedHead(of: id)
        let head = known?.head ?? StreamHead(new: id)
        let key = try known?.key ?? log.write(head, at: nil, writerKey: nil)
        places[id] = streams.count
        streams.append(Stream(key: key, digest: EventChecksum.digest(id.description), head: head))
        return streams.count - 1
    }

    /// Writes the heads.
    func finish(in log: LogWriting) throws {
        for stream in streams {
            let writer = try stream.head.lastWriter.map { try log.key(of: $0) }
            _ = try log.write(stream.head, at: stream.key, writerKey: writer)
        }
    }
}
