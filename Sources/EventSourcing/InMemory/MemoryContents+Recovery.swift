extension MemoryContents {
    /// What a recovery begins with, as of one moment.
    func recoveryStart(of id: PersistenceID, withSnapshot: Bool) throws -> RecoveryStart {
        try RecoveryStart(
            head: try head(of: id), apart: try quarantined(of: id, after: 0, limit: .max),
            snapshot: { withSnapshot ? try snapshot(of: id, atOrBelow: .max) : nil },
            origin: { number in
                var origin: EventOrigin?
                let page = try page(of: id, from: number, through: number, reversed: false, fields: .checked)
                page.rows.first?.lend(.checked) { event in
                    if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
                }
                return origin
            })
    }
}
