/// What recovery does about a history that two writers wrote.
public struct ReplayFilter: Hashable, Sendable {
    /// What is done on a conflict.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Throws `WriterConflictError`.
        case fail
        /// Logs a warning and keeps every event.
        case warn
        /// Keeps the newer writer's events, in memory only; the store keeps every row.
        case repairByDiscardOld
        /// Does not look.
        case off
    }

    /// What a conflict is.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// An event of a lower epoch than one before it; where there are no epochs, one of a superseded writer.
        case interleaved
        /// Any event of another writer than the one before.
        case anySecondWriter
    }

    /// What is done on a conflict.
    public var mode: Mode
    /// What a conflict is.
    public var comparison: Comparison

    /// Fails at an interleaving.
    public static let standard = ReplayFilter(mode: .fail, comparison: .interleaved)

    /// Chooses mode and comparison.
    public init(mode: Mode, comparison: Comparison = .interleaved) {
        self.mode = mode
        self.comparison = comparison
    }
}

/// An event by another writer than its history allows.
public struct WriterConflictError: Error, Hashable, CustomStringConvertible {
    /// The stream.
    public var persistenceID: PersistenceID
    /// Whose event would have been right.
    public var expectedWriter: WriterID
    /// Whose it is.
    public var actualWriter: WriterID
    /// The event's number.
    public var sequenceNumber: Int64

    /// Describes a conflict.
    public init(
        persistenceID: PersistenceID, expectedWriter: WriterID, actualWriter: WriterID, sequenceNumber: Int64
    ) {
        self.persistenceID = persistenceID
        self.expectedWriter = expectedWriter
        self.actualWriter = actualWriter
        self.sequenceNumber = sequenceNumber
    }

    /// A sentence with both writers.
    public var description: String {
        "Writer conflict for '\(persistenceID)' at sequence \(sequenceNumber): "
            + "expected writer '\(expectedWriter)', got '\(actualWriter)'"
    }
}

/// A replay filter while it reads one history, event by event.
public struct ReplayFilterRun: Sendable {
    /// What becomes of an event.
    public enum Verdict: Hashable, Sendable {
        case keep
        /// It is kept, and a warning is due.
        case keepWithWarning(WriterConflictError)
        /// It is left out of the state.
        case drop(WriterConflictError)
    }

    private let filter: ReplayFilter
    private let persistenceID: PersistenceID
    private let lastWriter: WriterID?
    private var current: WriterID?
    private var currentEpoch: Int64 = 0
    private var superseded: Set<WriterID> = []

    /// Begins a history.
    ///
    /// - Parameters:
    ///   - filter: what a conflict is, and what is done about it.
    ///   - persistenceID: the stream, for the errors.
    ///   - snapshot: the writer and epoch of the snapshot that recovery starts with, which count as history.
    ///   - lastWriter: the writer of the last event; needed to repair with `anySecondWriter` while streaming.
    public init(
        _ filter: ReplayFilter, of persistenceID: PersistenceID,
        snapshot: (writer: WriterID, epoch: Int64)? = nil, lastWriter: WriterID? = nil
    ) {
        self.filter = filter
        self.persistenceID = persistenceID
        self.lastWriter = lastWriter
        current = snapshot?.writer
        currentEpoch = snapshot?.epoch ?? 0
    }

    /// Judges the next event; throws `WriterConflictError` in mode `fail`.
    public mutating func admit(
        sequenceNumber: Int64, writer: WriterID, epoch: Int64
    ) throws(WriterConflictError) -> Verdict {
        if filter.mode == .off { return .keep }
        if filter.mode == .repairByDiscardOld, filter.comparison == .anySecondWriter {
            return keepOnlyLastWriter(sequenceNumber, writer)
        }
        // Nearly every event is of the writer before it, who is never among the superseded ones.
        if writer == current, epoch == currentEpoch { return .keep }
        guard let expected = current else {
            (current, currentEpoch) = (writer, epoch)
            return .keep
        }
        let isConflict: Bool
        switch filter.comparison {
        case .anySecondWriter: isConflict = writer != expected
        case .interleaved:
            let hasEpochs = epoch > 0 || currentEpoch > 0
            isConflict = hasEpochs ? epoch < currentEpoch : superseded.contains(writer)
        }
        guard isConflict else {
            if writer != expected, epoch == 0 { superseded.insert(expected) }
            (current, currentEpoch) = (writer, epoch)
            return .keep
        }
        let conflict = WriterConflictError(
            persistenceID: persistenceID, expectedWriter: expected, actualWriter: writer,
            sequenceNumber: sequenceNumber)
        switch filter.mode {
        case .fail: throw conflict
        case .repairByDiscardOld: return .drop(conflict)
        case .warn, .off:
            // With any second writer each change counts, so the history goes on from this one.
            if filter.comparison == .anySecondWriter { (current, currentEpoch) = (writer, epoch) }
            return .keepWithWarning(conflict)
        }
    }

    private func keepOnlyLastWriter(_ sequenceNumber: Int64, _ writer: WriterID) -> Verdict {
        guard let lastWriter, writer != lastWriter else { return .keep }
        return .drop(
            WriterConflictError(
                persistenceID: persistenceID, expectedWriter: lastWriter, actualWriter: writer,
                sequenceNumber: sequenceNumber))
    }
}
