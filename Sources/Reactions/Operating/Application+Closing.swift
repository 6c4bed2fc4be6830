public import EventSourcing

/// What the truncation of a stream came to, or would.
public struct StreamTruncation: Hashable, Sendable {
    /// The stream.
    public var stream: PersistenceID
    /// The number of the snapshot that it begins with.
    public var snapshot: Int64
    /// How many events went, or would.
    public var events: Int

    /// Describes a truncation.
    public init(stream: PersistenceID, snapshot: Int64, events: Int) {
        self.stream = stream
        self.snapshot = snapshot
        self.events = events
    }
}

extension Application {
    /// Closes a stream of an aggregate: its events stay, and nothing is done to it from then on, by anybody.
    ///
    /// Throws `OperatingError` for a stream that is not an aggregate's, that is not there, or that is closed,
    /// `ConcurrencyError` where others go on writing, and `StoreError`.
    ///
    /// - Parameters:
    ///   - stream: which.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is written, and the answer says what would be.
    /// - Returns: the number of the event that closed it, or would.
    @discardableResult
    public func close(
        _ stream: PersistenceID, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> Int64 {
        let number = try await mark(.closed, stream, by: operatorName, dryRun: dryRun)
        if !dryRun { lifecycleHub.tell(.closed(stream)) }
        return number
    }

    /// Opens a stream that was closed; throws as closing does, for one that is not closed too.
    ///
    /// - Parameters:
    ///   - stream: which.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is written, and the answer says what would be.
    /// - Returns: the number of the event that opened it, or would.
    @discardableResult
    public func reopen(
        _ stream: PersistenceID, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> Int64 {
        try await mark(.reopened, stream, by: operatorName, dryRun: dryRun)
    }

    /// Lets a stream begin anew from its state: a snapshot of it is taken, and all events go that are in the snapshot.
    ///
    /// Throws as `truncate`, and `OperatingError.noSnapshotCodec` where no snapshot can be taken.
    ///
    /// - Parameters:
    ///   - stream: of an aggregate.
    ///   - operatorName: who does it.
    ///   - dryRun: whether no snapshot is taken and nothing deleted, and the answer says what would be.
    @discardableResult
    public func restart(
        _ stream: PersistenceID, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamTruncation {
        let truncation = try await beginAnew(stream, dryRun: dryRun)
        if !dryRun { try await remember(truncation, by: operatorName) }
        return truncation
    }

    /// Lets a stream begin anew, and does not remember who did it.
    func beginAnew(_ stream: PersistenceID, dryRun: Bool) async throws -> StreamTruncation {
        guard let table = definition.table(of: stream.entityType) else { throw OperatingError.noAggregate(stream) }
        guard let head = try await store.head(of: stream), head.sequenceNumber > 0 else {
            throw OperatingError.noStream(stream)
        }
        if let last = try await store.event(at: head.sequenceNumber, of: stream), StreamMark.closed.isMark(last.type) {
            throw OperatingError.isClosed(stream)
        }
        guard let consumers = store as? any ConsumerStore else { throw lacking("ConsumerStore") }
        let unneeded = try await unneeded(stream, through: head.sequenceNumber, by: consumers)
        if dryRun {
            guard table.takesSnapshots, store is any SnapshotStore else { throw OperatingError.noSnapshotCodec(stream) }
            return StreamTruncation(stream: stream, snapshot: head.sequenceNumber, events: unneeded.count)
        }
        let taken = try await table.takeSnapshot(of: stream, in: self)
        guard taken.snapshot == taken.sequenceNumber else { throw OperatingError.noSnapshotCodec(stream) }
        await forget(stream)
        return try await shorten(stream, before: taken.sequenceNumber + 1, dryRun: false)
    }

    /// Deletes the events of a stream below a number, as far as its newest snapshot below that stands for them.
    ///
    /// Throws `OperatingError`: `noSnapshot` where no snapshot does, `needed` where a subscription of any application, a
    /// correlation, a projection or a checkpoint has not come to the last of them, and `store` for one that can't say so.
    /// Nothing was deleted then; who comes while it looks is seen too. Throws `StoreError` as well.
    ///
    /// - Parameters:
    ///   - stream: of any kind.
    ///   - number: the first one that stays in any case.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is deleted, and the answer says what would be.
    @discardableResult
    public func truncate(
        _ stream: PersistenceID, before number: Int64, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamTruncation {
        let truncation = try await shorten(stream, before: number, dryRun: dryRun)
        if !dryRun { try await remember(truncation, by: operatorName) }
        return truncation
    }

    /// Deletes events as `truncate` does, and does not remember who did it.
    func shorten(_ stream: PersistenceID, before number: Int64, dryRun: Bool) async throws -> StreamTruncation {
        guard let snapshots = store as? any EventStore & SnapshotStore else { throw lacking("SnapshotStore") }
        guard let consumers = store as? any ConsumerStore else { throw lacking("ConsumerStore") }
        guard let snapshot = try await snapshots.newestSnapshot(of: stream, before: nil, atOrBelow: number - 1) else {
            throw OperatingError.noSnapshot(stream, before: number)
        }
        let last = snapshot.sequenceNumber
        let unneeded = try await unneeded(stream, through: last, by: consumers)
        let truncation = StreamTruncation(stream: stream, snapshot: last, events: unneeded.count)
        if dryRun { return truncation }
        if let consumer = try await consumers.deleteEvents(of: stream, upTo: last, besides: unneeded.known) {
            throw OperatingError.needed(stream, through: last, by: consumer, position: unneeded.position)
        }
        try await snapshots.delete(of: stream, upTo: last - 1)
        return truncation
    }

    // MARK: -

    private func remember(_ truncation: StreamTruncation, by operatorName: String?) async throws {
        try await remember(
            OperationNote(
                "StreamTruncated", of: truncation.events, by: operatorName,
                ["stream": .string("\(truncation.stream)"), "snapshot": .number(JSONNumber(truncation.snapshot))]),
            count: truncation.events)
    }

    private func lacking(_ port: String) -> OperatingError { .store(String(describing: type(of: store)), lacks: port) }

    private func mark(
        _ mark: StreamMark, _ stream: PersistenceID, by operatorName: String?, dryRun: Bool
    ) async throws -> Int64 {
        guard definition.table(of: stream.entityType) != nil else { throw OperatingError.noAggregate(stream) }
        let payload = try JSONCodec().encode(StreamMark.Payload(operator: operatorName))
        var retriesLeft = settings.conflictRetries
        while true {
            guard let number = try await store.head(of: stream)?.sequenceNumber, number > 0 else {
                throw OperatingError.noStream(stream)
            }
            let isClosed = try await store.event(at: number, of: stream).map { StreamMark.closed.isMark($0.type) }
            if isClosed == true, mark == .closed { throw OperatingError.isClosed(stream) }
            if isClosed != true, mark == .reopened { throw OperatingError.isOpen(stream) }
            if dryRun { return number + 1 }
            do {
                let receipt = try await store.append(
                    [NewEvent(type: mark.rawValue, payload: payload, timestamp: clock.now)], to: stream,
                    expecting: .number(number), by: system.writerID, epoch: nil, with: .none)
                await forget(stream)
                return receipt.sequenceNumbers.lowerBound
            } catch let conflict as ConcurrentModificationError {
                guard retriesLeft > 0 else {
                    throw ConcurrencyError(stream: stream, expected: number, actual: conflict.actual)
                }
                retriesLeft -= 1
            }
        }
    }

    /// Events that nobody needs.
    private struct Unneeded: Sendable {
        var count = 0
        /// Of the last one.
        var position: Int64 = 0
        /// Who has not come to them, and does not want them.
        var known: [LogConsumer] = []
    }

    /// The events up to a number; throws `OperatingError.needed` where somebody has not come to the last one.
    private func unneeded(
        _ stream: PersistenceID, through number: Int64, by consumers: any ConsumerStore
    ) async throws -> Unneeded {
        var found = try await store.load(
            stream, from: 1, through: number, fields: [], into: Unneeded()
        ) { found, event in
            found.count += 1
            found.position = max(found.position, event.position)
            return .next
        }
        guard found.count > 0 else { return found }
        // The own correlation may be one of them, and one more decides.
        for consumer in try await consumers.consumers(of: stream, below: found.position, limit: 2) {
            if case .correlation(let application) = consumer.name, application.hasSameBytes(as: name),
                try await !hasReactions(to: stream, behind: consumer.position, through: number)
            {
                found.known.append(consumer)
                continue
            }
            throw OperatingError.needed(stream, through: number, by: consumer, position: found.position)
        }
        return found
    }

    /// Whether the application's own reactions are for any of the events that it has not correlated.
    private func hasReactions(
        to stream: PersistenceID, behind position: Int64, through number: Int64
    ) async throws -> Bool {
        let (definition, entityType) = (definition, stream.entityType)
        return try await store.load(stream, from: 1, through: number, fields: [], into: false) { isFor, event in
            guard event.position > position else { return .next }
            isFor = definition.listeners(to: event.type, of: entityType)?.drained.isEmpty == false
            return isFor ? .stop : .next
        }
    }
}
