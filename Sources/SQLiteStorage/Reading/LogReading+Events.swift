internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    /// Visits a stream's events between two numbers, both included.
    ///
    /// Throws `StoreError.corrupt` with the number of the row that can't be read; those around it can be read by a range
    /// that leaves it out.
    func read(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        guard from <= through, let key = try key(of: id) else { return }
        let name = try streamName(key)
        var last: Int64?
        var isFound = false
        var names = RowNames()
        let parts = RowParts(fields)
        do {
            try slots.events(by: .stream, reversed: reversed, fields: fields).use(on: connection) { statement in
                try statement.bind(key, at: 1)
                try statement.bind(from, at: 2)
                try statement.bind(through, at: 3)
                while try statement.step() {
                    isFound = true
                    // A damaged row may claim another number than the one that it was found by.
                    let (wish, number) = try lend(statement, of: name, &names, parts, to: visit)
                    if case .stop = wish { return }
                    last = number
                }
            }
            if !isFound, try hasMoved(id, from: key) {
                try read(id, from: from, through: through, reversed: reversed, fields: fields, visit: visit)
            }
        } catch var error as StoreError where error.isAtRow {
            let next =
                if reversed {
                    try? number(slots.previousNumber, in: key, last.map { $0 &- 1 } ?? through) ?? nil
                } else {
                    try? number(slots.nextNumber, in: key, last.map { $0 &+ 1 } ?? from) ?? nil
                }
            error.stream = id
            error.sequenceNumber =
                next ?? (reversed ? (last.map { $0 &- 1 } ?? through) : (last.map { $0 &+ 1 } ?? from))
            throw error
        }
    }

    /// Visits all events between two positions, both included.
    ///
    /// Throws `StoreError.corrupt` with the position of the row that can't be read.
    func readAll(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        guard from <= through else { return }
        var last: Int64?
        var current: (key: Int64, name: StreamName)?
        var names = RowNames()
        let parts = RowParts(fields)
        do {
            try slots.events(by: .position, reversed: reversed, fields: fields).use(on: connection) { statement in
                try statement.bind(from, at: 2)
                try statement.bind(through, at: 3)
                while try statement.step() {
                    // A page of zeros has rows too, all of them at the wrong place.
                    let position = statement.integer(at: 0) ?? 0
                    let isBehind = last.map { reversed ? position < $0 : position > $0 } ?? true
                    guard isBehind, position >= from, position <= through else {
                        throw StoreError(.corrupt, detail: "a row stands at the wrong place")
                    }
                    let key = statement.integer(at: 1) ?? 0
                    if current?.key != key { current = (key, try streamName(key)) }
                    guard let current else { return }
                    let (wish, _) = try lend(statement, of: current.name, &names, parts, to: visit)
                    if case .stop = wish { return }
                    last = position
                }
            }
        } catch var error as StoreError where error.isAtRow {
            let place = reversed ? (last.map { $0 &- 1 } ?? through) : (last.map { $0 &+ 1 } ?? from)
            error.position = max(1, place)
            throw error
        }
    }

    /// When and by whom each of these events was written; missing numbers are left out.
    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        guard let key = try key(of: id) else { return [] }
        let samples = try samples(of: key, at: sequenceNumbers)
        if samples.isEmpty, !sequenceNumbers.isEmpty, try hasMoved(id, from: key) {
            return try self.samples(of: id, at: sequenceNumbers)
        }
        return samples
    }

    private func samples(of key: Int64, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        try slots.sample.use(on: connection) { statement in
            var samples: [EventSample] = []
            samples.reserveCapacity(sequenceNumbers.count)
            for number in sequenceNumbers {
                try statement.bind(key, at: 1)
                try statement.bind(number, at: 2)
                // A damaged row is left out here; whoever reads it is told.
                if let found = try? statement.step(), found, let time = statement.integer(at: 0),
                    let writer = try statement.integer(at: 1).flatMap({ try writer($0) }),
                    let epoch = statement.integer(at: 2)
                {
                    samples.append(
                        EventSample(
                            sequenceNumber: number, timestamp: Timestamp(microseconds: time), writer: writer,
                            epoch: epoch))
                }
                statement.reset()
            }
            return samples
        }
    }

    private func number(_ slot: StatementSlot, in key: Int64, _ bound: Int64) throws -> Int64? {
        try slot.use(on: connection) { statement in
            try statement.bind(key, at: 1)
            try statement.bind(bound, at: 2)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }

    // MARK: - One row

    /// Which parts of a row were asked for, looked up once.
    private struct RowParts {
        let hasPayload: Bool
        let hasMetadata: Bool
        let isChecked: Bool

        init(_ fields: EventFields) {
            hasPayload = fields.contains(.payload)
            hasMetadata = fields.contains(.metadata)
            isChecked = fields.contains(.checked)
        }
    }

    /// The names that the last row was read with, which are mostly those of the next one.
    private struct RowNames {
        var type: (key: Int64, name: TypeName?)?
        var writer: (key: Int64, id: WriterID?)?
    }

    private func typeName(_ key: Int64, _ names: inout RowNames) throws -> TypeName? {
        if let known = names.type, known.key == key { return known.name }
        let name = try typeName(key)
        names.type = (key, name)
        return name
    }

    private func writer(_ key: Int64, _ names: inout RowNames) throws -> WriterID? {
        if let known = names.writer, known.key == key { return known.id }
        let id = try writer(key)
        names.writer = (key, id)
        return id
    }

    /// Lends the row that a statement stands on, and answers its number; a column of a wrong type makes it one that is not
    /// intact.
    @inline(__always)
    private func lend(
        _ row: borrowing Statement, of stream: StreamName, _ names: inout RowNames, _ parts: RowParts,
        to visit: (borrowing StoredEvent) throws -> Visit
    ) throws -> (Visit, number: Int64) {
        var isIntact = stream.isIntact
        func integer(_ column: Int32) -> Int64 {
            // What is no number reads as another one, which the checksum tells.
            if parts.isChecked { return row.anyInteger(at: column) }
            if let value = row.integer(at: column) { return value }
            isIntact = false
            return 0
        }
        func ulid(_ column: Int32) -> ULID? {
            let type = row.type(at: column)
            if type == SQLITE_NULL { return nil }
            let id = row.bytes(at: column, ofType: type).flatMap { ULID(bytes: $0) }
            if id == nil { isIntact = false }
            return id
        }
        let position = integer(0)
        let number = integer(2)
        let type = try typeName(integer(3), &names)
        let version = integer(4)
        let time = Timestamp(microseconds: integer(5))
        let writer = try writer(integer(6), &names)
        let epoch = integer(7)
        if type == nil || writer == nil { isIntact = false }
        let correlation = parts.hasMetadata ? ulid(9) : nil
        let causation = parts.hasMetadata ? ulid(10) : nil
        let command = parts.hasMetadata ? ulid(11) : nil
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let metadata = parts.hasMetadata ? row.bytes(at: 12) ?? nothing : nothing
        let payload = parts.hasPayload ? row.bytes(at: 13) ?? nothing : nothing
        if parts.isChecked, isIntact {
            let checksum = EventChecksum(
                streamDigest: stream.digest, typeDigest: type?.digest ?? 0, schemaVersion: Int(version),
                timestamp: time, writer: writer ?? Self.nobody, correlationID: correlation, causationID: causation,
                commandID: command, payload: payload, metadata: metadata)
            let found = checksum.at(sequenceNumber: number, position: position, epoch: epoch)
            isIntact = found.fits(integer(8))
        }
        let event = StoredEvent(
            persistenceID: stream.id, position: position, sequenceNumber: number, type: type?.name ?? "",
            schemaVersion: Int(version), timestamp: time, writer: writer ?? Self.nobody, epoch: epoch,
            correlationID: correlation, causationID: causation, commandID: command, isIntact: isIntact,
            payload: payload, metadata: metadata)
        return (try visit(event), number)
    }

    static let nobody = WriterID(ULID(high: 0, low: 0))
}

extension StoreError {
    /// Whether the row that was read is what is wrong, not the store as a whole.
    var isAtRow: Bool { reason == .corrupt || reason == .inputOutput || reason == .invalid }
}
