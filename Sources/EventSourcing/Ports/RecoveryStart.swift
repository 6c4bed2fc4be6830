/// What the recovery of an entity begins with.
public struct RecoveryStart: Hashable, Sendable {
    /// The head of the stream, nil where the store has never heard of it.
    public var head: StreamHead?
    /// All events of the stream that are set apart, by rising number.
    public var apart: [QuarantinedEvent]
    /// The newest snapshot, nil where there is none or none was asked for.
    public var snapshot: StoredSnapshot?
    /// Who wrote the event at the snapshot's number; nil where that was deleted or can't be read.
    public var snapshotOrigin: EventOrigin?
    /// Whether the newest snapshot is there and can't be read; then `snapshot` is nil, and older ones are to be tried.
    public var hasUnreadableSnapshot = false

    /// Describes what a recovery begins with.
    public init(
        head: StreamHead?, apart: [QuarantinedEvent] = [], snapshot: StoredSnapshot? = nil,
        snapshotOrigin: EventOrigin? = nil
    ) {
        self.head = head
        self.apart = apart
        self.snapshot = snapshot
        self.snapshotOrigin = snapshotOrigin
    }

    /// Asks for one part after the other, of any stores.
    public init(of id: PersistenceID, in events: some EventStore, _ snapshots: (any SnapshotStore)?) async throws {
        head = try await events.head(of: id)
        apart = try await events.eventsApart(of: id)
        do {
            snapshot = try await snapshots?.latest(of: id, atOrBelow: .max)
        } catch let error as StoreError where error.reason == .corrupt {
            hasUnreadableSnapshot = true
        }
        if let snapshot { snapshotOrigin = try await events.origin(of: snapshot.description, below: head) }
    }
}

extension RecoveryStart {
    /// Asks for its parts as of one moment, which whoever calls holds.
    ///
    /// - Parameters:
    ///   - head: the head of the stream.
    ///   - apart: all its events that are set apart.
    ///   - snapshot: reads the newest snapshot, nil where there is none or none is asked for.
    ///   - origin: reads who wrote the event at a number, nil where it is not intact.
    package init(
        head: StreamHead?, apart: [QuarantinedEvent], snapshot: () throws -> StoredSnapshot?,
        origin: (Int64) throws -> EventOrigin?
    ) throws {
        self.init(head: head, apart: apart)
        do {
            self.snapshot = try snapshot()
        } catch let error as StoreError where error.reason == .corrupt {
            hasUnreadableSnapshot = true
        }
        guard let number = self.snapshot?.description.sequenceNumber, head?.holds(number) == true else { return }
        do {
            snapshotOrigin = try origin(number)
        } catch let error as StoreError where error.reason == .corrupt {
            snapshotOrigin = nil
        }
    }
}

/// Who wrote an event, and in which epoch.
public struct EventOrigin: Hashable, Sendable {
    /// Its writer.
    public var writer: WriterID
    /// The writer's epoch; 0 in histories that have none.
    public var epoch: Int64

    /// Describes an origin.
    public init(writer: WriterID, epoch: Int64) {
        self.writer = writer
        self.epoch = epoch
    }

    var pair: (writer: WriterID, epoch: Int64) { (writer, epoch) }
}

extension EventStore {
    public func recoveryStart(
        of id: PersistenceID, snapshots: (any SnapshotStore)?
    ) async throws -> RecoveryStart {
        try await RecoveryStart(of: id, in: self, snapshots)
    }

    /// The entity's events that were set apart, by rising number; none where the store can't set any apart.
    func eventsApart(of id: PersistenceID) async throws -> [QuarantinedEvent] {
        guard let quarantine = self as? any QuarantineStore else { return [] }
        let page = 10_000
        var found: [QuarantinedEvent] = []
        while true {
            let read = try await quarantine.quarantined(of: id, after: found.last?.sequenceNumber ?? 0, limit: page)
            found += read
            if read.count < page { return found }
        }
    }

    /// Who wrote the event that is at a snapshot's number now; nil where it was deleted or can't be read.
    func origin(of snapshot: SnapshotDescription, below head: StreamHead?) async throws -> EventOrigin? {
        let number = snapshot.sequenceNumber
        guard let head, head.holds(number) else { return nil }
        do {
            return try await load(
                snapshot.persistenceID, from: number, through: number, fields: .checked, into: EventOrigin?.none
            ) { origin, event in
                if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
                return .stop
            }
        } catch let error as StoreError where error.reason == .corrupt {
            return nil
        }
    }
}
