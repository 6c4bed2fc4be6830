public import Actors
public import EventSourcing

extension UnreliableStore: EventStore where Base: EventStore {
    public func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        let plan = script.withLock { $0.appends.next() }
        return try await write(
            plan, to: id,
            conflict: {
                let actual = try await base.head(of: id)?.sequenceNumber ?? 0
                return ConcurrentModificationError(persistenceID: id, expected: expecting, actual: actual)
            },
            fence: { other in
                let current = try await base.head(of: id)?.epoch ?? 0
                return WriterFencedError(
                    persistenceID: id, writer: other, epoch: epoch ?? current, currentEpoch: current + 1)
            },
            {
                let receipt = try await base.append(
                    events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
                script.withLock { script in
                    guard script.keepsAppended else { return }
                    script.appended += zip(receipt.sequenceNumbers, events).map {
                        AppendedEvent(persistenceID: id, sequenceNumber: $0, event: $1)
                    }
                }
                return receipt
            })
    }

    public func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await continueRecovery(of: id)
        let faults = script.withLock { script in
            script.pageSizes.append(Self.size(from: from, through: through))
            return script.eventFaults
        }
        return try await base.load(id, from: from, through: through, fields: fields, into: initial) { result, event in
            try Self.lend(event, fields, as: faults[event.sequenceNumber]) { try visit(&result, $0) }
        }
    }

    /// Lends an event as a test wants it; that it does not fit its checksum is seen by whoever asks for that.
    private static func lend(
        _ event: borrowing StoredEvent, _ fields: EventFields, as fault: EventFault?,
        to visit: (borrowing StoredEvent) throws -> Visit
    ) throws -> Visit {
        switch fault {
        case nil: return try visit(event)
        case .missing: return .next
        case .twice:
            if case .stop = try visit(event) { return .stop }
            return try visit(event)
        case .damaged where !fields.contains(.checked): return try visit(event)
        case .damaged: return try event.withDamage(event.sequenceNumber, visit)
        case .damagedNumber(let number): return try event.withDamage(number, visit)
        case .unreadable:
            throw StoreError(
                .corrupt, stream: event.persistenceID, sequenceNumber: event.sequenceNumber, position: event.position)
        }
    }

    /// How many numbers there are from one through another.
    private static func size(from: Int64, through: Int64) -> Int64 {
        guard from <= through else { return 0 }
        let (distance, overflow) = through.subtractingReportingOverflow(from)
        return overflow || distance == .max ? .max : distance + 1
    }

    public func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await enter()
        let faults = script.withLock { $0.eventFaults }
        return try await base.readAll(after: position, limit: limit, fields: fields, into: initial) { result, event in
            try Self.lend(event, fields, as: faults[event.sequenceNumber]) { try visit(&result, $0) }
        }
    }

    public func head(of id: PersistenceID) async throws -> StreamHead? {
        try await beginRecovery(of: id)
        return try await base.head(of: id)
    }

    public func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await enter()
        return try await base.streams(after: after, prefix: prefix, limit: limit)
    }

    @discardableResult
    public func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        let plan = script.withLock { $0.deletions.next() }
        return try await change(plan, of: id) { try await base.deleteEvents(of: id, upTo: upTo) }
    }

    @discardableResult
    public func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await enter(id)
        return try await base.takeOver(id, by: writer)
    }

    public func register(_ writer: WriterRecord) async throws {
        try await enter()
        try await base.register(writer)
    }

    public func importHistory(_ events: [ImportedEvent]) async throws {
        try await enter()
        try await base.importHistory(events)
    }
}

extension UnreliableStore: CommandStore where Base: CommandStore {
    public func command(_ id: ULID) async throws -> CommandRecord? {
        try await enter()
        return script.withLock({ $0.areCommandsHidden }) ? nil : try await base.command(id)
    }

    @discardableResult
    public func forgetCommands(before moment: Timestamp) async throws -> Int {
        try await enter()
        return try await base.forgetCommands(before: moment)
    }
}

extension UnreliableStore: QuarantineStore where Base: QuarantineStore {
    @discardableResult
    public func quarantine(_ event: QuarantinedEvent) async throws -> Bool {
        try await enter(event.persistenceID)
        return try await base.quarantine(event)
    }

    public func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try await enter(id)
        return try await base.quarantined(of: id, after: number, limit: limit)
    }

    public func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try await enter()
        return try await base.quarantined(after: event, limit: limit)
    }

    @discardableResult
    public func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try await enter(id)
        return try await base.release(id, sequenceNumber: sequenceNumber, at: time)
    }
}

extension StoredEvent {
    /// Lends the same event as one that does not fit its checksum.
    fileprivate borrowing func withDamage(
        _ number: Int64, _ body: (borrowing StoredEvent) throws -> Visit
    ) throws -> Visit {
        try withPayload { payload in
            try withMetadata { metadata in
                let damaged = StoredEvent(
                    persistenceID: persistenceID, position: position, sequenceNumber: number, type: type,
                    schemaVersion: schemaVersion, timestamp: timestamp, writer: writer, epoch: epoch,
                    correlationID: correlationID, causationID: causationID, commandID: commandID, isIntact: false,
                    payload: payload, metadata: metadata)
                return try body(damaged)
            }
        }
    }
}

// MARK: - What was written

/// An event that an append has made durable.
struct AppendedEvent: Sendable {
    let persistenceID: PersistenceID
    let sequenceNumber: Int64
    let event: NewEvent
}

extension UnreliableStore {
    /// Keeps what is appended from now on, also what is deleted later, until it is taken.
    func keepAppended() { script.withLock { $0.keepsAppended = true } }

    /// What was appended since the last call.
    func takeAppended() -> [AppendedEvent] {
        script.withLock { script in
            defer { script.appended = [] }
            return script.appended
        }
    }
}
