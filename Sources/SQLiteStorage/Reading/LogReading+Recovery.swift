internal import Actors
internal import EventSourcing

extension LogReading {
    /// What a recovery begins with, as of one moment.
    func recoveryStart(of id: PersistenceID, withSnapshot: Bool) throws -> RecoveryStart {
        try atOneMoment {
            try RecoveryStart(
                head: try keyedHead(of: id)?.head, apart: try quarantined(of: id, after: 0, limit: .max),
                snapshot: { withSnapshot ? try snapshot(of: id, atOrBelow: .max) : nil },
                origin: { number in
                    var origin: EventOrigin?
                    try read(id, from: number, through: number, reversed: false, fields: .checked) { event in
                        if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
                        return .stop
                    }
                    return origin
                })
        }
    }
}
