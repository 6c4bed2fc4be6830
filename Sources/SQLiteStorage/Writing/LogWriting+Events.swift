internal import Actors
internal import EventSourcing

/// A batch on its way into one stream.
struct Append: Sendable {
    var events: [EncodedEvent]
    var id: PersistenceID
    var expecting: ExpectedNumber
    var writer: WriterID
    var epoch: Int64?
    var command: CommandRecord?
    var companions: CompanionRows?
}

extension LogWriting {
    /// Appends a batch, or throws before anything is written.
    func append(_ append: Append) throws -> AppendReceipt {
        try requireNew(append.command)
        let known = try reading.keyedHead(of: append.id)
        var head = known?.head ?? StreamHead(new: append.id)
        let epoch = try admit(append, at: known?.head)
        let first = head.sequenceNumber + 1
        guard let firstEvent = append.events.first, let lastEvent = append.events.last else {
            try writeWithoutEvents(append, stream: known?.key, number: first - 1)
            return AppendReceipt(
                sequenceNumbers: first..<first, positions: nextPosition..<nextPosition, epoch: head.epoch)
        }
        let positions = nextPosition..<nextPosition + Int64(append.events.count)
        let next = first + Int64(append.events.count)
        let place = try place(
            append.companions, of: append.id, number: next - 1, position: positions.upperBound - 1, with: .events,
            at: lastEvent.timestamp)
        head.note(
            append.events.count, through: next - 1, first: firstEvent.timestamp, last: lastEvent.timestamp,
            writer: append.writer, epoch: epoch)
        let writerKey = try key(of: append.writer)
        let stream = try write(head, at: known?.key, writerKey: writerKey)
        try slots.insertEvent.use(on: connection) { statement in
            try statement.bind(stream, at: 2)
            try statement.bind(writerKey, at: 7)
            try statement.bind(epoch, at: 8)
            var number = first
            for event in append.events {
                try insert(event, number: number, epoch: epoch, with: statement)
                number += 1
            }
        }
        if let command = append.command {
            try insert(command, stream: stream, number: next - 1, time: lastEvent.timestamp)
        }
        try write(append.companions, at: place)
        return AppendReceipt(sequenceNumbers: first..<next, positions: positions, epoch: epoch)
    }

    /// Writes companions that come without an event; a command alone is not kept.
    private func writeWithoutEvents(_ append: Append, stream: Int64?, number: Int64) throws {
        let place = try place(
            append.companions, of: append.id, number: number, position: nextPosition - 1, with: .none, at: nil)
        guard let place else { return }
        // A stream that was never heard of has no key; nothing follows this one.
        if let command = append.command { try insert(command, stream: stream ?? 0, number: number, time: place.time) }
        try write(append.companions, at: place)
    }

    /// Decides whether a batch may be appended, and answers the writer's epoch: fencing first, because a fenced writer must
    /// stop and not try again.
    private func admit(_ append: Append, at head: StreamHead?) throws -> Int64 {
        if let epoch = append.epoch, let head, let lastWriter = head.lastWriter, head.epoch > epoch {
            throw WriterFencedError(
                persistenceID: append.id, writer: lastWriter, epoch: epoch, currentEpoch: head.epoch)
        }
        let number = head?.sequenceNumber ?? 0
        let isExpected =
            switch append.expecting {
            case .number(let expected): expected == number
            case .noStream: head == nil
            case .any: true
            }
        guard isExpected else {
            throw ConcurrentModificationError(persistenceID: append.id, expected: append.expecting, actual: number)
        }
        let count = Int64(append.events.count)
        guard number >= 0, count < Int64.max - number, count < Int64.max - nextPosition else {
            throw StoreError(.invalid, stream: append.id, detail: "there is no number left above \(number)")
        }
        return try (head ?? StreamHead(new: append.id)).epoch(for: append.writer)
    }

    /// Inserts an event at the next position; its stream, writer and epoch are bound already.
    func insert(_ event: EncodedEvent, number: Int64, epoch: Int64, with statement: borrowing Statement) throws {
        let type = try key(ofType: event.type)
        let checksum = event.checksum.at(sequenceNumber: number, position: nextPosition, epoch: epoch)
        try statement.bind(nextPosition, at: 1)
        try statement.bind(number, at: 3)
        try statement.bind(type, at: 4)
        try statement.bind(Int64(event.schemaVersion), at: 5)
        try statement.bind(event.timestamp.microseconds, at: 6)
        try statement.bind(checksum.stored, at: 9)
        try statement.bind(event.correlationID, at: 10)
        try statement.bind(event.causationID, at: 11)
        try statement.bind(event.commandID, at: 12)
        try event.metadata.withUnsafeBytes { metadata in
            try event.payload.withUnsafeBytes { payload in
                if metadata.isEmpty {
                    try statement.bindNull(at: 13)
                } else {
                    try statement.bindBorrowed(metadata, at: 13)
                }
                try statement.bindBorrowed(payload, at: 14)
                try statement.run()
                statement.reset()
            }
        }
        nextPosition += 1
    }

    /// Writes a head, and answers its key, a new one for a new stream.
    func write(_ head: StreamHead, at key: Int64?, writerKey: Int64?) throws -> Int64 {
        if let key {
            try slots.updateStream.use(on: connection) { statement in
                try statement.bind(key, at: 1)
                try statement.bind(head, writerKey: writerKey)
                try statement.run()
            }
            return key
        }
        return try slots.insertStream.use(on: connection) { statement in
            try statement.bind(head, writerKey: writerKey)
            try statement.bind(head.persistenceID.entityType, at: 9)
            try statement.bind(head.persistenceID.entityID, at: 10)
            return try statement.insertedKey()
        }
    }

    /// Makes `writer` a stream's writer and answers its epoch.
    func takeOver(_ id: PersistenceID, by writer: WriterID) throws -> Int64 {
        let known = try reading.keyedHead(of: id)
        var head = known?.head ?? StreamHead(new: id)
        let epoch = try head.epoch(for: writer)
        if head.lastWriter == writer { return epoch }
        head.lastWriter = writer
        head.epoch = epoch
        _ = try write(head, at: known?.key, writerKey: try key(of: writer))
        return epoch
    }

    /// Deletes a portion of a stream's events up to a number; positions are never given again.
    ///
    /// Each portion is what the next one begins behind, and what a recovery meanwhile begins behind.
    func deleteEvents(of id: PersistenceID, upTo: Int64) throws -> DeletedPortion {
        guard upTo > 0, let known = try reading.keyedHead(of: id) else {
            return DeletedPortion(count: 0, isMore: false)
        }
        let isFar = known.head.sequenceNumber - known.head.deletedTo > Self.portion
        if isFar, case let end = known.head.deletedTo + Self.portion, end < upTo {
            let count = try delete(known, id, upTo: end)
            // Where there is none, numbers are missing, and nothing is known of where they go on.
            if count > 0 { return DeletedPortion(count: count, isMore: true) }
        }
        return DeletedPortion(count: try delete(known, id, upTo: upTo), isMore: false)
    }

    private func delete(_ known: LogReading.KeyedHead, _ id: PersistenceID, upTo: Int64) throws -> Int64 {
        let count = try slots.deleteEvents.use(on: connection) { statement in
            try statement.bind(known.key, at: 1)
            try statement.bind(upTo, at: 2)
            try statement.run()
            return connection.changedRows
        }
        guard count > 0 else { return 0 }
        try slots.noteDeletion.use(on: connection) { statement in
            try statement.bind(nextPosition - 1, at: 1)
            try statement.bind(count, at: 2)
            try statement.run()
        }
        var head = known.head
        head.deletedTo = max(head.deletedTo, min(upTo, head.sequenceNumber))
        head.eventCount -= count
        _ = try write(head, at: known.key, writerKey: try head.lastWriter.map { try key(of: $0) })
        return count
    }

    // MARK: - Commands

    /// Forgets a portion of the commands whose events or states were written before a moment.
    func forgetCommands(before moment: Timestamp) throws -> DeletedPortion {
        try slots.forgetCommands.use(on: connection) { statement in
            try statement.bind(moment.microseconds, at: 1)
            try statement.bind(Self.portion, at: 2)
            try statement.run()
            return deletedPortion()
        }
    }

    /// Throws `CommandAlreadyHandledError` for a command whose id is known.
    func requireNew(_ command: CommandRecord?) throws {
        if let command, let known = try reading.command(command.id) {
            throw CommandAlreadyHandledError(command: known)
        }
    }

    func insert(_ command: CommandRecord, stream: Int64, number: Int64, time: Timestamp) throws {
        try slots.insertCommand.use(on: connection) { statement in
            try statement.bind(command.id, at: 1)
            try statement.bind(stream, at: 2)
            try statement.bind(number, at: 3)
            try statement.bind(time.microseconds, at: 4)
            guard let reply = command.reply else {
                try statement.bindNull(at: 5)
                return try statement.run()
            }
            try reply.withUnsafeBytes { bytes in
                try statement.bindBorrowed(bytes, at: 5)
                try statement.run()
            }
        }
    }
}

extension Statement {
    fileprivate func bind(_ head: StreamHead, writerKey: Int64?) throws {
        try bind(head.sequenceNumber, at: 2)
        try bind(head.deletedTo, at: 3)
        try bind(head.eventCount, at: 4)
        try bind(head.firstTime.microseconds, at: 5)
        try bind(head.lastTime.microseconds, at: 6)
        if let writerKey { try bind(writerKey, at: 7) } else { try bindNull(at: 7) }
        try bind(head.epoch, at: 8)
    }
}
