public import Actors
public import EventSourcing

extension SQLiteStore: EventStore {
    public func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        try companions.requirePayloads(of: id)
        let digest = EventChecksum.digest(id.description)
        let append = Append(
            events: try events.map { try EncodedEvent($0, of: id, streamDigest: digest, writer: writer) }, id: id,
            expecting: expecting, writer: writer, epoch: epoch, command: companions.command,
            companions: companions.rows)
        return try await write(of: id) { try $0.append(append) }
    }

    public func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        let (distance, isFar) = through.subtractingReportingOverflow(from)
        let isShort = !isFar && distance < ReadersAtHand.mostEvents
        // The head is asked for only where the range could be long enough.
        let mayBeLong = ReadAhead.isWorthwhile(from: from, through: through, head: .max)
        return try await read(isShort: isShort) { [readingAhead] reading in
            var result = initial
            // Where it can't be read, the events may be all the same.
            let head = mayBeLong ? (try? reading.keyedHead(of: id))?.head.sequenceNumber ?? 0 : 0
            if ReadAhead.isWorthwhile(from: from, through: through, head: head), readingAhead.begin() {
                defer { readingAhead.end() }
                try ReadAhead.read(reading, id, from: from, through: through, fields: fields) { try visit(&result, $0) }
            } else {
                try reading.read(id, from: from, through: through, reversed: false, fields: fields) {
                    try visit(&result, $0)
                }
            }
            return result
        }
    }

    public func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        guard limit > 0, position < .max else { return initial }
        return try await read { reading in
            var result = initial
            var count = 0
            try reading.readAll(from: position + 1, through: .max, reversed: false, fields: fields) {
                count += 1
                let answer = try visit(&result, $0)
                return count == limit ? .stop : answer
            }
            return result
        }
    }

    public func head(of id: PersistenceID) async throws -> StreamHead? {
        try await read(isShort: true) { try $0.keyedHead(of: id)?.head }
    }

    public func recoveryStart(
        of id: PersistenceID, snapshots: (any SnapshotStore)?
    ) async throws -> RecoveryStart {
        if let snapshots, snapshots as? SQLiteStore !== self {
            return try await RecoveryStart(of: id, in: self, snapshots)
        }
        return try await read(isShort: true) { try $0.recoveryStart(of: id, withSnapshot: snapshots != nil) }
    }

    public func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        let query = StreamQuery(prefix: prefix, after: after.map { StreamHead(new: $0) }, limit: limit)
        return try await read { try $0.streams(query) }
    }

    @discardableResult
    public func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await inPortions(of: id) { try $0.deleteEvents(of: id, upTo: upTo) } > 0
    }

    @discardableResult
    public func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await write(of: id) { try $0.takeOver(id, by: writer) }
    }

    public func register(_ writer: WriterRecord) async throws {
        try await lane.perform { try $0.register(writer) }
    }

    public func importHistory(_ events: [ImportedEvent]) async throws {
        if events.isEmpty { return }
        try await lane.perform(isAlone: true) { try $0.importHistory(events) }
    }

    /// Writes what concerns one stream; what fails names it.
    func write<Answer: Sendable>(
        of id: PersistenceID, _ body: @escaping @Sendable (LogWriting) throws -> Answer
    ) async throws -> Answer {
        do {
            return try await lane.perform(body)
        } catch let error as StoreError {
            throw error.of(id)
        }
    }

    /// Deletes portion by portion until there is nothing left, and answers how many rows that were.
    func inPortions(
        of id: PersistenceID? = nil, _ body: @escaping @Sendable (LogWriting) throws -> DeletedPortion
    ) async throws -> Int {
        var count: Int64 = 0
        do {
            var portion = try await lane.perform(body)
            count += portion.count
            while portion.isMore {
                portion = try await lane.perform(isAlone: true, body)
                count += portion.count
            }
        } catch let error as StoreError {
            throw id.map(error.of) ?? error
        }
        return Int(clamping: count)
    }

    /// Asks one of the reading connections, on its own thread; a short question here, where one is free.
    func read<Answer: Sendable>(
        isShort: Bool = false, _ body: @escaping @Sendable (LogReading) throws -> Answer
    ) async throws -> Answer {
        do {
            if isShort, let answer = try readersAtHand.read(body) { return answer }
            return try await pool.read(body)
        } catch let error as StoreError {
            throw error.at(path)
        }
    }
}

extension SQLiteStore: SnapshotStore {
    public func save(_ snapshot: StoredSnapshot) async throws {
        guard snapshot.state.count <= EncodedEvent.largest else {
            throw StoreError(
                .invalid, file: path, stream: snapshot.description.persistenceID,
                sequenceNumber: snapshot.description.sequenceNumber,
                detail: "a snapshot has at most \(EncodedEvent.largest) bytes")
        }
        try await write(of: snapshot.description.persistenceID) { try $0.save(snapshot) }
    }

    public func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await read(isShort: true) { try $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    public func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try await read { try $0.snapshots(of: id) }
    }

    @discardableResult
    public func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await write(of: id) { try $0.deleteSnapshots(of: id, upTo: upTo) }
    }
}

extension SQLiteStore: CommandStore {
    public func command(_ id: ULID) async throws -> CommandRecord? {
        try await read(isShort: true) { try $0.command(id) }
    }

    @discardableResult
    public func forgetCommands(before moment: Timestamp) async throws -> Int {
        try await inPortions { try $0.forgetCommands(before: moment) }
    }
}
