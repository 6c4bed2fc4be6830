internal import Actors
internal import EventSourcing

extension LogReading {
    /// What a recovery begins with, as of one moment.
    func recoveryStart(of id: PersistenceID, withSnapshot: Bool) throws -> RecoveryStart {
        try atOneMoment {
            var start = RecoveryStart(
                head: try keyedHead(of: id)?.head, apart: try quarantined(of: id, after: 0, limit: .max))
            guard withSnapshot else { return start }
            do {
                start.snapshot = try snapshot(of: id, atOrBelow: .max)
            } catch let error as StoreError where error.reason == .corrupt {
                start.hasUnreadableSnapshot = true
            }
            if let snapshot = start.snapshot {
                start.snapshotOrigin = try origin(of: snapshot.description, below: start.head)
            }
            return start
        }
    }

    /// Who wrote the event that is at a snapshot's number now; nil where it was deleted or can't be read.
    private func origin(of snapshot: SnapshotDescription, below head: StreamHead?) throws -> EventOrigin? {
        let number = snapshot.sequenceNumber
        guard let head, head.holds(number) else { return nil }
        var origin: EventOrigin?
        do {
            try read(
                snapshot.persistenceID, from: number, through: number, reversed: false, fields: .checked
            ) { event in
                if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
                return .stop
            }
        } catch let error as StoreError where error.reason == .corrupt {
            return nil
        }
        return origin
    }
}
