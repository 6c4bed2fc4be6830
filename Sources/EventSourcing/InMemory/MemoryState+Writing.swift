package import Actors

extension MemoryState {
    /// Decides whether a batch may be appended to a stream that stands at `head`, and answers the writer's epoch.
    ///
    /// A repeated command comes first, because its first reply stands wherever the stream has got to; then fencing,
    /// because a fenced writer must stop and not try again; then the number.
    func admit(
        _ count: Int, to id: PersistenceID, at head: StreamHead?, expecting: ExpectedNumber, by writer: WriterID,
        epoch: Int64?, command: ULID?
    ) throws -> Int64 {
        try requireNew(command)
        if let epoch, let head, let lastWriter = head.lastWriter, head.epoch > epoch {
            throw WriterFencedError(
                persistenceID: id, writer: lastWriter, epoch: epoch, currentEpoch: head.epoch)
        }
        let number = head?.sequenceNumber ?? 0
        let isExpected =
            switch expecting {
            case .number(let expected): expected == number
            case .noStream: head == nil
            case .any: true
            }
        guard isExpected else {
            throw ConcurrentModificationError(persistenceID: id, expected: expecting, actual: number)
        }
        // One number stays free above the batch, so that the range of the receipt has an end.
        guard Int64(count) < Int64.max - number else {
            throw StoreError(.invalid, stream: id, detail: "there is no number left above \(number)")
        }
        return try (head ?? StreamHead(new: id)).epoch(for: writer)
    }

    /// Appends a batch, or throws and changes nothing.
    mutating func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) throws -> AppendReceipt {
        let known = indexes[id]
        let epoch = try admit(
            events.count, to: id, at: known.map { streams[$0].head }, expecting: expecting, by: writer, epoch: epoch,
            command: companions.command?.id)
        for event in events { try event.metadata.requireStorable(of: id) }
        let firstNumber = (known.map { streams[$0].head.sequenceNumber } ?? 0) + 1
        let firstPosition = log.lastPosition + 1
        guard let first = events.first, let last = events.last else {
            try writeWithoutEvents(companions, of: id, at: firstNumber - 1, position: firstPosition - 1)
            return AppendReceipt(
                sequenceNumbers: firstNumber..<firstNumber, positions: firstPosition..<firstPosition,
                epoch: known.map { streams[$0].head.epoch } ?? 0)
        }
        let count = Int64(events.count)
        let place = try place(
            companions, of: id, number: firstNumber - 1 + count, position: firstPosition - 1 + count,
            at: last.timestamp)
        let index = known ?? streams.count
        if known == nil { adopt(StreamHead(new: id)) }
        notice(writer)
        var number = firstNumber
        for event in events {
            let position = log.append(
                EventLog.Row(event, stream: index, sequenceNumber: number, writer: writer, epoch: epoch))
            streams[index].positions.append(position)
            number += 1
        }
        streams[index].head.note(
            events.count, through: number - 1, first: first.timestamp, last: last.timestamp, writer: writer,
            epoch: epoch)
        keep(companions, at: place, time: last.timestamp, of: id, number: number - 1)
        changes += 1
        return AppendReceipt(
            sequenceNumbers: firstNumber..<number, positions: firstPosition..<log.lastPosition + 1, epoch: epoch)
    }

    func handledCommand(_ id: ULID) -> HandledCommand? { commands[id] }

    /// Throws `CommandAlreadyHandledError` for a command whose id is known.
    func requireNew(_ command: ULID?) throws {
        if let command, let known = commands[command] { throw CommandAlreadyHandledError(command: known.record) }
    }

    /// Where companions are to be written, nil where nothing is but the command; throws where they can't be, or where what
    /// they are written under is lost.
    func place(
        _ companions: Companions, of id: PersistenceID, number: Int64, position: Int64,
        with write: CompanionPlace.Write = .events, at time: Timestamp?
    ) throws -> CompanionPlace? {
        guard let rows = companions.rows else { return nil }
        try rows.requireFences(by: self)
        guard rows.isWritten else { return nil }
        let place = try CompanionPlace(id, number: number, position: position, with: write, time: time, of: rows)
        try rows.require(at: place, by: self)
        return place
    }

    /// Keeps what goes with a write, at the place that was found for it.
    ///
    /// - Parameters:
    ///   - companions: what goes with it.
    ///   - place: where it is kept; nil where there is only a command.
    ///   - time: when it is written.
    ///   - stream: the stream that is written to; nil for a durable state.
    ///   - number: the number that the stream has then.
    mutating func keep(
        _ companions: Companions, at place: CompanionPlace?, time: Timestamp, of stream: PersistenceID? = nil,
        number: Int64 = 0
    ) {
        if let command = companions.command {
            commands[command.id] = HandledCommand(command, time: time, stream: stream, sequenceNumber: number)
        }
        if let place, let rows = companions.rows { reactions.write(rows, at: place) }
    }

    /// Writes companions that come without an event; a command alone is not kept.
    mutating func writeWithoutEvents(_ companions: Companions, of id: PersistenceID, at number: Int64, position: Int64)
        throws
    {
        let place = try place(companions, of: id, number: number, position: position, with: .none, at: nil)
        guard let place else { return }
        keep(companions, at: place, time: place.time, of: id, number: number)
        changes += 1
    }

    /// Forgets the commands whose events happened before a moment.
    mutating func forgetCommands(before moment: Timestamp) -> Int {
        let count = commands.count
        commands = commands.filter { $0.value.time >= moment }
        return count - commands.count
    }

    /// Takes over the events of another history, all of them or none.
    mutating func importHistory(_ events: [ImportedEvent]) throws {
        guard !events.isEmpty else { return }
        var reached: [PersistenceID: Int64] = [:]
        for event in events {
            let id = event.persistenceID
            let number = reached[id] ?? head(of: id)?.sequenceNumber ?? 0
            guard event.sequenceNumber > number else {
                throw ConcurrentModificationError(persistenceID: id, expected: .any, actual: number)
            }
            guard event.epoch >= 0 else {
                throw StoreError(
                    .invalid, stream: id, sequenceNumber: event.sequenceNumber, detail: "an epoch is 0 or more")
            }
            try event.event.metadata.requireStorable(of: id)
            reached[id] = event.sequenceNumber
        }
        for event in events {
            let index = indexes[event.persistenceID] ?? streams.count
            if index == streams.count { adopt(StreamHead(new: event.persistenceID)) }
            notice(event.writer)
            let position = log.append(
                EventLog.Row(
                    event.event, stream: index, sequenceNumber: event.sequenceNumber, writer: event.writer,
                    epoch: event.epoch))
            streams[index].positions.append(position)
            // In a history that two writers wrote, the head's epoch is the highest one, so that it fences both.
            let epoch = max(event.epoch, streams[index].head.epoch)
            streams[index].head.note(
                1, through: event.sequenceNumber, first: event.event.timestamp, last: event.event.timestamp,
                writer: event.writer, epoch: epoch)
        }
        changes += 1
    }

    /// Deletes events up to a number, and answers whether there were any.
    ///
    /// - Parameter elsewhere: how many of the stream's events up to there were deleted in another store.
    mutating func deleteEvents(of id: PersistenceID, upTo: Int64, elsewhere: Int64 = 0) -> Bool {
        guard let index = indexes[id] else { return false }
        let count = upTo < 1 ? 0 : self.place(of: upTo, in: index, after: true)
        guard count > 0 || elsewhere > 0 else { return false }
        for position in streams[index].positions.prefix(count) { log.remove(at: position) }
        streams[index].positions.removeFirst(count)
        let head = streams[index].head
        streams[index].head.deletedTo = max(head.deletedTo, min(upTo, head.sequenceNumber))
        streams[index].head.eventCount -= Int64(count) + elsewhere
        changes += 1
        return true
    }

    /// Makes `writer` a stream's writer and answers its epoch.
    mutating func takeOver(_ id: PersistenceID, by writer: WriterID) throws -> Int64 {
        let head = self.head(of: id) ?? StreamHead(new: id)
        let epoch = try head.epoch(for: writer)
        if head.lastWriter == writer { return epoch }
        if indexes[id] == nil { adopt(head) }
        notice(writer)
        if let index = indexes[id] {
            streams[index].head.lastWriter = writer
            streams[index].head.epoch = epoch
        }
        changes += 1
        return epoch
    }
}

extension StreamHead {
    /// Moves on behind events that were written.
    package mutating func note(
        _ count: Int, through number: Int64, first: Timestamp, last: Timestamp, writer: WriterID, epoch: Int64
    ) {
        if sequenceNumber == 0 { firstTime = first }
        lastTime = last
        sequenceNumber = number
        eventCount += Int64(count)
        lastWriter = writer
        self.epoch = epoch
    }
}

extension EventLog.Row {
    /// Encodes an event for its place.
    init(_ event: NewEvent, stream: Int, sequenceNumber: Int64, writer: WriterID, epoch: Int64) {
        var metadata: [UInt8] = []
        if !event.metadata.values.isEmpty { JSONValue.object(event.metadata.values).write(into: &metadata) }
        self.init(
            stream: stream, sequenceNumber: sequenceNumber, type: event.type, schemaVersion: event.schemaVersion,
            timestamp: event.timestamp, writer: writer, epoch: epoch, correlationID: event.metadata.correlationID,
            causationID: event.metadata.causationID, commandID: event.metadata.commandID, payload: event.payload,
            metadata: metadata)
    }
}
