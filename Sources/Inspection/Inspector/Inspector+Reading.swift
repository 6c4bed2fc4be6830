public import Actors
public import EventSourcing

extension Inspector {
    /// What is known of the store as a whole.
    public func overview() throws -> StoreOverview {
        StoreOverview(description: reader.description, totals: try reader.totals(), writers: try reader.writers())
    }

    /// A token that is another one as soon as the store holds something else.
    public func changeToken() throws -> UInt64 { try reader.changeToken() }

    /// Heads of streams, at most `query.limit`.
    public func streams(_ query: StreamQuery) throws -> [StreamHead] { try reader.streams(query) }

    /// The head of a stream, nil where the store has never heard of it.
    public func head(of id: PersistenceID) throws -> StreamHead? { try reader.head(of: id) }

    /// The stream with the newest event, nil for an empty store.
    public func newestStream() throws -> StreamHead? {
        try reader.streams(StreamQuery(order: .newest, limit: 1)).first
    }

    /// A stream's snapshots by rising number, without their states.
    public func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] { try reader.snapshots(of: id) }

    /// The lines of a stream's events from one number through another, both included, at most `limit` of them.
    ///
    /// A row that can't be read is a line with a problem. With `reversed` the highest numbers come first, and are the
    /// ones that stay where there are more than the limit.
    public func timeline(
        of id: PersistenceID, from: Int64, through: Int64, limit: Int = Inspector.longestWindow, reversed: Bool = false
    ) throws -> [EventRow] {
        var rows: [EventRow] = []
        let most = min(limit, Inspector.longestWindow)
        guard most > 0 else { return [] }
        try eachRow(of: id, from: from, through: through, reversed: reversed) { row in
            rows.append(row)
            return rows.count < most ? .next : .stop
        }
        return rows
    }

    /// The lines of all events from one global position through another, both included, at most `limit` of them.
    ///
    /// A stretch that can't be read is a line with a problem; with `reversed` it ends the lines.
    public func log(
        from: Int64, through: Int64, limit: Int = Inspector.longestWindow, reversed: Bool = false
    ) throws -> [EventRow] {
        var rows: [EventRow] = []
        let most = min(limit, Inspector.longestWindow)
        guard most > 0, from <= through else { return [] }
        try eachRow(from: from, through: through, reversed: reversed) { row in
            rows.append(row)
            return rows.count < most ? .next : .stop
        }
        return rows
    }

    /// Visits the lines of a stream's events one after the other, in memory that does not grow with the stream.
    public func eachRow(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool = false, visit: (EventRow) throws -> Visit
    ) throws {
        try self.visit(id, from: from, through: through, reversed: reversed, fields: .all) { event in
            try visit(row(of: event))
        } damaged: { number, error in
            try visit(lostRow(id, number, error))
        }
    }

    private func lostRow(_ id: PersistenceID, _ position: Int64, _ problem: String) -> EventRow {
        EventRow(
            persistenceID: id, position: position, sequenceNumber: 0, type: "", timestamp: Timestamp(microseconds: 0),
            writer: WriterID(ULID(high: 0, low: 0)), epoch: 0, summary: "", payloadSize: 0, problem: problem)
    }

    /// Visits the lines of all events by global position, in memory that does not grow with the store.
    public func eachRow(
        from: Int64, through: Int64, reversed: Bool = false, visit: (EventRow) throws -> Visit
    ) throws {
        guard from <= through else { return }
        if !reversed {
            try EventReading(reader: reader, stream: nil).visit(from: from, through: through) { event in
                try visit(row(of: event))
            } lost: { lost in
                try visit(lostRow(try Self.unreadable(lost.position ?? 0), lost.position ?? 0, lost.sentence))
            }
            return
        }
        do {
            try reader.readAll(from: from, through: through, reversed: true, fields: .all) { event in
                try visit(row(of: event))
            }
        } catch let error as StoreError where error.reason == .corrupt {
            let position = error.position ?? through
            _ = try visit(lostRow(try Self.unreadable(position), position, "it can't be read: \(error.detail)"))
        }
    }

    /// Stands for the stream of an event that can't be read.
    private static func unreadable(_ position: Int64) throws -> PersistenceID {
        try PersistenceID("unreadable", "position \(position)")
    }

    /// One event in full, nil where there is none.
    public func detail(of id: PersistenceID, at sequenceNumber: Int64) throws -> EventDetail? {
        var detail: EventDetail?
        try visit(id, from: sequenceNumber, through: sequenceNumber, reversed: false, fields: .all) { event in
            var row = row(of: event)
            let metadata = event.withMetadata { bytes -> JSONObject in
                if bytes.isEmpty { return JSONObject() }
                guard case .object(let object)? = try? JSONReader().read(bytes).value else {
                    if row.problem == nil { row.problem = "its metadata are no JSON object" }
                    return JSONObject()
                }
                return object
            }
            detail = EventDetail(
                row: row, payload: event.withPayload(Inspector.content), metadata: metadata,
                correlationID: event.correlationID, causationID: event.causationID, commandID: event.commandID)
            return .stop
        } damaged: { number, error in
            detail = EventDetail(
                row: lostRow(id, number, error), payload: .unreadable(reason: error.description, beginning: []))
            return .stop
        }
        return detail
    }

    /// The last event of a stream that happened at or before a time, found by bisection; nil where there is none.
    ///
    /// Where times don't rise with the numbers the answer is one of several right ones.
    public func event(of id: PersistenceID, atOrBefore time: Timestamp) throws -> Int64? {
        guard let head = try reader.head(of: id) else { return nil }
        var (low, high) = (head.deletedTo, head.sequenceNumber)
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard let sample = try firstSample(of: id, from: middle, through: high) else {
                high = middle - 1
                continue
            }
            if sample.timestamp <= time { low = sample.sequenceNumber } else { high = middle - 1 }
        }
        return low > head.deletedTo ? low : nil
    }

    /// The event at a global position, or the first one behind it; nil where there is none.
    public func event(atPosition position: Int64) throws -> EventRow? {
        try log(from: position, through: .max, limit: 1).first
    }

    func firstSample(of id: PersistenceID, from: Int64, through: Int64, reversed: Bool = false) throws -> EventSample? {
        guard from <= through else { return nil }
        var sample: EventSample?
        try reader.read(id, from: from, through: through, reversed: reversed, fields: []) { event in
            sample = EventSample(
                sequenceNumber: event.sequenceNumber, timestamp: event.timestamp, writer: event.writer,
                epoch: event.epoch)
            return .stop
        }
        return sample
    }

    /// Visits events, tells of each row that the store can't read, and goes on behind it.
    ///
    /// Throws when damage does not end: after 64 rows in one call that can't be read.
    func visit(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit, damaged: (Int64, StoreError) throws -> Visit
    ) throws {
        var (low, high) = (max(from, 1), through)
        var failures = 0
        while low <= high {
            do {
                try reader.read(id, from: low, through: high, reversed: reversed, fields: fields) { event in
                    // Behind a row that was seen, so that one that can't be read is not begun with again.
                    let wish = try visit(event)
                    if reversed { high = event.sequenceNumber &- 1 } else { low = event.sequenceNumber &+ 1 }
                    return wish
                }
                return
            } catch let error as StoreError where error.reason == .corrupt {
                failures += 1
                if failures > 64 { throw error }
                let number = min(max(error.sequenceNumber ?? (reversed ? high : low), low), high)
                if try damaged(number, error) == .stop { return }
                guard number > .min, number < .max else { return }
                if reversed { high = number - 1 } else { low = number + 1 }
            }
        }
    }

    package func row(of event: borrowing StoredEvent) -> EventRow {
        EventRow(
            persistenceID: event.persistenceID, position: event.position, sequenceNumber: event.sequenceNumber,
            type: event.type, schemaVersion: event.schemaVersion, timestamp: event.timestamp, writer: event.writer,
            epoch: event.epoch,
            summary: summary(of: event), payloadSize: event.payloadSize,
            problem: event.isIntact ? nil : "it does not fit its checksum")
    }

    /// Of an instance of a machine what the event carried and where it led, of everything else its fields.
    private func summary(of event: borrowing StoredEvent) -> String {
        if let machine = domains[event.persistenceID.entityType]?.machine, event.isIntact,
            event.payloadSize <= PayloadSummary.largest, let told = try? machine.tell(event)
        {
            return PayloadSummary.text(of: told, showsSecrets: showsSecrets)
        }
        return event.withPayload { PayloadSummary.text(of: $0, showsSecrets: showsSecrets) }
    }

    private func lostRow(_ id: PersistenceID, _ number: Int64, _ error: StoreError) -> EventRow {
        EventRow(
            persistenceID: id, position: 0, sequenceNumber: number, type: "", timestamp: Timestamp(microseconds: 0),
            writer: WriterID(ULID(high: 0, low: 0)), epoch: 0, summary: "", payloadSize: 0,
            problem: "it can't be read: \(error.detail)")
    }

    private static func content(_ bytes: UnsafeRawBufferPointer) -> EventDetail.Content {
        do {
            return .tree(try JSONReader().read(bytes).value)
        } catch {
            return .unreadable(reason: "it is not JSON: \(error)", beginning: Array(bytes.prefix(4_096)))
        }
    }
}
