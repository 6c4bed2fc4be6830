import EventSourcing

extension Application {
    /// Replaces the whole history of the store by another one, in one transaction.
    ///
    /// Streams, numbers, types, times, payloads and metadata stay as they are, causes too: they are named by ids. Positions
    /// are given anew, above all that were ever given. Subscriptions, checkpoints and projections begin again, those of other
    /// applications too, and timers, the outbox and what was set apart go with the old history. What reactions did in the
    /// history is known by its ids, and not done twice. The history is held in memory until it is written.
    ///
    /// Nothing is written where the source throws, where there is something wrong with what it has, and in a dry run. Call it
    /// while nothing else writes: what others do at the same moment is replaced too, or refused.
    ///
    /// Throws `RestoreError`, what the source throws, `StoreError`, and `OperatingError.notRemembered`.
    ///
    /// - Parameters:
    ///   - source: where the history comes from.
    ///   - dropsSnapshots: whether the snapshots are left out, so that all states are folded from events again.
    ///   - despiteProblems: whether problems are only reported, as far as the history can be written with them.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is written, and the report says what would be.
    ///   - progress: is told behind each event how many were read.
    /// - Returns: what was kept and dropped, and what is wrong with it.
    @discardableResult
    public func restore(
        from source: HistorySource, dropsSnapshots: Bool = false, despiteProblems: Bool = false,
        by operatorName: String? = nil, dryRun: Bool = false, progress: (Int) -> Void = { _ in }
    ) async throws -> RestoreReport {
        guard let store = store as? any RestorableStore else {
            throw RestoreError.store(String(describing: type(of: store)))
        }
        var gathered = GatheredHistory(definition, dropsSnapshots: dropsSnapshots)
        try await source.read { part in
            try Task.checkCancellation()
            let count = gathered.report.events
            gathered.take(part)
            if gathered.report.events > count { progress(gathered.report.events) }
        }
        gathered.finish()
        var report = gathered.report
        if dryRun { return report }
        if report.streams == 0 { throw RestoreError.empty }
        if report.problemCount > 0, !despiteProblems || gathered.isImpossible { throw RestoreError.problems(report) }
        report.positions = try await store.restore(gathered.history, at: clock.now)
        await forgetEverything()
        try await remember(
            OperationNote(
                "StoreRestored", of: report.events, by: operatorName,
                [
                    "streams": .number(JSONNumber(report.streams)), "snapshots": .number(JSONNumber(report.snapshots)),
                    "droppedSnapshots": .number(JSONNumber(report.droppedSnapshots)),
                    "problems": .number(JSONNumber(report.problemCount)),
                ]), count: report.events)
        return report
    }

    /// Forgets what was known of the history that is gone.
    private func forgetEverything() async {
        forgetWork()
        for table in definition.projections { projectionFailures.pass(table.projection.name, .max) }
        do {
            try await cache.clear()
        } catch {
            warn(
                "The cache could not be cleared, and may know states of the history that was replaced.", because: error)
        }
    }
}

/// A history as it is read from its source, with what is wrong with it.
private struct GatheredHistory {
    private let definition: ApplicationDefinition
    private let dropsSnapshots: Bool
    private(set) var history = RestoredHistory(events: [])
    private(set) var report = RestoreReport()
    /// Whether no store could have it.
    private(set) var isImpossible = false
    private var reached: [PersistenceID: Int64] = [:]
    private var deleted: [PersistenceID: Int64] = [:]

    init(_ definition: ApplicationDefinition, dropsSnapshots: Bool) {
        self.definition = definition
        self.dropsSnapshots = dropsSnapshots
    }

    mutating func take(_ part: HistorySource.Part) {
        switch part {
        case .head(let head):
            guard head.deletedTo > 0 else { return }
            history.heads.append(head)
            deleted[head.persistenceID] = head.deletedTo
            // Nothing stands for them then.
            if dropsSnapshots { report.note(.missing(head.persistenceID, 1..<head.deletedTo + 1)) }
        case .snapshot(let snapshot):
            guard !dropsSnapshots else {
                report.droppedSnapshots += 1
                return
            }
            history.snapshots.append(snapshot)
            report.snapshots += 1
        case .event(let event): take(event)
        }
    }

    private mutating func take(_ event: RecordedEvent) {
        let (id, number) = (event.persistenceID, event.sequenceNumber)
        let last = reached[id] ?? deleted[id] ?? 0
        if number <= last {
            report.note(.notRising(id, number, after: last))
            isImpossible = true
        } else if number > last + 1 {
            report.note(.missing(id, last + 1..<number))
        }
        reached[id] = max(last, number)
        if !event.isIntact { report.note(.damaged(id, number)) }
        if let table = definition.table(of: id.entityType), !table.reads(event.type) {
            report.note(.unknownType(event.type, id, number))
        }
        var metadata = Metadata(
            correlationID: event.correlationID, causationID: event.causationID, commandID: event.commandID)
        if !event.metadata.isEmpty {
            if let values = try? JSONReader().read(event.metadata).value.object {
                metadata.values = values
            } else {
                report.note(.metadata(id, number))
            }
        }
        history.events.append(
            ImportedEvent(
                persistenceID: id, sequenceNumber: number,
                event: NewEvent(
                    type: event.type, schemaVersion: event.schemaVersion, payload: event.payload, metadata: metadata,
                    timestamp: event.timestamp),
                writer: event.writer, epoch: event.epoch))
        report.events += 1
    }

    mutating func finish() { report.streams = Set(reached.keys).union(deleted.keys).count }
}
