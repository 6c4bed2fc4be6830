import EventSourcing

/// Looks for the snapshot to begin a fold with, the newest first.
///
/// Its rules are those of an entity's own recovery, so that what is shown is what an entity would have.
struct SnapshotSearch {
    /// What became of a snapshot that was tried.
    enum Found {
        case usable(SnapshotDescription, any FoldedState)
        /// It is passed over, for a reason that is a clause.
        case unusable(SnapshotDescription, String)
    }

    private let inspector: Inspector
    private let domain: Domain
    private let id: PersistenceID
    private let head: StreamHead?
    private let apart: [QuarantinedEvent]
    private let lastWriter: WriterID?
    private let floor: Int64
    private var limit: Int64

    /// Prepares a search.
    ///
    /// - Parameters:
    ///   - inspector: who reads the store, and knows the domain.
    ///   - id: the stream.
    ///   - head: its head; nil for a stream that is not there.
    ///   - apart: its events that are set apart.
    ///   - lastWriter: the only writer whose snapshots count; nil where all do.
    ///   - number: the highest number to begin with.
    ///   - floor: the number above which a snapshot is worth anything.
    init(
        _ inspector: Inspector, of id: PersistenceID, head: StreamHead?, apart: [QuarantinedEvent],
        lastWriter: WriterID? = nil, atOrBelow number: Int64 = .max, above floor: Int64 = 0
    ) {
        self.inspector = inspector
        domain = inspector.domain(for: id.entityType)
        self.id = id
        self.head = head
        self.apart = apart
        self.lastWriter = lastWriter
        self.floor = floor
        limit = number
    }

    /// Tries the next older snapshot; nil where there is none.
    ///
    /// One that can't be read is one that can't be used. Throws `StoreError` where the store itself can't be read.
    mutating func next() throws -> Found? {
        guard limit > floor else { return nil }
        let snapshot: StoredSnapshot
        do {
            guard let stored = try inspector.reader.snapshot(of: id, atOrBelow: limit) else { return nil }
            snapshot = stored
        } catch let error as StoreError where error.reason == .corrupt {
            // The list reads no states, so it names the one that was meant.
            let bound = limit
            guard let meant = try inspector.reader.snapshots(of: id).last(where: { $0.sequenceNumber <= bound }) else {
                return nil
            }
            return passOver(meant, "it can't be read: \(error)")
        }
        let description = snapshot.description
        let (number, last) = (description.sequenceNumber, head?.sequenceNumber ?? 0)
        if number < 1 || number > limit {
            limit = floor
            return .unusable(description, "it is not where the store was asked for one")
        }
        guard number > floor else { return nil }
        if number > last {
            // No snapshot between here and the head can be used either.
            limit = last
            return .unusable(description, "the head is at #\(last)")
        }
        if let lastWriter, description.writer != lastWriter {
            return passOver(description, "it holds events of another writer than the last, which the filter leaves out")
        }
        if let event = description.eventSetApartLater(among: apart) {
            return passOver(description, "#\(event.sequenceNumber) was set apart after it was taken")
        }
        guard snapshot.isIntact else { return passOver(description, "\(SnapshotCodingError.damaged)") }
        let state: any FoldedState
        do {
            state = try domain.state(of: snapshot)
        } catch let error as StoreError {
            throw error
        } catch {
            return passOver(description, "\(error)")
        }
        guard try isOfThisHistory(description) else {
            return passOver(description, "event #\(number) is not the one that it was taken behind")
        }
        limit = number - 1
        return .usable(description, state)
    }

    private mutating func passOver(_ snapshot: SnapshotDescription, _ reason: String) -> Found {
        limit = snapshot.sequenceNumber - 1
        return .unusable(snapshot, reason)
    }

    /// Whether the event at a snapshot's number is still the one that it was taken behind, as far as that can be read.
    ///
    /// It is not where the log was set back and went on in another way.
    private func isOfThisHistory(_ snapshot: SnapshotDescription) throws -> Bool {
        let number = snapshot.sequenceNumber
        guard number > head?.deletedTo ?? 0 else { return true }
        var isSame = true
        try inspector.visit(id, from: number, through: number, reversed: false, fields: .checked) { event in
            if event.isIntact { isSame = event.writer == snapshot.writer && event.epoch == snapshot.epoch }
            return .stop
        } damaged: { _, _ in
            .stop
        }
        return isSame
    }
}

extension SnapshotDescription {
    /// The first event in it that was set apart after it was taken, for which it can't be used; nil where there is none.
    fileprivate func eventSetApartLater(among events: [QuarantinedEvent]) -> QuarantinedEvent? {
        events.first { $0.sequenceNumber <= sequenceNumber && $0.timestamp > timestamp }
    }
}
